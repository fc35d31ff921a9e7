"""The contract of MasterGateway, on every adapter: over HTTP against the demo Master as the judge, and in memory.

What the Master sees is looked at through a small window that both sides offer; what it refuses is no matter of the
adapter, so the demo Master's refusals fail every test here.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from adapters.gateway.client import HttpMasterGateway
from adapters.gateway.settings import GatewaySettings
from adapters.memory.clock import ManualClock
from adapters.memory.gateway import InMemoryMaster
from adapters.system.clock import SystemClock
from domain.commands.actions import Topic
from domain.commands.node_requests import DrainRequest
from domain.commands.requests import Command, MalformedCommand, Target
from domain.commands.results import Outcome, RenderedResult
from domain.commands.workload_requests import ScaleRequest
from ports.errors import AccessDenied, InvalidRequest, PortError, Unavailable, UnexpectedAnswer
from ports.gateway import MasterGateway
from tests.support.commands import a_command, a_malformed_command
from tests.support.domain_objects import NOW, a_full_snapshot, a_namespace, a_node, a_pod, a_snapshot, a_usage
from tests.support.faulty_server import an_answer, answering, listening
from tests.support.otel import a_full_summary

CLUSTER_ID = "cluster-1"
HOLD_SECONDS = 0.3
FAILURES: dict[type[PortError], bytes] = {
    Unavailable: an_answer("503 Service Unavailable"),
    AccessDenied: an_answer("403 Forbidden"),
    InvalidRequest: an_answer("400 Bad Request", b"Invalid JSON\n"),
    UnexpectedAnswer: an_answer("200 OK", b"<html>welcome</html>"),
}


@dataclass
class Master:
    """A gateway, and what the other side of it got to see."""

    gateway: MasterGateway
    pods_of_last_push: Callable[[], list[str]]
    heartbeats: Callable[[], int]
    results: Callable[[], list[tuple[str, bool, str, str]]]
    ask_to_scale: Callable[[Topic, str, object], None]
    """Queue a command for a workload, with this number of replicas."""
    pass_hold: Callable[[], Coroutine[Any, Any, None]]
    """Let the time pass for which a poll is held."""


@asynccontextmanager
async def over_http() -> AsyncIterator[Master]:
    demo = DemoMaster(DemoMasterSettings(poll_hold_seconds=HOLD_SECONDS))
    store = demo.store

    def ask_to_scale(topic: Topic, name: str, replicas: object) -> None:
        store.commands.put(
            CommandRequest(
                action="scale",
                cluster_id=CLUSTER_ID,
                kind="Deployment",
                namespace="shop",
                name=name,
                params={"replicas": replicas},
                topic=topic.value,
            )
        )

    def pods() -> list[str]:
        tree = store.pushes(CLUSTER_ID)[-1].parsed()
        return [pod["summary"]["name"] for pod in tree["pods"]]

    async with anyio.create_task_group() as group:
        await group.start(demo.run)
        gateway = HttpMasterGateway(GatewaySettings(url=demo.agent_url), lambda: CLUSTER_ID, SystemClock())
        async with gateway:
            yield Master(
                gateway=gateway,
                pods_of_last_push=pods,
                heartbeats=lambda: store.heartbeats(CLUSTER_ID),
                results=lambda: [(post.command_id, post.success, post.output, post.error) for post in store.results],
                ask_to_scale=ask_to_scale,
                pass_hold=anyio.lowlevel.checkpoint,
            )
        assert store.rejections == ()
        group.cancel_scope.cancel()


@asynccontextmanager
async def in_memory() -> AsyncIterator[Master]:
    clock = ManualClock(NOW)
    master = InMemoryMaster(clock, hold_seconds=HOLD_SECONDS)

    def ask_to_scale(topic: Topic, name: str, replicas: object) -> None:
        if isinstance(replicas, int):
            target = Target(kind="Deployment", namespace="shop", name=name)
            request = ScaleRequest(target=target, replicas=replicas)
            master.enqueue(a_command(request, command_id=f"c-{name}", topic=topic))
        else:
            master.enqueue(a_malformed_command())

    async def pass_hold() -> None:
        await anyio.wait_all_tasks_blocked()
        await clock.advance(HOLD_SECONDS)

    yield Master(
        gateway=master,
        pods_of_last_push=lambda: [pod.name for pod in master.pushed[-1].readings.pods.objects],
        heartbeats=lambda: master.heartbeats,
        results=lambda: [(result.command_id, result.success, result.output, result.error) for result in master.results],
        ask_to_scale=ask_to_scale,
        pass_hold=pass_hold,
    )


PORT = MasterGateway
ADAPTERS = (HttpMasterGateway, InMemoryMaster)
MASTERS = {"http": over_http, "memory": in_memory}


@pytest.fixture(params=list(MASTERS.values()), ids=list(MASTERS))
async def master(request: pytest.FixtureRequest) -> AsyncIterator[Master]:
    async with request.param() as found:
        yield found


async def take(master: Master, topic: Topic = Topic.OPS) -> Command | MalformedCommand:
    """The next command; empty answers that come at once are normal."""
    with anyio.fail_after(20):
        while True:
            if command := await master.gateway.next_command(topic):
                return command


def a_result(command_id: str = "c-1", outcome: Outcome = Outcome.SUCCEEDED, error: str = "") -> RenderedResult:
    return RenderedResult(
        command_id=command_id, outcome=outcome, output='{"replicas":3}', error=error, duration_seconds=0.25
    )


async def test_the_newest_snapshot_replaces_the_one_before(master: Master) -> None:
    pods = [a_pod("web-1"), a_pod("web-2")]
    snapshot = a_snapshot(pods, [a_node()], [a_namespace()], cluster_id=CLUSTER_ID, usage=a_usage(pods))
    assert await master.gateway.push_snapshot(snapshot) > 0
    assert master.pods_of_last_push() == ["web-1", "web-2"]
    await master.gateway.push_snapshot(a_snapshot(pods[1:], cluster_id=CLUSTER_ID))
    assert master.pods_of_last_push() == ["web-2"]


async def test_a_snapshot_with_everything_in_it_is_taken(master: Master) -> None:
    snapshot = a_full_snapshot(a_full_summary())
    await master.gateway.push_snapshot(snapshot)
    assert master.pods_of_last_push() == [pod.name for pod in snapshot.readings.pods.objects]


async def test_an_empty_snapshot_is_taken(master: Master) -> None:
    assert await master.gateway.push_snapshot(a_snapshot(cluster_id=CLUSTER_ID)) > 0
    assert master.pods_of_last_push() == []


async def test_heartbeats_arrive(master: Master) -> None:
    for _ in range(3):
        await master.gateway.send_heartbeat()
    assert master.heartbeats() == 3


async def test_a_poll_without_a_command_ends_empty(master: Master) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(master.pass_hold)
        with anyio.fail_after(20):
            assert await master.gateway.next_command(Topic.OPS) is None


async def test_commands_come_once_and_in_order(master: Master) -> None:
    for number in range(3):
        master.ask_to_scale(Topic.OPS, f"web-{number}", number)
    taken = [await take(master) for _ in range(3)]
    targets = [(command.target.name, command.request) for command in taken if isinstance(command, Command)]
    assert [name for name, _ in targets] == ["web-0", "web-1", "web-2"]
    assert [request.replicas for _, request in targets if isinstance(request, ScaleRequest)] == [0, 1, 2]
    assert len({command.id for command in taken}) == 3


async def test_a_command_says_where_it_came_from_and_how_old_it_is(master: Master) -> None:
    master.ask_to_scale(Topic.AI, "web", 3)
    command = await take(master, Topic.AI)
    assert isinstance(command, Command)
    assert command.topic is Topic.AI
    assert command.id
    assert command.digest
    assert command.source
    assert 0 <= command.age_seconds < 60


async def test_a_poll_that_waits_gets_the_command_that_arrives(master: Master) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(_ask_soon, master)
        command = await take(master)
    assert command.id


async def _ask_soon(master: Master) -> None:
    await anyio.wait_all_tasks_blocked()
    master.ask_to_scale(Topic.OPS, "web", 3)


async def test_topics_do_not_see_each_others_commands(master: Master) -> None:
    master.ask_to_scale(Topic.AI, "web", 3)
    async with anyio.create_task_group() as group:
        group.start_soon(master.pass_hold)
        assert await master.gateway.next_command(Topic.OPS) is None
    assert (await take(master, Topic.AI)).topic is Topic.AI


async def test_a_command_that_cannot_be_understood_comes_as_that(master: Master) -> None:
    master.ask_to_scale(Topic.OPS, "web", "three")
    command = await take(master)
    assert isinstance(command, MalformedCommand)
    assert command.id
    assert command.action == "scale"
    assert command.error.startswith("replicas: ")


async def test_a_cancelled_poll_leaves_the_gateway_usable(master: Master) -> None:
    with anyio.move_on_after(0.01):
        await master.gateway.next_command(Topic.OPS)
    await master.gateway.send_heartbeat()
    assert master.heartbeats() == 1


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_results_arrive_as_they_are(master: Master, outcome: Outcome) -> None:
    error = "" if outcome is Outcome.SUCCEEDED else "it did not work: ü"
    await master.gateway.report_result(a_result("deploy-a/b-1", outcome, error))
    expected = ("deploy-a/b-1", outcome is Outcome.SUCCEEDED, '{"replicas":3}', error)
    assert master.results() == [expected]


async def test_a_result_may_arrive_twice(master: Master) -> None:
    for _ in range(2):
        await master.gateway.report_result(a_result())
    assert len(master.results()) == 2
    assert len(set(master.results())) == 1


@asynccontextmanager
async def failing_over_http(error: type[PortError]) -> AsyncIterator[MasterGateway]:
    async with listening(answering(FAILURES[error])) as server:
        gateway = HttpMasterGateway(GatewaySettings(url=server.url), lambda: CLUSTER_ID, SystemClock())
        async with gateway:
            yield gateway


@asynccontextmanager
async def failing_in_memory(error: type[PortError]) -> AsyncIterator[MasterGateway]:
    master = InMemoryMaster(ManualClock(NOW))
    for operation in ("push_snapshot", "send_heartbeat", "next_command", "report_result"):
        master.fail_until_told(operation, error(operation, "planned"))
    yield master


@pytest.mark.parametrize("error", FAILURES)
@pytest.mark.parametrize("failing", [failing_over_http, failing_in_memory], ids=MASTERS)
async def test_every_question_fails_with_what_the_caller_does_next(
    failing: Callable[[type[PortError]], AbstractAsyncContextManager[MasterGateway]], error: type[PortError]
) -> None:
    async with failing(error) as gateway:
        questions: list[Callable[[], Awaitable[object]]] = [
            lambda: gateway.push_snapshot(a_snapshot()),
            gateway.send_heartbeat,
            lambda: gateway.next_command(Topic.OPS),
            lambda: gateway.report_result(a_result()),
        ]
        for question in questions:
            with pytest.raises(error) as caught:
                await question()
            assert type(caught.value) is error
            assert caught.value.operation


async def test_a_command_that_the_console_queued_comes_as_its_request() -> None:
    demo = DemoMaster(DemoMasterSettings(poll_hold_seconds=HOLD_SECONDS))
    async with anyio.create_task_group() as group:
        await group.start(demo.run)
        async with HttpMasterGateway(GatewaySettings(url=demo.agent_url), lambda: CLUSTER_ID, SystemClock()) as gateway:
            demo.store.commands.put(CommandRequest(action="drain", cluster_id=CLUSTER_ID, kind="Node", name="node-1"))
            command = await gateway.next_command(Topic.OPS)
            assert isinstance(command, Command)
            target = Target(kind="Node", name="node-1")
            assert command.request == DrainRequest(target=target)
        group.cancel_scope.cancel()
