"""What exists in the simulated cluster at this moment: nodes, workloads, pods, containers.

Mutable, and changed by the other modules of this package only. Moments are seconds since the simulation began
(`..._seconds`, may be negative for what is older); what a reader sees carries wall-clock times.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from adapters.memory.world.blueprints import Asks, NodePlan, Scenario, WorkloadKind, WorkloadPlan
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.event_log import EventLog
from adapters.memory.world.owned import Key, PodCounts, Progress, SimClaim, SimJob, SimReplicaSet, SimService
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource

_SAFE_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What Kubernetes makes random names of: no vowels, so no words."""


class Stage(StrEnum):
    """Where a pod is in its life."""

    UNSCHEDULED = "unscheduled"
    SCHEDULED = "scheduled"
    """On a node; its sandbox is being made."""
    INITIALISING = "initialising"
    STARTED = "started"
    """Its containers were told to start, whether they work or not."""
    TERMINATING = "terminating"
    ENDED = "ended"


@dataclass(slots=True, eq=False)
class SimNode:
    """A machine of the cluster."""

    plan: NodePlan
    created_at: datetime
    conditions: dict[str, "SimCondition"]
    heartbeat_at: datetime
    is_cordoned: bool = False
    cordoned_at: datetime | None = None
    trouble: str = ""
    """The incident that it suffers from; empty while it is well."""
    next_address: int = 2
    pulled: set[str] = field(default_factory=set)
    """Images of new versions that it has pulled; those of the plans are on every node from the beginning."""

    @property
    def is_ready(self) -> bool:
        """Whether its kubelet says so."""
        return self.conditions["Ready"].status == "True"


@dataclass(slots=True)
class SimCondition:
    """A condition of a node, pod or workload."""

    status: str
    reason: str = ""
    message: str = ""
    since: datetime | None = None
    updated_at: datetime | None = None
    """For a workload: when it last said something new."""


@dataclass(slots=True, eq=False)
class SimPod:
    """A pod."""

    name: str
    uid: str
    workload: "SimWorkload"
    created_at: datetime
    revision: str
    """Hash of the template that it was made from."""
    owner_kind: str
    owner_name: str
    labels: dict[str, str]
    containers: list[SimContainer]
    init_containers: list[SimContainer]
    node: SimNode | None = None
    annotations: dict[str, str] = field(default_factory=dict)
    """Those of the template beside the plan's."""
    pinned_to: str = ""
    """Name of the node it must run on: static pods and those of DaemonSets."""
    stage: Stage = Stage.UNSCHEDULED
    due_seconds: float = 0.0
    """When something happens to it next."""
    address: str = ""
    started_at: datetime | None = None
    conditions: dict[str, SimCondition] = field(default_factory=dict)
    reason: str = ""
    """The pod's own reason, such as Evicted."""
    message: str = ""
    phase_at_end: str = ""
    """Succeeded or Failed, once it has ended."""
    reminded_seconds: float = -math.inf
    """When the scheduler last said that no node takes it."""

    @property
    def key(self) -> Key:
        """(namespace, name)."""
        return (self.workload.plan.namespace, self.name)

    @property
    def is_active(self) -> bool:
        """Whether its controller counts on it."""
        return self.stage not in {Stage.TERMINATING, Stage.ENDED}

    @property
    def is_ready(self) -> bool:
        """Whether all its containers are."""
        condition = self.conditions.get("Ready")
        return condition is not None and condition.status == "True"

    @property
    def ordinal(self) -> int:
        """Number of a StatefulSet's pod."""
        return int(self.name.rpartition("-")[2])


@dataclass(slots=True, eq=False)
class SimWorkload:
    """A workload: what it wants, and what it has."""

    plan: WorkloadPlan
    created_at: datetime
    revision: str
    images: tuple[str, ...]
    """Images of the current revision, one per container."""
    init_images: tuple[str, ...]
    """The same for its init containers."""
    desired: int
    resource_version: int
    asks: Asks
    annotations: dict[str, str] = field(default_factory=dict)
    """What somebody added to those of the template."""
    settled_revision: str = ""
    """The last one that all pods had; empty while that is the first."""
    template_generation: int = 1
    """How many templates there have been."""
    is_going: bool = False
    """Whether it was deleted and waits for its pods to be gone."""
    pods: dict[str, SimPod] = field(default_factory=dict)
    replica_sets: dict[str, SimReplicaSet] = field(default_factory=dict)
    """For a Deployment, by revision, oldest first."""
    jobs: dict[str, SimJob] = field(default_factory=dict)
    """For a CronJob, by name, oldest first."""
    services: list[SimService] = field(default_factory=list)
    """Those that select its pods."""
    generation: int = 1
    """How often somebody changed what it wants."""
    observed_generation: int = 1
    """The generation that its controller has seen."""
    counts: PodCounts = field(default_factory=PodCounts)
    conditions: dict[str, SimCondition] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)
    refusal: str = ""
    """Why a pod could not be made; empty when that went well."""
    retry_seconds: float = math.inf
    """When its controller tries again."""
    needs_look: bool = True
    """Whether its controller has something to look at."""
    needs_count: bool = True
    """Whether its pods may be more, fewer or others than counted."""
    changed_seconds: float = -math.inf
    """When somebody last changed what it wants."""
    next_run_seconds: float = math.inf
    """For a CronJob."""

    @property
    def key(self) -> tuple[str, str, str]:
        """(kind, namespace, name)."""
        return (self.plan.kind.value, self.plan.namespace, self.plan.name)

    def active(self) -> list[SimPod]:
        """The pods that count, oldest first."""
        return [pod for pod in self.pods.values() if pod.is_active]

    @property
    def is_rolling(self) -> bool:
        """Whether pods of an older revision are still there, or those of the current one not all ready."""
        active = self.active()
        return len(active) != self.desired or any(pod.revision != self.revision or not pod.is_ready for pod in active)


