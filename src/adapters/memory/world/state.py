"""What exists in the simulated cluster at this moment: nodes, workloads, pods, containers.

Mutable, and changed by the other modules of this package only. Moments are seconds since the simulation began
(`..._seconds`, may be negative for what is older); what a reader sees carries wall-clock times.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from adapters.memory.world.blueprints import Asks, ContainerPlan, NodePlan, Scenario, WorkloadKind, WorkloadPlan

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
class SimContainer:
    """A container of a pod."""

    plan: ContainerPlan
    image: str
    state: str = "waiting"
    """waiting, running or terminated."""
    reason: str = ""
    message: str = ""
    is_ready: bool = False
    restarts: int = 0
    last_reason: str = ""
    last_message: str = ""
    last_at: datetime | None = None
    ended_at: datetime | None = None
    due_seconds: float = math.inf
    """When something happens to it next."""
    backoff_seconds: float = 0.0

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended as it should."""
        return self.state == "terminated" and self.reason == "Completed"


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

    @property
    def is_ready(self) -> bool:
        """Whether its kubelet says so."""
        return self.conditions["Ready"].status == "True"


@dataclass(slots=True)
class SimCondition:
    """A condition of a node or pod."""

    status: str
    reason: str = ""
    message: str = ""
    since: datetime | None = None


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

    @property
    def key(self) -> tuple[str, str]:
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
    desired: int
    resource_version: int
    asks: Asks
    pods: dict[str, SimPod] = field(default_factory=dict)
    needs_look: bool = True
    """Whether its controller has something to look at."""
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
        self.pods: dict[tuple[str, str], SimPod] = {}
        self.changed_pods: set[tuple[str, str]] = set()
        self.changed_nodes: set[str] = set()
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
        """Something about a pod changed: its view is old, and its controller should look."""
        self.changed_pods.add(pod.key)
        pod.workload.needs_look = True

    def touch_node(self, node: SimNode) -> None:
        """Something about a node changed."""
        self.changed_nodes.add(node.plan.name)

    def pods_on(self, node: SimNode) -> list[SimPod]:
        """Pods that take up room on a node."""
        return [pod for pod in self.pods.values() if pod.node is node and pod.stage is not Stage.ENDED]

    def find(self, kind: WorkloadKind, namespace: str, name: str) -> SimWorkload | None:
        """A workload, if there is one of that name."""
        return self.workloads.get((kind.value, namespace, name))
