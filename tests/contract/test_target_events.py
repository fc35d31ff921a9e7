"""What every TargetEvents promises (ports.target_events)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from aiohttp import web
from typing_extensions import override

from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.kubernetes.target_events import KubernetesTargetEvents
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.kind_resolver import InMemoryKindResolver
from adapters.memory.target_events import InMemoryTargetEvents
from domain.cluster.events import Event
from domain.commands.actions import Action
from domain.commands.target import Target
from domain.commands.target_events import TargetEvent
from ports.errors import Unavailable
from ports.target_events import TargetEvents
from tests.support.api_answers import Json, Request, status_answer, with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_node, a_workload
from tests.support.api_server import ApiServer

PORT = TargetEvents
ADAPTERS = (KubernetesTargetEvents, InMemoryTargetEvents)
FOR_EVER = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An Event as somebody finds it."""

    kind: str
    namespace: str
    name: str
    uid: str
    reason: str
    note: str
    type: str


class Cluster(Protocol):
    """A cluster with a Deployment shop/web, or one named like it, and a node."""

    events: TargetEvents
    deployment: str
    node: str

    @abstractmethod
    def left(self) -> Sequence[Left]:
        """The Events that the agent has left."""

    @abstractmethod
    def take_the_right_away(self) -> None:
        """Nothing may be left any more."""

    @abstractmethod
    def fall_silent(self) -> None:
        """Do not answer any more."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    deployment, node = "web", "node-1"

    def __init__(self, events: TargetEvents, server: ApiServer) -> None:
        self.events = events
        self._server = server
        self._created: list[Json] = []
        server.fail(self._create, verb="create", plural="events", times=FOR_EVER)

    async def _create(self, request: Request) -> web.StreamResponse:
        if ("create", "events") in self._server.denied:
            return status_answer(403, "forbidden")
        body = await request.http.json()
        assert (request.group, request.namespace) == ("events.k8s.io", body["metadata"]["namespace"])
        if body["metadata"]["name"] in {one["metadata"]["name"] for one in self._created}:
            return status_answer(409, "exists", reason="AlreadyExists")
        self._created.append(body)
        return web.json_response(body, status=201)

    @override
    def left(self) -> Sequence[Left]:
        return [
            Left(
                kind=body["regarding"]["kind"],
                namespace=body["regarding"].get("namespace", ""),
                name=body["regarding"]["name"],
                uid=body["regarding"]["uid"],
                reason=body["reason"],
                note=body["note"],
                type=body["type"],
            )
            for body in self._created
        ]

    @override
    def take_the_right_away(self) -> None:
        self._server.denied |= {("create", "events")}

    @override
    def fall_silent(self) -> None:
        self._server.faults.clear()
        self._server.fail(with_status(503, "down"), times=FOR_EVER)


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Cluster]:
    server, clock = ApiServer(), ManualClock()
    server.put("deployments", a_workload())
    server.put("nodes", a_node())
    async with server.serving(), connected(server, folder) as connection:
        resolver = KubernetesKindResolver(ReadOnlyConnection(connection), clock)
        yield LoopbackCluster(KubernetesTargetEvents(connection, resolver, clock), server)


class SimulatedCluster(Cluster):
    """The in-memory one."""

    deployment = "cart"

    def __init__(self) -> None:
        self._cluster = InMemoryCluster(ManualClock())
        self.node = self._cluster.node_names[0]
        self._resolver = InMemoryKindResolver()
        self.events = self._events = InMemoryTargetEvents(self._cluster, self._resolver)

    @override
    def left(self) -> Sequence[Left]:
        return [
            Left(
                kind=event.involved_object.kind,
                namespace=event.involved_object.namespace,
                name=event.involved_object.name,
                uid=event.involved_object.uid,
                reason=event.reason,
                note=event.message,
                type=event.type,
            )
            for event in self._cluster.read(Event).objects
            if event.source == "atlhyper.io/agent"
        ]

    @override
    def take_the_right_away(self) -> None:
        self._events.is_granted = False

    @override
    def fall_silent(self) -> None:
        self._resolver.fail_next(Unavailable("resolve", "planned"), FOR_EVER)


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    yield SimulatedCluster()


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


def an_event(target: Target, command_id: str = "c-1", *, is_warning: bool = False) -> TargetEvent:
    return TargetEvent(
        target=target,
        command_id=command_id,
        action=Action.SCALE,
        reason="AtlhyperScaled",
        note=f"scale by web, command {command_id}",
        is_warning=is_warning,
    )


def a_deployment(cluster: Cluster, kind: str = "Deployment") -> Target:
    return Target(kind=kind, namespace="shop", name=cluster.deployment)


@pytest.mark.parametrize("kind", ["Deployment", "deploy", "deployments.apps"])
async def test_an_event_is_left_on_the_object_however_its_kind_is_spelt(cluster: Cluster, kind: str) -> None:
    await cluster.events.leave(an_event(a_deployment(cluster, kind)))
    (left,) = cluster.left()
    assert (left.kind, left.namespace, left.name) == ("Deployment", "shop", cluster.deployment)
    assert (left.reason, left.note, left.type) == ("AtlhyperScaled", "scale by web, command c-1", "Normal")
    assert left.uid


async def test_what_has_no_namespace_gets_its_event_whatever_the_command_says(cluster: Cluster) -> None:
    target = Target(kind="Node", namespace="shop", name=cluster.node)
    await cluster.events.leave(an_event(target, is_warning=True))
    (left,) = cluster.left()
    assert (left.kind, left.namespace, left.name, left.type) == ("Node", "", cluster.node, "Warning")


async def test_the_same_command_leaves_one_event(cluster: Cluster) -> None:
    for command_id in ("c-1", "c-2", "c-1"):
        await cluster.events.leave(an_event(a_deployment(cluster), command_id))
    assert len(cluster.left()) == 2


async def test_nothing_is_left_where_it_is_not_granted(cluster: Cluster) -> None:
    await cluster.events.leave(an_event(a_deployment(cluster), "c-1"))
    cluster.take_the_right_away()
    for command_id in ("c-2", "c-3"):
        await cluster.events.leave(an_event(a_deployment(cluster), command_id))
    assert len(cluster.left()) == 1


@pytest.mark.parametrize("kind", ["Nothing", "../secrets", ""])
async def test_a_target_that_is_none_gets_nothing_and_raises_nothing(cluster: Cluster, kind: str) -> None:
    await cluster.events.leave(an_event(Target(kind=kind, namespace="shop", name="x")))
    assert cluster.left() == []


async def test_silence_costs_the_event_and_nothing_else(cluster: Cluster) -> None:
    cluster.fall_silent()
    await cluster.events.leave(an_event(a_deployment(cluster)))
    assert cluster.left() == []