class World:
    """Everything, with the time and the chance that rule it."""

    def __init__(self, scenario: Scenario, seed: int, now: datetime) -> None:
        self.scenario = scenario
        self.seed = seed
        self.random = Random(f"{seed}:world")  # noqa: S311 - a simulation, no secret
        self.seconds = 0.0
        self.now = now.replace(microsecond=0)
        """Whole seconds, as the API server stamps."""
        self.nodes: dict[str, SimNode] = {}
        self.workloads: dict[tuple[str, str, str], SimWorkload] = {}
        self.pods: dict[Key, SimPod] = {}
        self.replica_sets: dict[Key, SimReplicaSet] = {}
        self.jobs: dict[Key, SimJob] = {}
        self.services: dict[Key, SimService] = {}
        self.claims: dict[Key, SimClaim] = {}
        self.volumes: dict[Key, SimClaim] = {}
        """Under the name of the volume that a claim got; a volume is in no namespace."""
        self.declared: dict[Kind, dict[Key, Resource]] = {kind: {} for kind in Kind}
        """What only stands there, as a reader sees it."""
        self.changed: dict[Kind, set[Key]] = {kind: set() for kind in Kind}
        """What may look different since somebody last read it."""
        self.events = EventLog(seed, self.changed[Kind.EVENT])
        self._versions = 48_000

    def ago(self, seconds: float) -> datetime:
        """A moment in the past, to the second."""
        return (self.now - timedelta(seconds=seconds)).replace(microsecond=0)

    def next_version(self) -> int:
        """A resource version that nothing has yet."""
        self._versions += 1
        return self._versions

    def letters(self, count: int) -> str:
        """A random piece of a name."""
        return "".join(self.random.choices(_SAFE_LETTERS, k=count))

    def uid(self) -> str:
        """A random version 4 UUID."""
        digits = f"{self.random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def uid_of(self, kind: Kind, namespace: str, name: str) -> str:
        """The UID of an object that is made once under its name."""
        digits = f"{Random(f'{self.seed}:{kind}:{namespace}/{name}').getrandbits(128):032x}"  # noqa: S311 - no secret
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-b{digits[17:20]}-{digits[20:]}"

    def mark(self, kind: Kind, key: Key) -> None:
        """An object may look different now, or be gone."""
        self.changed[kind].add(key)

    def add(self, pod: SimPod) -> None:
        """A pod appears."""
        self.pods[pod.key] = pod
        pod.workload.pods[pod.name] = pod
        self.touch(pod)

    def remove(self, pod: SimPod) -> None:
        """A pod is gone."""
        del self.pods[pod.key]
        del pod.workload.pods[pod.name]
        self.touch(pod)

    def touch(self, pod: SimPod) -> None:
        """Something about a pod changed: its view is old, and whoever follows it should look."""
        workload = pod.workload
        self.changed[Kind.POD].add(pod.key)
        workload.needs_look = workload.needs_count = True
        for service in workload.services:
            service.needs_look = True
        for key in self.declared[Kind.RESOURCE_QUOTA]:
            if key[0] == workload.plan.namespace:
                self.mark(Kind.RESOURCE_QUOTA, key)

    def touch_node(self, node: SimNode) -> None:
        """Something about a node changed."""
        self.mark(Kind.NODE, ("", node.plan.name))

    def pods_on(self, node: SimNode) -> list[SimPod]:
        """Pods that take up room on a node."""
        return [pod for pod in self.pods.values() if pod.node is node and pod.stage is not Stage.ENDED]

    def change(self, workload: SimWorkload) -> None:
        """Somebody changed what a workload wants; its controller has not seen it yet."""
        plan = workload.plan
        workload.resource_version = self.next_version()
        workload.generation += 1
        workload.needs_look = True
        self.mark(Kind(plan.kind.value), (plan.namespace, plan.name))

    def find(self, kind: WorkloadKind, namespace: str, name: str) -> SimWorkload | None:
        """A workload, if there is one of that name."""
        return self.workloads.get((kind.value, namespace, name))
