"""Results go out until they are acknowledged."""

from collections import deque

import anyio
import pytest
from typing_extensions import override

from adapters.memory.clock import ManualClock
from adapters.memory.gateway import InMemoryMaster
from adapters.memory.ledger import InMemoryLedger
from application.deliver_results import DeliverResults
from domain.commands.results import Outcome, RenderedResult
from ports.errors import AccessDenied, InvalidRequest, PortError, Unavailable, UnexpectedAnswer
from tests.support.commands import a_command


class TroubledMaster(InMemoryMaster):
    """Fails as often as it is told, then takes results."""

    def __init__(self, clock: ManualClock, *errors: PortError | None) -> None:
        super().__init__(clock)
        self.errors = deque(errors)
        self.tried_at: list[float] = []
        self.hangs = False
        self.poisoned: set[str] = set()

    @override
    async def report_result(self, result: RenderedResult) -> None:
        self.tried_at.append(self._clock.monotonic())
        if self.hangs:
            await anyio.sleep_forever()
        if result.command_id in self.poisoned:
            raise Unavailable("report", "500 Internal error")
        error = self.errors.popleft() if self.errors else None
        if error is not None:
            raise error
        await super().report_result(result)


def a_result(command_id: str, *, seconds: float = 5.0) -> RenderedResult:
    return RenderedResult(
        command_id=command_id, outcome=Outcome.SUCCEEDED, output="done", error="", duration_seconds=seconds
    )


class Office:
    """An outbox with its ledger and Master."""

    def __init__(self, *errors: PortError | None) -> None:
        self.clock = ManualClock()
        self.ledger = InMemoryLedger(self.clock)
        self.master = TroubledMaster(self.clock, *errors)
        self.outbox = DeliverResults(self.ledger, self.master, self.clock, timeout_seconds=10)

    async def finish(self, command_id: str, *, seconds: float = 5.0, is_awaited: bool = False) -> None:
        await self.ledger.claim(a_command(command_id=command_id))
        await self.ledger.start(command_id)
        await self.ledger.finish(a_result(command_id, seconds=seconds))
        self.outbox.announce(command_id, is_awaited=is_awaited)

    @property
    def delivered(self) -> list[str]:
        return [result.command_id for result in self.master.results]


async def test_results_go_out_oldest_first() -> None:
    office = Office()
    for name in ("a", "b", "c"):
        await office.finish(name)
    assert await office.outbox.flush()
    assert office.delivered == ["a", "b", "c"]
    assert await office.ledger.unreported() == ()


async def test_a_result_is_tried_until_the_master_takes_it() -> None:
    office = Office(*[Unavailable("report", "connection refused")] * 5)
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        await office.finish("a")
        await office.clock.advance(120)
        group.cancel_scope.cancel()
    assert office.delivered == ["a"]
    assert len(office.master.tried_at) == 6


async def test_a_result_that_comes_while_others_go_out_is_not_forgotten() -> None:
    office = Office()
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        for name in ("a", "b", "c"):
            await office.finish(name)
            await office.clock.advance(1)
        group.cancel_scope.cancel()
    assert office.delivered == ["a", "b", "c"]


async def test_a_master_that_hangs_is_given_up_and_tried_again() -> None:
    office = Office()
    office.master.hangs = True
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        await office.finish("a")
        await office.clock.advance(10)
        office.master.hangs = False
        await office.clock.advance(60)
        group.cancel_scope.cancel()
    assert office.delivered == ["a"]


async def test_a_result_that_the_master_calls_wrong_does_not_stop_the_others() -> None:
    office = Office(InvalidRequest("report", "400 Invalid JSON"))
    await office.finish("a")
    await office.finish("b")
    assert await office.outbox.flush()
    assert office.delivered == ["b"]


@pytest.mark.parametrize("error", [AccessDenied("report", "401"), UnexpectedAnswer("report", "451, from a proxy")])
async def test_what_is_not_about_the_result_is_waited_for(error: PortError) -> None:
    office = Office(error)
    await office.finish("a")
    assert not await office.outbox.flush()
    assert await office.outbox.flush()
    assert office.delivered == ["a"]


@pytest.mark.parametrize(("seconds", "is_awaited", "posts"), [(0.2, True, 2), (1.5, True, 1), (0.2, False, 1)])
async def test_a_fast_result_that_somebody_waits_for_is_posted_twice(
    seconds: float,
    is_awaited: bool,
    posts: int,
) -> None:
    office = Office()
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        await office.finish("a", seconds=seconds, is_awaited=is_awaited)
        await office.clock.advance(0.4)
        assert office.delivered == ["a"]
        await office.clock.advance(0.2)
        group.cancel_scope.cancel()
    assert office.delivered == ["a"] * posts


async def test_a_failing_repeat_is_no_trouble() -> None:
    office = Office(None, Unavailable("report", "connection reset"))
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        await office.finish("a", seconds=0.1, is_awaited=True)
        await office.clock.advance(1)
        await office.finish("b")
        await office.clock.advance(1)
        group.cancel_scope.cancel()
    assert office.delivered == ["a", "b"]


async def test_a_result_that_cannot_be_delivered_does_not_hold_up_the_others_for_ever() -> None:
    office = Office()
    office.master.poisoned = {"poison"}
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        for name in ("poison", "a", "b"):
            await office.finish(name)
        await office.clock.advance(30)
        assert office.delivered == ["a", "b"]
        await office.finish("c")
        await anyio.wait_all_tasks_blocked()
        assert office.delivered == ["a", "b", "c"]
        office.master.poisoned.clear()
        await office.clock.advance(31)
        group.cancel_scope.cancel()
    assert office.delivered == ["a", "b", "c", "poison"]


async def test_a_master_that_asks_to_be_left_alone_is_also_when_new_results_come() -> None:
    office = Office(Unavailable("report", "429", retry_after_seconds=20), Unavailable("report", "503"))
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        for number in range(10):
            await office.finish(f"r-{number}")
            await office.clock.advance(1.9)
        assert office.master.tried_at == [0]
        await office.clock.advance(5)
        assert office.master.tried_at[1] >= 20
        group.cancel_scope.cancel()
    assert office.delivered == [f"r-{number}" for number in range(10)]


async def test_while_the_master_is_down_nothing_spins() -> None:
    office = Office(*[Unavailable("report", "connection refused")] * 1000)
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.run)
        for name in ("a", "b", "c"):
            await office.finish(name)
        await office.clock.advance(120)
        group.cancel_scope.cancel()
    assert 5 < len(office.master.tried_at) < 60


async def test_before_the_end_a_failure_that_passes_loses_nothing() -> None:
    office = Office(Unavailable("report", "503"), Unavailable("report", "503"))
    await office.finish("a")
    await office.finish("b")
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.finish, 8)
        await office.clock.advance(2)
    assert office.delivered == ["a", "b"]


async def test_the_end_does_not_wait_for_a_master_that_is_down() -> None:
    office = Office()
    office.master.hangs = True
    await office.finish("a")
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.finish, 8)
        await office.clock.advance(8)
    assert [result.command_id for result in await office.ledger.unreported()] == ["a"]


async def test_before_the_end_a_connection_that_is_dead_does_not_cost_the_result() -> None:
    office = Office()
    office.master.hangs = True
    await office.finish("a")
    async with anyio.create_task_group() as group:
        group.start_soon(office.outbox.finish, 8)
        await office.clock.advance(3)
        office.master.hangs = False
        await office.clock.advance(1)
    assert office.delivered == ["a"]
