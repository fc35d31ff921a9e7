"""DaemonSets.

Source: wire contract 2.4.7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import NamespacedSummary, Summarised, empty_mapping
from domain.cluster.templates import LabelSelector, PodTemplate, Rollout, UpdateStrategy, WorkloadCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSetSummary(NamespacedSummary):
    """Head of a DaemonSet; numbers are nodes."""

    desired_number_scheduled: int
    current_number_scheduled: int
    number_ready: int
    number_available: int
    number_unavailable: int
    number_misscheduled: int
    updated_number_scheduled: int
    selector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSetSpec:
    """What the DaemonSet asks for."""

    update_strategy: UpdateStrategy | None = None
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    selector: LabelSelector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSetStatus:
    """What became of it; numbers are nodes."""

    observed_generation: int = 0
    desired_number_scheduled: int
    current_number_scheduled: int
    number_ready: int
    number_available: int = 0
    number_unavailable: int = 0
    number_misscheduled: int
    updated_number_scheduled: int = 0
    collision_count: int | None = None
    conditions: tuple[WorkloadCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSet(Summarised):
    """A DaemonSet."""

    kind: ClassVar[Kind] = Kind.DAEMON_SET

    summary: DaemonSetSummary
    spec: DaemonSetSpec
    template: PodTemplate
    status: DaemonSetStatus
    rollout: Rollout | None = None
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)
