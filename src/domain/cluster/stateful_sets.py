"""StatefulSets.

Source: wire contract 2.4.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import NamespacedSummary, Summarised, empty_mapping
from domain.cluster.templates import LabelSelector, PodTemplate, Rollout, UpdateStrategy, WorkloadCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class StatefulSetSummary(NamespacedSummary):
    """Head of a StatefulSet."""

    replicas: int
    """Wanted; 1 where the spec does not say."""
    ready: int
    current: int
    updated: int
    available: int
    service_name: str = ""
    selector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PVCRetentionPolicy:
    """What becomes of claims when the set is deleted or made smaller: Retain or Delete."""

    when_deleted: str = ""
    when_scaled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeClaimTemplate:
    """A claim that every pod gets."""

    name: str
    access_modes: tuple[str, ...] = ()
    storage_class: str = ""
    storage: str = ""
    """Requested, as a quantity."""
    selector: Mapping[str, str] = field(default_factory=empty_mapping)
    """Labels that a volume must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatefulSetSpec:
    """What the set asks for."""

    replicas: int | None = None
    service_name: str = ""
    pod_management_policy: str = ""
    update_strategy: UpdateStrategy | None = None
    revision_history_limit: int | None = None
    min_ready_seconds: int = 0
    persistent_volume_claim_retention_policy: PVCRetentionPolicy | None = None
    selector: LabelSelector | None = None
    volume_claim_templates: tuple[VolumeClaimTemplate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatefulSetStatus:
    """What became of it."""

    observed_generation: int = 0
    replicas: int
    ready_replicas: int = 0
    current_replicas: int = 0
    updated_replicas: int = 0
    available_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    collision_count: int | None = None
    conditions: tuple[WorkloadCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatefulSet(Summarised):
    """A StatefulSet."""

    kind: ClassVar[Kind] = Kind.STATEFUL_SET

    summary: StatefulSetSummary
    spec: StatefulSetSpec
    template: PodTemplate
    status: StatefulSetStatus
    rollout: Rollout | None = None
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)
