"""A clock that stands still until it is told to go on.

Hours of periods, deadlines and ages pass in milliseconds of test time, in the order in which they would.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import anyio
from anyio.lowlevel import checkpoint
from typing_extensions import override

from ports.clock import Clock

_START = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock(Clock):
    """Time moves only by `advance`. Sleepers and deadlines that come due wake in the order of their times."""

    def __init__(self, start_at: datetime = _START) -> None:
        self._start_at = start_at
        self._elapsed_seconds = 0.0
        self._skew = timedelta()
        self._waiting: list[tuple[float, anyio.Event]] = []

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
        entry = (self._elapsed_seconds + seconds, anyio.Event())
        self._waiting.append(entry)
        try:
            await entry[1].wait()
        finally:
            self._waiting.remove(entry)

    @override
    @asynccontextmanager
    async def deadline(self, seconds: float) -> AsyncIterator[None]:
        is_over = False
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                nonlocal is_over
                await self.sleep(seconds)
                is_over = True
                group.cancel_scope.cancel()

            group.start_soon(watch)
            yield
            group.cancel_scope.cancel()
        if is_over:
            raise TimeoutError

    async def advance(self, seconds: float) -> None:
        """Let time pass, stopping at every moment at which something is due, until all it woke is asleep again."""
        target = self._elapsed_seconds + seconds
        await anyio.wait_all_tasks_blocked()
        while due := [entry for entry in self._waiting if entry[0] <= target and not entry[1].is_set()]:
            moment = min(at for at, _ in due)
            self._elapsed_seconds = max(self._elapsed_seconds, moment)
            for at, event in due:
                if at == moment:
                    event.set()
            await anyio.wait_all_tasks_blocked()
        self._elapsed_seconds = target

    def jump_wall_clock(self, seconds: float) -> None:
        """Somebody sets the wall clock; the monotonic clock does not notice."""
        self._skew += timedelta(seconds=seconds)
