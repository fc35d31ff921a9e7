"""A loop at a fixed rate.

Rounds start at multiples of the period after the first, never overlap, and are skipped, not queued, when one took too
long. A failed round may be repeated sooner than the next is due.
"""

from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import TaskStatus

from adapters.scheduler.observer import LoopObserver
from adapters.scheduler.streak import FailureStreak
from ports.clock import Clock
from ports.errors import PortError


class Periodic:
    """Runs a job at a fixed rate; failures of the outside world end a round, never the loop."""

    def __init__(
        self,
        name: str,
        job: Callable[[], Awaitable[None]],
        clock: Clock,
        observer: LoopObserver,
        *,
        period_seconds: float,
        timeout_seconds: float | None = None,
        retry_seconds: float | None = None,
    ) -> None:
        self.name = name
        self._job = job
        self._clock = clock
        self._observer = observer
        self._period_seconds = period_seconds
        self._timeout_seconds = timeout_seconds or period_seconds
        self._retry_seconds = retry_seconds
        self._streak = FailureStreak(name, clock)

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Run until cancelled; the first round starts at once."""
        task_status.started()
        next_at = self._clock.monotonic()
        while True:
            succeeded = await self._round()
            now = self._clock.monotonic()
            next_at += self._period_seconds
            if next_at <= now:
                # Rounds that should have started meanwhile are skipped; the rhythm stays.
                next_at += ((now - next_at) // self._period_seconds + 1) * self._period_seconds
            pause_seconds = next_at - now
            if not succeeded and self._retry_seconds is not None and self._retry_seconds < pause_seconds:
                await self._clock.sleep(self._retry_seconds)
                next_at -= self._period_seconds
            else:
                await self._clock.sleep(pause_seconds)

    async def _round(self) -> bool:
        started = self._clock.monotonic()
        error = ""
        try:
            async with self._clock.deadline(self._timeout_seconds):
                await self._job()
        except TimeoutError:
            error = f"not done within {self._timeout_seconds:g} s"
        except PortError as failure:
            error = str(failure)
        self._observer.on_round(self.name, self._clock.monotonic() - started, error)
        if error:
            self._streak.failed(error)
        else:
            self._streak.succeeded()
        return not error
