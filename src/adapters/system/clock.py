"""The machine's clocks."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio
from typing_extensions import override

from ports.clock import Clock


class SystemClock(Clock):
    """Wall clock and event loop of this process."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)

    @override
    def monotonic(self) -> float:
        return time.monotonic()

    @override
    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(max(0.0, seconds))

    @override
    @asynccontextmanager
    async def deadline(self, seconds: float) -> AsyncIterator[None]:
        with anyio.fail_after(seconds):
            yield
