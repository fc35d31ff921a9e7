"""Polling: at once, never in the way of what runs, first to end."""

from functools import partial

import anyio
import pytest
from anyio.abc import TaskGroup
from typing_extensions import override

from adapters.gateway.wire.results import WireOutputRenderer
from adapters.memory.clock import ManualClock
from adapters.memory.gateway import InMemoryMaster
from adapters.memory.kind_resolver import InMemoryKindResolver
from adapters.memory.ledger import InMemoryLedger
from adapters.scheduler.command_loop import CommandLoop
from adapters.scheduler.supervisor import Supervisor
from application.command_context import CommandContext
from application.deliver_results import DeliverResults
from application.execute_command import ExecuteCommand
from application.lanes import LaneLimits, Lanes
from application.target_keys import TargetKeys
from domain.commands.actions import Topic
from domain.commands.policy import Policy
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import Outcome
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from ports.errors import Unavailable
from tests.support.commands import a_command, a_scale_request
from tests.support.observers import RecordingObserver, RecordingTargetEvents


class Bench:
    """A command loop of topic ops on an in-memory Master; the handler waits until it is let go."""

    def __init__(self, limits: LaneLimits | None = None) -> None:
        self.clock = ManualClock()
        self.master = InMemoryMaster(self.clock)
        self.ledger = InMemoryLedger(self.clock)
        self.observer = RecordingObserver()
        self.lanes = Lanes(limits or LaneLimits(), self.clock)
        self.outbox = DeliverResults(self.ledger, self.master, self.clock, timeout_seconds=10)
        self.may_finish = anyio.Event()
        self.started: list[str] = []
        execute = ExecuteCommand(
            Policy(),
            self.ledger,
            self.lanes,
            {ScaleRequest: self._scale},
            WireOutputRenderer(),
            self.outbox,
            self.clock,
            self.observer,
            target_keys=TargetKeys(InMemoryKindResolver()),
            target_events=RecordingTargetEvents(),
            timeout_seconds=3600,
        )
        self.loop = CommandLoop(
            Topic.OPS,
            self.master,
            execute,
            self.lanes,
            self.clock,
            self.observer,
            poll_interval_seconds=0.1,
            finish_seconds=0.05,
        )

    async def _scale(self, request: ScaleRequest, _context: CommandContext) -> ScaleResult:
        self.started.append(request.target.name)
        await self.may_finish.wait()
        return ScaleResult(previous_replicas=1, replicas=request.replicas)

    def ask(self, number: int) -> None:
        self.master.enqueue(a_command(a_scale_request(name=f"web-{number}"), command_id=f"c-{number}"))

    @property
    def polls(self) -> int:
        return len(self.observer.rounds)


async def _started(bench: Bench, group: TaskGroup) -> None:
    await group.start(bench.loop.run)
    await anyio.wait_all_tasks_blocked()


async def test_commands_are_taken_while_others_still_run() -> None:
    bench = Bench()
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        for number in range(2):
            bench.ask(number)
            await anyio.wait_all_tasks_blocked()
        assert bench.started == ["web-0", "web-1"]
        group.cancel_scope.cancel()


async def test_an_empty_answer_is_followed_by_a_short_pause() -> None:
    bench = Bench()
    bench.master._hold_seconds = 0
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        await bench.clock.advance(1)
        group.cancel_scope.cancel()
    assert 10 <= bench.polls <= 11


async def test_a_master_that_is_down_is_asked_less_and_less_often() -> None:
    bench = Bench()
    bench.master.fail_until_told("next_command", Unavailable("poll", "connection refused"))
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        await bench.clock.advance(200)
        down = bench.polls
        bench.master.fail_until_told("next_command", None)
        bench.ask(1)
        await bench.clock.advance(31)
        assert bench.started == ["web-1"]
        group.cancel_scope.cancel()
    assert 10 <= down <= 100


async def test_the_masters_wish_to_wait_is_heeded() -> None:
    bench = Bench()
    bench.master.fail_next("next_command", Unavailable("poll", "429", retry_after_seconds=40))
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        await bench.clock.advance(39)
        assert bench.polls == 1
        await bench.clock.advance(70)
        assert bench.polls >= 2
        group.cancel_scope.cancel()


