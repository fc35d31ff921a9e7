"""A clock that stands still until it is told to go on.

Hours of periods, deadlines and ages pass in milliseconds of test time, in the order in which they would.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import anyio
from anyio.lowlevel import checkpoint
from typing_extensions import override

from ports.clock import Clock

_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(eq=False, slots=True)
class _Alarm:
    """Something that happens when its moment comes, once."""

    at: float
    wake: Callable[[], None]
    rang: bool = False

    def ring(self) -> None:
        self.rang = True
        self.wake()


class ManualClock(Clock):
    """Time moves only by `advance`. Sleepers and deadlines that come due wake in the order of their times."""

    def __init__(self, start_at: datetime = _START) -> None:
        self._start_at = start_at
        self._elapsed_seconds = 0.0
        self._skew = timedelta()
        self._alarms: list[_Alarm] = []

    @override
    def now(self) -> datetime:
        return self._start_at + self._skew + timedelta(seconds=self._elapsed_seconds)

    @override
    def monotonic(self) -> float:
        return self._elapsed_seconds

    @override
    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await checkpoint()
            return
        event = anyio.Event()
        with self._due_in(seconds, event.set):
            await event.wait()

    @override
    @asynccontextmanager
    async def deadline(self, seconds: float) -> AsyncIterator[None]:
        scope = anyio.CancelScope()
        if seconds <= 0:
            # Over before it began: nobody has to move the clock for that.
            scope.cancel()
        with self._due_in(seconds, scope.cancel), scope:
            yield
        if scope.cancelled_caught:
            raise TimeoutError

    async def advance(self, seconds: float) -> None:
        """Let time pass, stopping at every moment at which something is due, until all it woke is asleep again."""
        target = self._elapsed_seconds + seconds
        await anyio.wait_all_tasks_blocked()
        while due := [alarm for alarm in self._alarms if not alarm.rang and alarm.at <= target]:
            moment = min(alarm.at for alarm in due)
            self._elapsed_seconds = max(self._elapsed_seconds, moment)
            for alarm in due:
                if alarm.at == moment:
                    alarm.ring()
            await anyio.wait_all_tasks_blocked()
        self._elapsed_seconds = target

    @contextmanager
    def _due_in(self, seconds: float, wake: Callable[[], None]) -> Iterator[None]:
        alarm = _Alarm(self._elapsed_seconds + seconds, wake)
        self._alarms.append(alarm)
        try:
            yield
        finally:
            self._alarms.remove(alarm)

    def jump_wall_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock; the monotonic clock does not notice."""
        self._skew += timedelta(seconds=seconds)
