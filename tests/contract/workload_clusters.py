"""Clusters for the contract of WorkloadOperator: the API server on loopback, and the simulation, with like objects."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import OPERATIONS, InMemoryCluster
from adapters.memory.workload_operator import InMemoryWorkloadOperator
from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.changes import images_of, images_of_pod
from domain.commands.target import Target
from ports.errors import AccessDenied, PortError, Unavailable
from ports.workloads import WorkloadOperator
from tests.support.api_answers import Json, with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_templated_workload
from tests.support.api_server import ApiServer
from tests.support.quick_clock import QuickClock
from tests.support.workloads import served

DEPLOYMENT = Target(kind="Deployment", namespace="shop", name="web")
STATEFUL_SET = Target(kind="StatefulSet", namespace="data", name="postgres")
DAEMON_SET = Target(kind="DaemonSet", namespace="monitoring", name="node-exporter")
CRON_JOB = Target(kind="CronJob", namespace="data", name="backup-postgres")


class Cluster(Protocol):
    """A cluster with these four workloads, and with pods of the first; the first two ask for more than one replica."""

    operator: WorkloadOperator

    @abstractmethod
    def replicas(self, target: Target) -> int:
        """How many a workload asks for now."""

    @abstractmethod
    def images(self, target: Target) -> dict[str, str]:
        """Images by container."""

    @abstractmethod
    def template_annotations(self, target: Target) -> dict[str, str]:
        """What is written on the template."""

    @abstractmethod
    def exists(self, target: Target) -> bool:
        """Whether it is there, and not on its way out."""

    @abstractmethod
    def some_pod(self) -> Target:
        """A pod of the Deployment."""

    @abstractmethod
    def uid(self, target: Target) -> str:
        """The UID of a pod."""

    @abstractmethod
    def refuse(self) -> None:
        """Take the right to change away."""

    @abstractmethod
    def fall_silent(self) -> None:
        """Be unavailable from now on."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, operator: WorkloadOperator, server: ApiServer) -> None:
        self.operator = operator
        self._server = server

    def _get(self, target: Target) -> Json:
        return self._server.get(served(target.kind).plural, target.name, target.namespace)

    @override
    def replicas(self, target: Target) -> int:
        return int(self._get(target)["spec"]["replicas"])

    def _pod_spec(self, target: Target) -> Json:
        spec: Json = self._get(target)["spec"]
        paths = {"Pod": (), "CronJob": ("jobTemplate", "spec", "template", "spec")}
        for segment in paths.get(target.kind, ("template", "spec")):
            spec = spec[segment]
        return spec

    @override
    def images(self, target: Target) -> dict[str, str]:
        spec = self._pod_spec(target)
        containers = [*spec["containers"], *spec.get("initContainers", ())]
        return {one["name"]: one["image"] for one in containers}

    @override
    def template_annotations(self, target: Target) -> dict[str, str]:
        return dict(self._get(target)["spec"]["template"]["metadata"].get("annotations", {}))

    @override
    def exists(self, target: Target) -> bool:
        try:
            found = self._get(target)
        except KeyError:
            return False
        return "deletionTimestamp" not in found["metadata"]

    @override
    def some_pod(self) -> Target:
        return Target(kind="Pod", namespace="shop", name="web-1")

    @override
    def uid(self, target: Target) -> str:
        return str(self._get(target)["metadata"]["uid"])

    @override
    def refuse(self) -> None:
        self._server.denied |= {(verb, "deployments") for verb in ("patch", "update", "delete")}

    @override
    def fall_silent(self) -> None:
        self._server.fail(with_status(503, "down"), times=1_000_000)


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Cluster]:
    server = ApiServer()
    for target in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB):
        containers = (("web", "web:1"), ("linkerd-proxy", "proxy:1")) if target is DEPLOYMENT else (("app", "app:1"),)
        workload = a_templated_workload(target.kind, target.name, target.namespace, containers=containers)
        server.put(served(target.kind).plural, workload)
    server.put("pods", a_templated_workload("Pod", "web-1", "shop"))
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesWorkloadOperator(connection, QuickClock(100.0)), server)


class SimulatedCluster(Cluster):
    """The in-memory cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self.operator = InMemoryWorkloadOperator(cluster)
        self._cluster = cluster

    @override
    def replicas(self, target: Target) -> int:
        return self._cluster.replicas_of(target)

    @override
    def images(self, target: Target) -> dict[str, str]:
        if target.kind == "Pod":
            found = images_of_pod(self._cluster.world.pods[target.namespace, target.name])
        else:
            found = images_of(self._cluster.world.workloads[target.kind, target.namespace, target.name])
        return {one.name: one.image for one in found}

    @override
    def template_annotations(self, target: Target) -> dict[str, str]:
        return self._cluster.world.workloads[target.kind, target.namespace, target.name].annotations

    @override
    def exists(self, target: Target) -> bool:
        if target.kind == "Pod":
            pod = self._cluster.world.pods.get((target.namespace, target.name))
            return pod is not None and pod.is_active
        workload = self._cluster.world.find(WorkloadKind(target.kind), target.namespace, target.name)
        return workload is not None and not workload.is_going

    @override
    def some_pod(self) -> Target:
        pods = self._cluster.world.workloads["Deployment", "shop", "web"].pods
        return Target(kind="Pod", namespace="shop", name=min(pods))

    @override
    def uid(self, target: Target) -> str:
        return self._cluster.world.pods[target.namespace, target.name].uid

    @override
    def refuse(self) -> None:
        self._plan(AccessDenied("change", "planned"))

    @override
    def fall_silent(self) -> None:
        self._plan(Unavailable("change", "planned"))

    def _plan(self, error: PortError) -> None:
        for operation in OPERATIONS:
            self._cluster.fail_next(operation, error)


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    yield SimulatedCluster(InMemoryCluster(ManualClock()))


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}