async def test_polling_pauses_while_too_many_wait() -> None:
    bench = Bench(LaneLimits(changes=1, waiting=2))
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        for number in range(6):
            bench.ask(number)
            await anyio.wait_all_tasks_blocked()
        assert bench.started == ["web-0"]
        assert bench.master.waiting(Topic.OPS) == 3
        bench.may_finish.set()
        await bench.clock.advance(1)
        assert len(bench.started) == 6
        group.cancel_scope.cancel()


async def test_a_stop_lets_what_came_finish_and_polls_no_more() -> None:
    bench = Bench()
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        bench.ask(0)
        await anyio.wait_all_tasks_blocked()
        bench.loop._finish_seconds = 60
        bench.loop.stop()
        bench.ask(1)
        bench.may_finish.set()
    assert bench.started == ["web-0"]
    assert [result.outcome for result in await bench.ledger.unreported()] == [Outcome.SUCCEEDED]


async def test_a_stop_records_what_takes_too_long() -> None:
    bench = Bench()
    async with anyio.create_task_group() as group:
        await _started(bench, group)
        bench.ask(0)
        await anyio.wait_all_tasks_blocked()
        bench.loop.stop()
    (result,) = await bench.ledger.unreported()
    assert (result.outcome, "safe to repeat" in result.error) == (Outcome.FAILED, True)


async def test_a_loop_that_was_stopped_does_not_start_again() -> None:
    bench = Bench()
    bench.loop.stop()
    await bench.loop.run()
    assert bench.polls == 0


@pytest.mark.parametrize("topic", Topic)
def test_each_topic_has_a_loop_of_its_own_name(topic: Topic) -> None:
    bench = Bench()
    loop = CommandLoop(
        topic,
        bench.master,
        bench.loop._execute,
        bench.lanes,
        bench.clock,
        bench.observer,
        poll_interval_seconds=1,
        finish_seconds=1,
    )
    assert loop.name == f"commands.{topic}"


class BrokenMaster(InMemoryMaster):
    """Its next polls raise what nobody expects."""

    crashes = 0

    @override
    async def next_command(self, topic: Topic) -> Command | MalformedCommand | None:
        if self.crashes:
            self.crashes -= 1
            raise RuntimeError("a bug")
        return await super().next_command(topic)


async def test_a_poll_that_crashes_costs_no_command_that_runs() -> None:
    bench = Bench()
    master = bench.loop._gateway = bench.master = BrokenMaster(bench.clock)
    supervisor = Supervisor(bench.clock, bench.observer)
    async with anyio.create_task_group() as group:
        await group.start(partial(bench.loop.run, supervisor=supervisor))
        await anyio.wait_all_tasks_blocked()
        master.crashes = 2
        bench.ask(0)
        await anyio.wait_all_tasks_blocked()
        assert bench.started == ["web-0"]
        assert bench.observer.crashes == ["commands.ops"]
        await bench.clock.advance(10)
        bench.ask(1)
        await anyio.wait_all_tasks_blocked()
        assert bench.started == ["web-0", "web-1"]
        assert await bench.ledger.unreported() == ()
        bench.may_finish.set()
        await anyio.wait_all_tasks_blocked()
        assert [result.outcome for result in await bench.ledger.unreported()] == [Outcome.SUCCEEDED] * 2
        bench.loop.stop()
    assert bench.observer.crashes == ["commands.ops"] * 2


async def test_a_stop_does_not_wait_for_the_pause_after_a_crash() -> None:
    bench = Bench()
    master = bench.loop._gateway = bench.master = BrokenMaster(bench.clock)
    master.crashes = 1_000_000
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            await group.start(partial(bench.loop.run, supervisor=Supervisor(bench.clock, bench.observer)))
            await anyio.wait_all_tasks_blocked()
            bench.loop.stop()
    assert bench.observer.crashes == ["commands.ops"]
