"""adapters.kubernetes.inventory, against an API server on loopback."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio

from adapters.kubernetes.inventory import KubernetesInventory
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import NAMESPACES, NODES, PODS
from adapters.kubernetes.store import Retention
from adapters.kubernetes.usage import UsagePoller
from adapters.system.clock import SystemClock
from domain.cluster.kinds import Kind
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from tests.support.api_answers import with_status, with_stream
from tests.support.api_client import QUICK, connected, eventually
from tests.support.api_objects import a_namespace, a_node, a_pod, node_metrics, pod_metrics
from tests.support.api_server import ApiServer

ROWS = (PODS, NODES, NAMESPACES)
"""Kinds with and without namespaces; what holds for these holds for every row."""
LIVE, STALE, SYNCING = ReadingState.LIVE, ReadingState.STALE, ReadingState.SYNCING
FORBIDDEN, ABSENT = ReadingState.FORBIDDEN, ReadingState.ABSENT


def _server() -> ApiServer:
    server = ApiServer()
    server.put("pods", a_pod("web-1"))
    server.put("pods", a_pod("other", "elsewhere"))
    server.put("nodes", a_node())
    server.put("namespaces", a_namespace())
    return server


@asynccontextmanager
async def _inventory(
    server: ApiServer,
    folder: Path,
    *,
    namespaces: Sequence[str] = (),
    exclude: Collection[Kind] = frozenset(),
    pages: list[int] | None = None,
    rows: Sequence[KindRow[Any, Any]] = ROWS,
) -> AsyncIterator[KubernetesInventory]:
    clock = SystemClock()
    seen = pages if pages is not None else []
    async with server.serving(), connected(server, folder) as connection:
        inventory = KubernetesInventory(
            connection,
            clock,
            usage=UsagePoller(connection, clock, namespaces=namespaces),
            rows=rows,
            namespaces=namespaces,
            exclude=exclude,
            timings=QUICK,
            after_page=lambda: seen.append(1),
        )
        async with anyio.create_task_group() as group:
            await group.start(inventory.run)
            yield inventory
            group.cancel_scope.cancel()


def _names(inventory: KubernetesInventory) -> list[str]:
    return [f"{pod.namespace}/{pod.name}" for pod in inventory.read(Pod).objects]


async def test_every_kind_is_read_and_live(tmp_path: Path) -> None:
    pages: list[int] = []
    async with _inventory(_server(), tmp_path, pages=pages) as inventory:
        await eventually(lambda: all(inventory.read(kind).state is LIVE for kind in (Pod, Node, Namespace)))
        assert _names(inventory) == ["elsewhere/other", "shop/web-1"]
        assert [node.name for node in inventory.read(Node).objects] == ["node-1"]
        assert [namespace.name for namespace in inventory.read(Namespace).objects] == ["shop"]
        assert inventory.read(Pod).observed_at is not None
        assert inventory.read(Pod).reason == ""
        assert len(pages) == 3
        assert [one.kind for one in inventory.status()] == [Kind.POD, Kind.NODE, Kind.NAMESPACE]


async def test_before_the_first_list_is_whole_there_is_nothing_and_it_says_so(tmp_path: Path) -> None:
    server = _server()
    server.fail(with_stream(then=anyio.sleep_forever), verb="list", plural="pods")
    async with _inventory(server, tmp_path) as inventory:
        await eventually(lambda: inventory.read(Node).state is LIVE)
        reading = inventory.read(Pod)
        assert (reading.objects, reading.state, reading.is_settled) == ((), SYNCING, False)


async def test_a_server_that_is_down_at_start_says_why_it_is_still_syncing(tmp_path: Path) -> None:
    server = _server()
    server.fail(with_status(503, "starting"), plural="pods", times=1_000_000)
    async with _inventory(server, tmp_path) as inventory:
        await eventually(lambda: "starting" in inventory.read(Pod).reason)
        assert inventory.read(Pod).state is SYNCING


async def test_the_tuple_is_the_same_instance_while_nothing_has_changed(tmp_path: Path) -> None:
    server = _server()
    for scope in ((), ("shop", "elsewhere")):
        async with _inventory(server, tmp_path, namespaces=scope) as inventory:
            await eventually(lambda: inventory.read(Pod).state is LIVE)
            before = inventory.read(Pod).objects
            assert inventory.read(Pod).objects is before
            kept = before[0]
            server.put("pods", a_pod("web-2"))
            await eventually(lambda: len(inventory.read(Pod).objects) == 3)
            assert inventory.read(Pod).objects[0] is kept
        server.delete("pods", "web-2", "shop")


async def test_what_cannot_be_followed_any_more_is_stale_and_kept(tmp_path: Path) -> None:
    server = _server()
    async with _inventory(server, tmp_path) as inventory:
        await eventually(lambda: inventory.read(Pod).state is LIVE)
        before = inventory.read(Pod).objects
        server.fail(with_status(503, "down"), plural="pods", times=1_000_000)
        server.say("pods", "ERROR", {"code": 500, "message": "leader lost"})
        await eventually(lambda: inventory.read(Pod).state is STALE)
        reading = inventory.read(Pod)
        assert reading.objects is before
        assert "leader lost" in reading.reason or "down" in reading.reason
        assert inventory.read(Node).state is LIVE


async def test_a_kind_that_may_not_be_read_names_the_right(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "nodes")}
    async with _inventory(server, tmp_path) as inventory:
        await eventually(lambda: inventory.read(Node).state is FORBIDDEN)
        reading = inventory.read(Node)
        assert reading.objects == ()
        assert reading.reason == "not allowed; grant get, list, watch on nodes"
        assert reading.is_settled


async def test_a_kind_that_is_not_served_is_absent(tmp_path: Path) -> None:
    server = _server()
    server.absent = {"nodes"}
    rows = (PODS, replace(NODES, group="example.io"), NAMESPACES)
    async with _inventory(server, tmp_path, rows=rows) as inventory:
        await eventually(lambda: inventory.read(Node).state is ABSENT)
        assert "404" in inventory.read(Node).reason
        assert inventory.read(Node).is_settled


async def test_a_kind_that_is_left_out_is_absent_and_names_the_setting(tmp_path: Path) -> None:
    server = _server()
    async with _inventory(server, tmp_path, exclude={Kind.NODE}) as inventory:
        await eventually(lambda: inventory.read(Pod).state is LIVE)
        reading = inventory.read(Node)
        assert (reading.objects, reading.state, reading.reason) == ((), ABSENT, "left out by AGENT_EXCLUDE_KINDS")
        assert reading.is_settled
        assert Kind.NODE not in {one.kind for one in inventory.status()}
    assert server.count("list", "nodes") == 0


async def test_restricted_to_namespaces_it_reads_these_and_tries_nothing_else(tmp_path: Path) -> None:
    server = _server()
    server.put("pods", a_pod("hidden", "kube-system"))
    server.denied = {("list", "nodes"), ("list", "namespaces")}
    async with _inventory(server, tmp_path, namespaces=("shop", "elsewhere", "shop")) as inventory:
        await eventually(lambda: inventory.read(Pod).state is LIVE)
        await eventually(lambda: inventory.read(Node).is_settled and inventory.read(Namespace).is_settled)
        assert _names(inventory) == ["elsewhere/other", "shop/web-1"]
        assert inventory.read(Node).state is inventory.read(Namespace).state is FORBIDDEN
        assert inventory.read(Node).reason == "not allowed; grant get, list, watch on nodes"
        server.put("pods", a_pod("a", "shop"))
        await eventually(lambda: _names(inventory) == ["elsewhere/other", "shop/a", "shop/web-1"])
        assert [one.namespace for one in inventory.status() if one.kind is Kind.POD] == ["elsewhere", "shop"]
    assert {one.namespace for one in server.requests if one.plural == "pods"} == {"shop", "elsewhere"}
    assert server.count("list", "nodes") == server.count("list", "namespaces") == 0


async def test_restricted_to_namespaces_what_has_none_is_read_where_it_may_be(tmp_path: Path) -> None:
    async with _inventory(_server(), tmp_path, namespaces=("shop",)) as inventory:
        await eventually(lambda: inventory.read(Node).state is LIVE)
        assert len(inventory.read(Node).objects) == 1


async def test_a_namespace_that_may_not_be_read_costs_only_itself(tmp_path: Path) -> None:
    server = _server()
    server.fail(with_status(403, "no"), verb="list", where=lambda one: one.namespace == "elsewhere", times=1_000_000)
    async with _inventory(server, tmp_path, namespaces=("shop", "elsewhere")) as inventory:
        await eventually(lambda: inventory.read(Pod).state is LIVE)
        assert _names(inventory) == ["shop/web-1"]
        assert inventory.read(Pod).reason == "not allowed; grant get, list, watch on pods in elsewhere"


async def test_a_namespace_that_is_not_read_yet_keeps_the_kind_syncing_and_hides_no_other(tmp_path: Path) -> None:
    server = _server()
    server.fail(with_stream(then=anyio.sleep_forever), verb="list", where=lambda one: one.namespace == "elsewhere")
    async with _inventory(server, tmp_path, namespaces=("shop", "elsewhere")) as inventory:
        await eventually(lambda: any(one.objects for one in inventory.status()))
        reading = inventory.read(Pod)
        assert (reading.state, reading.observed_at, reading.is_settled) == (SYNCING, None, False)
        assert _names(inventory) == ["shop/web-1"]
        assert inventory.read(Pod).objects is reading.objects


async def test_a_namespace_that_may_be_read_again_never_empties_the_others(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "pods")}
    async with _inventory(server, tmp_path, namespaces=("shop", "elsewhere")) as inventory:
        await eventually(lambda: inventory.read(Pod).state is FORBIDDEN)
        # Both may be read from now on; the list of one of them never ends.
        endless = with_stream(then=anyio.sleep_forever)
        server.fail(endless, verb="list", where=lambda one: one.namespace == "elsewhere", times=1_000_000)
        server.denied = set()
        await eventually(lambda: inventory.read(Pod).state is SYNCING and _names(inventory) == ["shop/web-1"])


async def test_what_is_kept_of_a_kind_at_most_is_shared_by_the_namespaces(tmp_path: Path) -> None:
    server = ApiServer()
    for namespace in ("shop", "elsewhere"):
        for number in range(10):
            server.put("pods", a_pod(f"web-{number}", namespace))
    four: Retention[Pod] = Retention(most=4, slack=1, surplus=lambda pods, _now, most: sorted(pods)[most:])
    rows = (replace(PODS, retention=four),)
    for namespaces in ((), ("shop", "elsewhere")):
        async with _inventory(server, tmp_path, namespaces=namespaces, rows=rows) as inventory:
            await eventually(lambda: inventory.read(Pod).state is LIVE)
            assert len(inventory.read(Pod).objects) == 4


async def test_usage_is_read_beside(tmp_path: Path) -> None:
    server = _server()
    server.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics()]}
    async with _inventory(server, tmp_path) as inventory:
        await eventually(lambda: inventory.read_usage().state is LIVE)
        assert set(inventory.read_usage().pods) == {("shop", "web-1")}


async def test_every_task_has_a_name_and_can_be_kept_alive_on_its_own(tmp_path: Path) -> None:
    async with _inventory(_server(), tmp_path, namespaces=("shop", "elsewhere")) as inventory:
        names = [name for name, _ in inventory.tasks()]
    assert names == [
        "reflector pods in elsewhere",
        "reflector pods in shop",
        "reflector nodes",
        "reflector namespaces",
        "usage of pods and nodes",
    ]


async def test_no_more_than_four_lists_run_at_once(tmp_path: Path) -> None:
    server = ApiServer()
    running, most = 0, 0
    release = anyio.Event()

    async def held() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await release.wait()
        running -= 1

    server.fail(with_stream(then=held), verb="list", plural="pods", times=12)
    namespaces = [f"team-{number:02}" for number in range(12)]
    async with _inventory(server, tmp_path, namespaces=namespaces) as inventory:
        await eventually(lambda: most == 4)
        for _ in range(50):
            await anyio.sleep(0.001)
        assert most == 4
        release.set()
        await eventually(lambda: inventory.read(Pod).state is LIVE)
        assert most == 4
