"""Plans of what the simulated cluster runs: declared once, never changed.

Pods follow from the plans of workloads, and with them whatever follows from pods. What only stands there (Services,
ConfigMaps, policies ...) is declared as the object that a reader sees (`declarations`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.cluster.containers import Container
from domain.cluster.metadata import Resource
from domain.cluster.pod_parts import Volume
from domain.cluster.pods import PodSpec
from domain.cluster.quantities import nanocores, whole_units


class WorkloadKind(StrEnum):
    """What keeps the pods of a workload alive."""

    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"
    CRON_JOB = "CronJob"
    NODE = "Node"
    """Static pods: the kubelet of their node."""
    NONE = ""
    """A pod that somebody made by hand."""


class Fault(StrEnum):
    """What keeps a container from working, for good."""

    NONE = ""
    CRASH = "crash"
    """Ends a few seconds after it started."""
    IMAGE = "image"
    """Its image cannot be pulled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPlan:
    """A container and how it behaves."""

    container: Container
    millicores: float
    """CPU it uses on an average moment."""
    mebibytes: float
    """Memory it uses on an average moment."""
    ready_after_seconds: float = 4.0
    runs_seconds: float | None = None
    """When it is done; None: it runs for ever."""
    is_sidecar: bool = False
    """A native sidecar: an init container that goes on running."""
    fault: Fault = Fault.NONE
    last_words: str = ""
    """What its log said when it crashed; empty: nothing worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What a pod must find free on a node."""

    nanocores: int
    memory_bytes: int
    gpus: int


GPU: Final = "nvidia.com/gpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPlan:
    """Storage that every pod of a StatefulSet gets for itself."""

    name: str
    storage: str
    storage_class: str = "fast-ssd"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPlan:
    """A workload and the pods it wants."""

    kind: WorkloadKind
    namespace: str
    name: str
    replicas: int = 1
    """For a CronJob: finished jobs that are kept."""
    containers: tuple[ContainerPlan, ...]
    init_containers: tuple[ContainerPlan, ...] = ()
    volumes: tuple[Volume, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    spec: PodSpec = field(default_factory=PodSpec)
    age_days: float = 40.0
    every_seconds: int = 0
    """For a CronJob: between two jobs, whole minutes that divide an hour; 0: it is suspended."""
    claims: tuple[ClaimPlan, ...] = ()
    """For a StatefulSet; a volume of each name mounts it."""
    serves: str = ""
    """For a StatefulSet: name of its headless Service."""
    autoscaled: tuple[int, int] | None = None
    """Bounds of a HorizontalPodAutoscaler, if there is one."""
    is_rolled: bool = False
    """Whether somebody deploys new versions of it."""

    @property
    def asks(self) -> Asks:
        """Sum of the requests of containers and native sidecars."""
        requests = [plan.container.requests for plan in self.containers]
        requests += [plan.container.requests for plan in self.init_containers if plan.is_sidecar]
        return Asks(
            nanocores=sum(nanocores(request.get("cpu", "0")) for request in requests),
            memory_bytes=sum(whole_units(request.get("memory", "0")) for request in requests),
            gpus=sum(whole_units(request.get(GPU, "0")) for request in requests),
        )

    @property
    def qos_class(self) -> str:
        """Guaranteed, Burstable or BestEffort, as the API server decides."""
        containers = [plan.container for plan in (*self.containers, *self.init_containers)]
        if not any(container.requests or container.limits for container in containers):
            return "BestEffort"
        guaranteed = all(
            {"cpu", "memory"} <= set(container.limits)
            and all(container.requests.get(name) == container.limits[name] for name in ("cpu", "memory"))
            for container in containers
        )
        return "Guaranteed" if guaranteed else "Burstable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaintPlan:
    """A taint that a node always has."""

    key: str
    value: str = ""
    effect: str = "NoSchedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """A machine."""

    name: str
    address: str
    pod_network: str
    """First three parts of its pods' addresses."""
    roles: tuple[str, ...]
    cores: int
    memory_kib: int
    gpus: int = 0
    instance_type: str
    zone: str
    taints: tuple[TaintPlan, ...] = ()
    age_days: float = 71.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything there is when the simulation begins."""

    nodes: tuple[NodePlan, ...]
    namespaces: tuple[str, ...]
    workloads: tuple[WorkloadPlan, ...]
    objects: tuple[Resource, ...] = ()
    """What is declared and stays: Services, Ingresses, ConfigMaps, Secrets, policies, single claims and volumes. Their
    births and UIDs are given when the world begins."""
    services: tuple[str, ...] = ()
    """Names of the workloads that serve requests; telemetry tells of them."""
    cordoned: str = ""
    """Name of the node that is being maintained when the simulation begins."""
