"""Clusters whose nodes are changed: the Kubernetes adapter on loopback, and the simulated one."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import anyio
from typing_extensions import override

from adapters.kubernetes.operations.nodes import KubernetesNodeOperator
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.node_operator import OPERATIONS, InMemoryNodeOperator
from domain.commands.drain import MIRROR_ANNOTATION
from ports.errors import AccessDenied, Unavailable
from ports.nodes import NodeOperator
from tests.support.api_client import connected
from tests.support.api_nodes import NodeApi, a_bound_pod
from tests.support.api_server import ApiServer

NODE = "worker-2"
RIGHTS = {
    "cordon": ("patch", "nodes"),
    "uncordon": ("patch", "nodes"),
    "drain_candidates": ("list", "pods"),
    "evict": ("create", "pods/eviction"),
    "remaining": ("list", "pods"),
}


class Cluster(Protocol):
    """A cluster with three workers and a control plane, of which worker-4 is out of service.

    On worker-2: a pod of a DaemonSet, one with an emptyDir, `postgres-0`, and the agent's own `otel-collector`. Of
    `postgres` one pod may go, and another is on worker-3.
    """

    operator: NodeOperator

    @abstractmethod
    def is_unschedulable(self, node: str) -> bool:
        """Whether a node takes no new pods."""

    @abstractmethod
    async def let_endings_end(self) -> None:
        """Until what was told to end has ended."""

    @abstractmethod
    def refuse(self, operation: str) -> None:
        """Take the right for it away."""

    @abstractmethod
    def fall_silent(self) -> None:
        """Be unavailable from now on."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, operator: NodeOperator, api: NodeApi) -> None:
        self.operator = operator
        self._api = api

    @override
    def is_unschedulable(self, node: str) -> bool:
        return self._api.nodes[node]["spec"].get("unschedulable") is True

    @override
    async def let_endings_end(self) -> None:
        self._api.finish_endings()

    @override
    def refuse(self, operation: str) -> None:
        self._api.denied.add(RIGHTS[operation])

    @override
    def fall_silent(self) -> None:
        self._api.is_down = True


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Cluster]:
    server = ApiServer()
    api = NodeApi(server)
    for node in ("control-plane-1", "worker-1", "worker-2", "worker-3"):
        api.add_node(node)
    api.add_node("worker-4", unschedulable=True)
    daemon_set, stateful_set = ("apps/v1", "DaemonSet", "kube-proxy"), ("apps/v1", "StatefulSet", "postgres")
    scratch = [{"name": "none"}, None, {"name": "tmp", "emptyDir": {}}]
    for pod in (
        a_bound_pod("web-2c7jp", NODE, volumes=scratch, labels={"tier": "backend"}),
        a_bound_pod("otel-collector-r6bxc", NODE, "monitoring"),
        a_bound_pod("kube-proxy-7lw2j", NODE, "kube-system", owner=daemon_set),
        a_bound_pod("postgres-0", NODE, "data", owner=stateful_set),
        a_bound_pod("postgres-1", "worker-3", "data", owner=stateful_set),
        a_bound_pod("toolbox", "worker-4", "default", owner=None),
        a_bound_pod("backup-postgres-1", "worker-1", "data", owner=("batch/v1", "Job", "backup"), phase="Succeeded"),
        a_bound_pod(
            "etcd-control-plane-1",
            "control-plane-1",
            "kube-system",
            owner=("v1", "Node", "control-plane-1"),
            annotations={MIRROR_ANNOTATION: ""},
        ),
    ):
        api.add_pod(pod)
    api.daemon_sets.add("kube-proxy")
    api.allowed["postgres"] = 1
    api.own_uid = "uid-monitoring-otel-collector-r6bxc"
    async with server.serving(), connected(server, folder) as connection:
        yield LoopbackCluster(KubernetesNodeOperator(connection), api)


class SimulatedCluster(Cluster):
    """The in-memory cluster."""

    def __init__(self, cluster: InMemoryCluster, clock: ManualClock) -> None:
        own = next(key for key, pod in cluster.world.pods.items() if "otel-collector" in key[1] and _is_on(NODE, pod))
        self._operator = InMemoryNodeOperator(cluster, own_pod=own)
        self.operator = self._operator
        self._cluster = cluster
        self._clock = clock

    @override
    def is_unschedulable(self, node: str) -> bool:
        return self._cluster.world.nodes[node].is_cordoned

    @override
    async def let_endings_end(self) -> None:
        await self._clock.advance(10)

    @override
    def refuse(self, operation: str) -> None:
        self._operator.fail_next(operation, AccessDenied(operation, "planned"))

    @override
    def fall_silent(self) -> None:
        for operation in OPERATIONS:
            self._operator.fail_next(operation, Unavailable(operation, "planned"))


def _is_on(node: str, pod: object) -> bool:
    return getattr(getattr(getattr(pod, "node", None), "plan", None), "name", "") == node


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    async with anyio.create_task_group() as group:
        await group.start(cluster.run)
        yield SimulatedCluster(cluster, clock)
        group.cancel_scope.cancel()


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}
