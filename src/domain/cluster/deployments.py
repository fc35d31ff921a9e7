"""Deployments and the ReplicaSets that they make.

Source: wire contract 2.4.5. The ReplicaSets of a Deployment (`replicaSets` on the wire) are joined.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta, NamespacedSummary, Summarised, empty_mapping
from domain.cluster.templates import LabelSelector, PodTemplate, Rollout


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSummary(NamespacedSummary):
    """Head of a Deployment."""

    strategy: str
    replicas: int
    """Wanted; 0 where the spec does not say."""
    updated: int
    ready: int
    available: int
    unavailable: int = 0
    paused: bool = False
    selector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingUpdateStrategy:
    """How many pods may be missing or too many; numbers or percentages."""

    max_unavailable: str = ""
    max_surge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStrategy:
    """How pods are replaced."""

    type: str
    """RollingUpdate or Recreate."""
    rolling_update: RollingUpdateStrategy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSpec:
    """What the Deployment asks for."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    strategy: DeploymentStrategy | None = None
    min_ready_seconds: int = 0
    revision_history_limit: int | None = None
    progress_deadline_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentCondition:
    """A condition; its times are real ones on the wire."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_update_time: datetime | None = None
    last_transition_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatus:
    """What became of it."""

    observed_generation: int = 0
    replicas: int
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    collision_count: int | None = None
    conditions: tuple[DeploymentCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment(Summarised):
    """A Deployment."""

    kind: ClassVar[Kind] = Kind.DEPLOYMENT

    summary: DeploymentSummary
    spec: DeploymentSpec
    template: PodTemplate
    status: DeploymentStatus
    rollout: Rollout | None = None
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)
    labels: Mapping[str, str] = field(default_factory=empty_mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet(CommonMeta):
    """A ReplicaSet."""

    kind: ClassVar[Kind] = Kind.REPLICA_SET

    replicas: int
    """Wanted; 1 where the spec does not say, as the API's own default is."""
    ready_replicas: int
    available_replicas: int
    selector: Mapping[str, str] = field(default_factory=empty_mapping)
    revision: str = ""
    """Annotation `deployment.kubernetes.io/revision`; sent with its Deployment only."""
    image: str = ""
    """Of the template's first container; sent with its Deployment only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSetBrief:
    """A ReplicaSet as its Deployment shows it."""

    name: str
    namespace: str
    revision: str = ""
    replicas: int
    ready: int
    available: int
    image: str = ""
    created_at: datetime | None = None


def brief_of(replica_set: ReplicaSet) -> ReplicaSetBrief:
    """What a Deployment shows of one of its ReplicaSets."""
    return ReplicaSetBrief(
        name=replica_set.name,
        namespace=replica_set.namespace,
        revision=replica_set.revision,
        replicas=replica_set.replicas,
        ready=replica_set.ready_replicas,
        available=replica_set.available_replicas,
        image=replica_set.image,
        created_at=replica_set.created_at,
    )
