"""Events on targets at the API server, beside what every adapter promises."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web

from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.kubernetes.target_events import ASK_AGAIN_SECONDS, KubernetesTargetEvents
from adapters.memory.clock import ManualClock
from domain.commands.actions import Action
from domain.commands.target import Target
from domain.commands.target_events import TargetEvent
from tests.support.api_answers import Json, Request, status_answer, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_objects import a_workload
from tests.support.api_server import ApiServer


@dataclass
class Bench:
    """The adapter and the API server that it talks to."""

    server: ApiServer
    clock: ManualClock
    events: KubernetesTargetEvents
    created: list[Json]

    async def leave(self, command_id: str = "c-1", namespace: str = "shop", uid: str = "") -> None:
        target = Target(kind="Deployment", namespace=namespace, name="web")
        await self.events.leave(
            TargetEvent(
                target=target,
                command_id=command_id,
                action=Action.SCALE,
                reason="AtlhyperScaled",
                note="scaled",
                uid=uid,
            )
        )

    def reviews(self) -> int:
        return self.server.count("create", "selfsubjectaccessreviews")


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Bench]:
    server, clock, created = ApiServer(), ManualClock(), []
    server.put("deployments", a_workload())

    async def create(request: Request) -> web.StreamResponse:
        if ("create", "events") in server.denied:
            return status_answer(403, "forbidden")
        created.append(await request.http.json())
        return web.json_response({}, status=201)

    server.fail(create, verb="create", plural="events", times=1_000_000)
    async with server.serving(), connected(server, folder) as connection:
        resolver = KubernetesKindResolver(ReadOnlyConnection(connection), clock)
        yield Bench(server, clock, KubernetesTargetEvents(connection, resolver, clock), created)


async def test_the_body_holds_what_events_k8s_io_asks_for(tmp_path: Path) -> None:
    async with running(tmp_path) as bench:
        await bench.leave()
    (body,) = bench.created
    moment = datetime.fromisoformat(body.pop("eventTime"))
    assert moment == bench.clock.now()
    assert body.pop("metadata")["namespace"] == "shop"
    assert body == {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "reportingController": "atlhyper.io/agent",
        "reportingInstance": "atlhyper-agent",
        "action": "scale",
        "reason": "AtlhyperScaled",
        "type": "Normal",
        "note": "scaled",
        "regarding": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "namespace": "shop",
            "name": "web",
            "uid": "uid-deployments-shop-web",
        },
    }


async def test_a_missing_right_is_said_once_asked_about_now_and_then_and_never_tried(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with running(tmp_path) as bench:
        bench.server.denied = {("create", "events")}
        for number in range(5):
            await bench.leave(f"c-{number}")
        assert (bench.reviews(), bench.server.count("create", "events")) == (1, 0)
        await bench.clock.advance(ASK_AGAIN_SECONDS)
        await bench.leave("c-9")
        assert bench.reviews() == 2
        bench.server.denied = set()
        await bench.clock.advance(ASK_AGAIN_SECONDS)
        await bench.leave("c-10")
        await bench.leave("c-11")
        assert (bench.reviews(), len(bench.created)) == (3, 2)
    lines = [record for record in caplog.records if "no events" in record.message]
    assert [vars(line)["component"] for line in lines] == ["deploy/kustomize/components/events"]


async def test_a_right_that_is_taken_away_is_asked_about_again(tmp_path: Path) -> None:
    async with running(tmp_path) as bench:
        await bench.leave("c-1")
        bench.server.denied = {("create", "events")}
        for number in (2, 3):
            await bench.leave(f"c-{number}")
        assert (bench.reviews(), len(bench.created)) == (2, 1)


@pytest.mark.parametrize(
    "answer", [with_status(404), with_status(403), with_text(200, "no JSON"), with_text(200, "{}")]
)
async def test_an_object_that_cannot_be_read_gets_its_event_without_a_uid(tmp_path: Path, answer: object) -> None:
    async with running(tmp_path) as bench:
        bench.server.fail(answer, verb="get", plural="deployments")  # type: ignore[arg-type]  # one of the answers above
        await bench.leave()
    assert "uid" not in bench.created[0]["regarding"]


async def test_what_is_gone_gets_its_event_by_the_uid_that_is_known(tmp_path: Path) -> None:
    async with running(tmp_path) as bench:
        await bench.leave(uid="known")
    assert bench.created[0]["regarding"]["uid"] == "known"
    assert bench.server.count("get", "deployments") == 0


async def test_a_name_that_is_no_segment_of_a_path_reaches_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as bench:
        await bench.leave(namespace="../kube-system")
    assert bench.created == []


async def test_an_api_server_that_does_not_answer_costs_seconds_and_nothing_else(tmp_path: Path) -> None:
    async with running(tmp_path) as bench:
        bench.server.faults.clear()
        bench.server.fail(with_status(500), verb="create", times=1_000_000)
        await bench.leave()
    assert bench.created == []
