"""A loop at a fixed rate.

Rounds start at multiples of the period after the first, never overlap, and are skipped, not queued, when one took too
long. A failed round may be repeated sooner than the next is due.

Where the other side asks to be left alone for a while, no repeat comes sooner, and rounds are skipped for that long,
but for a few at the most: a picture must not grow old because somebody is asked for an hour's patience. A loop that
repeats its rounds is one that must not fall silent: of it only the repeats wait, the rhythm stays.
"""

from collections.abc import Awaitable, Callable

import anyio
from anyio.abc import TaskStatus

from adapters.scheduler.observer import LoopObserver
from adapters.scheduler.streak import FailureStreak
from ports.clock import Clock
from ports.errors import PortError, Unavailable

_LONGEST_WAIT_PERIODS = 3
"""As much waiting as `/livez` takes for work, too."""


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
            error = await self._round()
            now = self._clock.monotonic()
            next_at += self._period_seconds
            if next_at <= now:
                # Rounds that should have started meanwhile are skipped; the rhythm stays.
                next_at += ((now - next_at) // self._period_seconds + 1) * self._period_seconds
            asked_seconds = (error.retry_after_seconds or 0.0) if isinstance(error, Unavailable) else 0.0
            if self._retry_seconds is None:
                while next_at - now < min(asked_seconds, _LONGEST_WAIT_PERIODS * self._period_seconds):
                    next_at += self._period_seconds
            elif error is not None and (soon_seconds := max(self._retry_seconds, asked_seconds)) < next_at - now:
                next_at -= self._period_seconds
                await self._clock.sleep(soon_seconds)
                continue
            await self._clock.sleep(next_at - now)

    async def _round(self) -> PortError | None:
        """One round; what ended it, if something did."""
        started = self._clock.monotonic()
        error: PortError | None = None
        try:
            async with self._clock.deadline(self._timeout_seconds):
                await self._job()
        except TimeoutError:
            error = Unavailable(self.name, f"not done within {self._timeout_seconds:g} s")
        except PortError as failure:
            error = failure
        self._observer.on_round(self.name, self._clock.monotonic() - started, "" if error is None else str(error))
        if error is not None:
            self._streak.failed(str(error))
        else:
            self._streak.succeeded()
        return error
