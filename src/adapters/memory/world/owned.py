"""What the controllers make beside pods: ReplicaSets, Jobs, claims, endpoints; and how many pods a workload has.

Mutable, and changed by the other modules of this package only.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from adapters.memory.world.blueprints import ClaimPlan, WorkloadPlan
from domain.cluster.services import BackendEndpoint, EndpointPort, Service

Key = tuple[str, str]
"""(namespace, name)."""


@dataclass(slots=True, eq=False)
class SimReplicaSet:
    """A revision of a Deployment and the pods it wants."""

    plan: WorkloadPlan
    name: str
    uid: str
    revision: str
    """Hash of its template."""
    number: int
    """Which revision it is; the newest has the highest."""
    images: tuple[str, ...]
    created_at: datetime
    desired: int = 0
    made: int = 0
    ready: int = 0
    is_orphan: bool = False
    """Whether its Deployment was deleted without it."""

    @property
    def key(self) -> Key:
        """(namespace, name)."""
        return (self.plan.namespace, self.name)


@dataclass(slots=True, eq=False)
class SimJob:
    """One run of a CronJob."""

    plan: WorkloadPlan
    name: str
    uid: str
    created_at: datetime
    finished_at: datetime | None = None
    """When it ended, well or not."""
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    is_orphan: bool = False
    """Whether its CronJob was deleted without it."""

    @property
    def key(self) -> Key:
        """(namespace, name)."""
        return (self.plan.namespace, self.name)


@dataclass(slots=True, eq=False)
class SimClaim:
    """Storage that a pod of a StatefulSet asked for, and the volume that it got."""

    plan: ClaimPlan
    workload: WorkloadPlan
    name: str
    uid: str
    created_at: datetime
    volume: str = ""
    """Name of the volume; empty while there is none."""
    bound_at: datetime | None = None

    @property
    def key(self) -> Key:
        """(namespace, name)."""
        return (self.workload.namespace, self.name)


@dataclass(slots=True, eq=False)
class SimService:
    """A Service and what stands behind it."""

    service: Service
    slice_name: str
    changed_at: datetime | None
    """When its endpoints last changed."""
    ports: tuple[EndpointPort, ...] = ()
    endpoints: tuple[BackendEndpoint, ...] = ()
    needs_look: bool = True

    @property
    def key(self) -> Key:
        """(namespace, name)."""
        return (self.service.namespace, self.service.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodCounts:
    """The pods of a workload that its controller counts on."""

    wanted: int = 0
    """Nodes to cover, for a DaemonSet; replicas otherwise."""
    made: int = 0
    updated: int = 0
    """Those that have the newest template."""
    ready: int = 0


@dataclass(slots=True)
class Progress:
    """How a rollout goes on."""

    moved_seconds: float = -math.inf
    """When it last came a step nearer to its end."""
    deadline_seconds: float = math.inf
    """When it will have taken too long; never while nothing is rolled out."""
