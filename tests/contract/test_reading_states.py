"""Every state of a reading, how a kind gets into it, and what the line about the start says of it."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio
import pytest
from aiohttp import web

from adapters.kubernetes.inventory import KubernetesInventory
from adapters.kubernetes.usage import UsagePoller
from adapters.system.clock import SystemClock
from application.collect_snapshot import CollectSnapshot
from domain.cluster.deployments import Deployment
from domain.cluster.kinds import Kind
from domain.cluster.pods import Pod
from domain.cluster.readings import Reading, ReadingState
from tests.support.api_answers import Request, with_status, with_stream
from tests.support.api_client import QUICK, connected, eventually
from tests.support.api_objects import a_node, a_pod, a_workload
from tests.support.api_server import ApiServer

FOR_EVER: Final = 1_000_000
SYNC_SECONDS: Final = 4.0
"""What a machine that is busy needs for the kinds that are well."""


def _hang(server: ApiServer, namespace: str = "") -> None:
    answer = with_stream(then=anyio.sleep_forever)
    server.fail(answer, verb="list", plural="deployments", where=lambda one: one.namespace == namespace, times=FOR_EVER)


def _deny_elsewhere(server: ApiServer) -> None:
    async def review(request: Request) -> web.StreamResponse:
        asked = (await request.http.json())["spec"]["resourceAttributes"]
        is_denied = (asked["resource"], asked["namespace"]) == ("deployments", "elsewhere")
        return web.json_response({"status": {"allowed": not is_denied}}, status=201)

    server.fail(
        with_status(403, "no"), plural="deployments", where=lambda one: one.namespace == "elsewhere", times=FOR_EVER
    )
    server.fail(review, plural="selfsubjectaccessreviews", times=FOR_EVER)


def _break(server: ApiServer) -> None:
    server.fail(with_status(503, "etcd is down"), plural="deployments", times=FOR_EVER)
    server.cut("deployments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """How Deployments get into a state."""

    state: ReadingState
    names: tuple[str, ...] = ()
    reason: str = ""
    """What it contains; empty: there is none."""
    missing: str | None = None
    """What the line about the start says of it."""
    is_complete: bool = True
    """Whether that line says that the cluster is synced."""
    prepare: Callable[[ApiServer], None] = lambda _: None
    later: Callable[[ApiServer], None] = lambda _: None
    """What happens after the start."""
    namespaces: Sequence[str] = ()
    exclude: frozenset[Kind] = field(default_factory=frozenset)


CASES: Final = {
    "live": Case(state=ReadingState.LIVE, names=("api", "web")),
    "stale": Case(state=ReadingState.STALE, names=("api", "web"), later=_break, reason="etcd is down"),
    "forbidden": Case(
        state=ReadingState.FORBIDDEN,
        prepare=lambda server: server.denied.update({("list", "deployments"), ("watch", "deployments")}),
        reason="not allowed; grant get, list, watch on deployments.apps",
        missing="forbidden: not allowed; grant get, list, watch on deployments.apps",
    ),
    "watching forbidden": Case(
        state=ReadingState.FORBIDDEN,
        prepare=lambda server: server.denied.add(("watch", "deployments")),
        reason="not allowed; grant get, list, watch on deployments.apps",
        missing="forbidden: not allowed; grant get, list, watch on deployments.apps",
    ),
    "absent": Case(
        state=ReadingState.ABSENT,
        prepare=lambda server: server.absent.add("deployments"),
        reason="404",
        missing="absent: list deployments: 404 page not found (status 404)",
    ),
    "syncing": Case(state=ReadingState.SYNCING, prepare=_hang, is_complete=False),
    "restricted to namespaces": Case(state=ReadingState.LIVE, names=("web",), namespaces=("shop",)),
    "restricted, one of them forbidden": Case(
        state=ReadingState.LIVE,
        names=("web",),
        namespaces=("shop", "elsewhere"),
        prepare=_deny_elsewhere,
        reason="not allowed; grant get, list, watch on deployments.apps in elsewhere",
        missing="partly not allowed; grant get, list, watch on deployments.apps in elsewhere",
    ),
    "restricted, one of them syncing": Case(
        state=ReadingState.SYNCING,
        names=("web",),
        namespaces=("shop", "elsewhere"),
        prepare=lambda server: _hang(server, "elsewhere"),
        is_complete=False,
    ),
    "excluded": Case(
        state=ReadingState.ABSENT,
        exclude=frozenset({Kind.DEPLOYMENT}),
        reason="left out by AGENT_EXCLUDE_KINDS",
        missing="absent: left out by AGENT_EXCLUDE_KINDS",
    ),
}


def _server() -> ApiServer:
    server = ApiServer()
    server.put("deployments", a_workload("Deployment", "web", "shop"))
    server.put("deployments", a_workload("Deployment", "api", "elsewhere"))
    server.put("pods", a_pod())
    server.put("nodes", a_node())
    return server


@asynccontextmanager
async def _started(case: Case, server: ApiServer, folder: Path) -> AsyncIterator[KubernetesInventory]:
    """Start as the agent does: collect, wait until it is complete or the time for that is over."""
    clock = SystemClock()
    async with server.serving(), connected(server, folder) as connection:
        inventory = KubernetesInventory(
            connection,
            clock,
            usage=UsagePoller(connection, clock, namespaces=case.namespaces),
            namespaces=case.namespaces,
            exclude=case.exclude,
            timings=QUICK,
        )
        collect = CollectSnapshot(
            inventory, lambda: None, lambda: "c1", clock, initial_sync_timeout_seconds=SYNC_SECONDS
        )
        async with anyio.create_task_group() as group:
            await group.start(inventory.run)
            await collect.wait_until_complete()
            yield inventory
            group.cancel_scope.cancel()


def test_every_state_has_a_case() -> None:
    assert {case.state for case in CASES.values()} == set(ReadingState)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
async def test_a_reading_says_what_it_is_and_so_does_the_start(
    case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = _server()
    case.prepare(server)
    began = anyio.current_time()
    async with _started(case, server, tmp_path) as inventory:
        assert (anyio.current_time() - began >= SYNC_SECONDS) is (not case.is_complete)
        _says(case, caplog)
        case.later(server)
        await eventually(lambda: inventory.read(Deployment).state is case.state)
        await eventually(lambda: case.reason in inventory.read(Deployment).reason)
        reading = inventory.read(Deployment)
        assert tuple(one.name for one in reading.objects) == case.names
        assert bool(reading.reason) is bool(case.reason)
        assert reading.is_settled is (case.state is not ReadingState.SYNCING)
        assert _is_dated(reading) is (case.state in {ReadingState.LIVE, ReadingState.STALE})
        # Its trouble is its own.
        assert inventory.read(Pod).state is ReadingState.LIVE
        assert len(inventory.read(Pod).objects) == 1


def _is_dated(reading: Reading[Any]) -> bool:
    return reading.observed_at is not None


def _says(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """One line about the start, with the kinds that are missing and the right that would grant them."""
    told = [one for one in caplog.records if one.name == "application.collect_snapshot"]
    (line,) = [vars(one) for one in told]
    assert line["msg"] == ("cluster synced" if case.is_complete else "first snapshot is not complete")
    assert line["missing"] == ({} if case.missing is None else {"Deployment": case.missing})
    assert line.get("never_synced") == (None if case.is_complete else ["Deployment"])
