"""A clock that runs faster than real time, for loops that talk over real sockets: those cannot be stepped by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import anyio
from typing_extensions import override

from ports.clock import Clock


class QuickClock(Clock):
    """Periods, pauses and deadlines take `1 / speed` of their time."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began_at = datetime.now(UTC)
        self._began = anyio.current_time()

    @override
    def now(self) -> datetime:
        return self._began_at + timedelta(seconds=self.monotonic())

    @override
    def monotonic(self) -> float:
        return (anyio.current_time() - self._began) * self._speed

    @override
    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(max(0.0, seconds) / self._speed)

    @override
    @asynccontextmanager
    async def deadline(self, seconds: float) -> AsyncIterator[None]:
        with anyio.fail_after(seconds / self._speed):
            yield
