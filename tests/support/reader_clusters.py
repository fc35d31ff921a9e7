"""Clusters whose reader is held to its contract: the Kubernetes adapter on loopback, and the simulated one."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import anyio
from typing_extensions import override

from adapters.kubernetes.inventory import KubernetesInventory
from adapters.kubernetes.kinds import KINDS as EVERY_ROW
from adapters.kubernetes.usage import UsagePoller
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.system.clock import SystemClock
from domain.cluster.all_readings import RESOURCES
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from domain.cluster.usage import Usage
from ports.cluster import ClusterReader
from tests.support.api_answers import with_status, with_stream
from tests.support.api_client import QUICK, connected, eventually
from tests.support.api_objects import a_namespace, a_node, a_pod, node_metrics, pod_metrics
from tests.support.api_server import ApiServer
from tests.support.commands import a_scale_request
from tests.support.full_kinds import FULL
from tests.support.objects import Json
from tests.support.workloads import scale

KINDS: tuple[type[Resource], ...] = tuple(RESOURCES.values())
ROWS = {row.resource.kind: row for row in EVERY_ROW}


class Cluster(Protocol):
    """A cluster with several pods in several namespaces, all of it known and live."""

    reader: ClusterReader

    @abstractmethod
    async def change_a_pod(self) -> None:
        """Change at least one pod, and no node, and wait until the reader knows."""

    @abstractmethod
    async def bring(self, resource: type[Resource], state: ReadingState) -> None:
        """Bring a kind into a state of trouble."""

    @abstractmethod
    async def lose_usage(self) -> None:
        """Let metrics-server be missing, as if from the beginning."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, server: ApiServer, reader: ClusterReader) -> None:
        self.reader = reader
        self._server = server

    @override
    async def change_a_pod(self) -> None:
        before = self.reader.read(Pod).objects
        self._server.put("pods", a_pod("web-1", image=f"web:{self._server.version}"))
        await eventually(lambda: self.reader.read(Pod).objects is not before)

    @override
    async def bring(self, resource: type[Resource], state: ReadingState) -> None:
        plural = ROWS[resource.kind].plural
        match state:
            case ReadingState.FORBIDDEN:
                self._server.denied |= {("list", plural), ("watch", plural)}
            case ReadingState.ABSENT:
                self._server.fail(with_status(404, "not found"), plural=plural, times=1_000_000)
            case _:
                self._server.fail(with_status(503, "down"), plural=plural, times=1_000_000)
        self._server.say(plural, "ERROR", {"code": 500, "message": "interrupted"})
        await eventually(lambda: self.reader.read(resource).state is state)

    @override
    async def lose_usage(self) -> None:
        await eventually(lambda: self.reader.read_usage().state is ReadingState.ABSENT)


@asynccontextmanager
async def _kubernetes(folder: Path, *, syncing: bool = False, usage: bool = True) -> AsyncIterator[Cluster]:
    server = ApiServer()
    for name, namespace in (("web-2", "shop"), ("web-1", "shop"), ("dns", "kube-system"), ("a", "zoo")):
        server.put("pods", a_pod(name, namespace))
        server.put("namespaces", a_namespace(namespace))
    for name in ("node-2", "node-1"):
        server.put("nodes", a_node(name))
    for kind, row in ROWS.items():
        if row.resource not in {Pod, Node, Namespace}:
            for name, namespace in (("second", "shop"), ("first", "shop"), ("third", "kube-system")):
                server.put(row.plural, _one_of(kind, name, namespace if row.namespaced else ""))
    if usage:
        server.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics()]}
    if syncing:
        hanging = with_stream(then=anyio.sleep_forever)
        server.fail(hanging, verb="list", plural="pods", where=lambda one: not one.group, times=1_000_000)
    clock = SystemClock()
    async with server.serving(), connected(server, folder) as connection:
        reader = KubernetesInventory(connection, clock, usage=UsagePoller(connection, clock), timings=QUICK)
        async with anyio.create_task_group() as group:
            await group.start(reader.run)
            awaited = [kind for kind in KINDS if not (syncing and kind is Pod)]
            await eventually(lambda: all(reader.read(kind).state is ReadingState.LIVE for kind in awaited))
            await eventually(lambda: reader.read_usage().state is not ReadingState.SYNCING)
            yield LoopbackCluster(server, reader)
            group.cancel_scope.cancel()


def _one_of(kind: Kind, name: str, namespace: str) -> Json:
    """An object with everything, seen a moment ago where that decides whether it is kept."""
    full = FULL[kind]()
    now = datetime.now(UTC).isoformat()
    metadata = {**full["metadata"], "name": name, "namespace": namespace, "uid": f"{kind}-{namespace}-{name}"}
    times = {"eventTime": now, "series": {"count": 2, "lastObservedTime": now}} if kind is Kind.EVENT else {}
    return {**full, "metadata": metadata, **times}


class SimulatedCluster(Cluster):
    """The in-memory cluster under a manual clock."""

    def __init__(self, cluster: InMemoryCluster, clock: ManualClock) -> None:
        self.reader = cluster
        self._cluster = cluster
        self._clock = clock

    @override
    async def change_a_pod(self) -> None:
        await scale(self._cluster, a_scale_request(5))
        await self._clock.advance(30)

    @override
    async def bring(self, resource: type[Resource], state: ReadingState) -> None:
        self._cluster.set_state(resource, state, "planned")

    @override
    async def lose_usage(self) -> None:
        self._cluster.set_state(Usage, ReadingState.ABSENT, "planned")


@asynccontextmanager
async def _memory(folder: Path, *, syncing: bool = False, usage: bool = True) -> AsyncIterator[Cluster]:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    if syncing:
        cluster.set_state(Pod, ReadingState.SYNCING)
    async with anyio.create_task_group() as group:
        await group.start(cluster.run)
        yield SimulatedCluster(cluster, clock)
        group.cancel_scope.cancel()


class Opener(Protocol):
    """Opens a cluster of one adapter."""

    def __call__(
        self, folder: Path, *, syncing: bool = False, usage: bool = True
    ) -> AbstractAsyncContextManager[Cluster]:
        """With pods that are not known yet, or without metrics-server."""


CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}
