"""Time as the use cases see it, so that deadlines and periods obey a manual clock in tests."""

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A wall clock, a monotonic clock, and waiting on the latter."""

    @abstractmethod
    def now(self) -> datetime:
        """Wall-clock time, UTC-aware. May jump; for stamps only."""

    @abstractmethod
    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back. For periods and ages."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Wait; returns at once for 0 or less. Cancellation ends it."""

    @abstractmethod
    def deadline(self, seconds: float) -> AbstractAsyncContextManager[None]:
        """Bound a block of code.

        Raises:
            TimeoutError: from the block's end, when it was cancelled because the time was over.
        """
