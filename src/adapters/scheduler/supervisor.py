"""Keeps tasks alive: what ends by an exception that nobody expected is logged, counted and started again.

One of the two places that may catch `Exception`. Before a task has said that it started, errors that an operator must
act on (an address in use, an unreadable file) pass through and end the start.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import anyio
from anyio.abc import TaskStatus

from adapters.scheduler.observer import LoopObserver
from domain.backoff import Backoff
from domain.errors import AgentError
from ports.clock import Clock

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_HEALTHY_SECONDS = 120.0

logger = logging.getLogger(__name__)


class Run(Protocol):
    """What a task that lives offers."""

    def __call__(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> Awaitable[None]:
        """Live until cancelled; say `task_status.started()` when it can be used."""


class Supervisor:
    """Runs tasks, each again after a crash."""

    def __init__(self, clock: Clock, observer: LoopObserver) -> None:
        self._clock = clock
        self._observer = observer

    async def keep(self, name: str, run: Run, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Run a task until it returns or is cancelled; a crash is not the end of it."""
        status = _Once(task_status.started)
        backoff = Backoff(first_seconds=_FIRST_PAUSE_SECONDS, longest_seconds=_LONGEST_PAUSE_SECONDS)
        while True:
            began = self._clock.monotonic()
            try:
                await run(task_status=status)
            except Exception as error:
                if isinstance(error, AgentError | OSError) and not status.has_started:
                    raise
                logger.exception("task crashed and starts again", extra={"task": name})
                self._observer.on_crash(name)
            else:
                return
            if self._clock.monotonic() - began >= _HEALTHY_SECONDS:
                backoff.reset()
            await self._clock.sleep(backoff.next_seconds(_FIRST_PAUSE_SECONDS))


class _Once(TaskStatus[None]):
    """Passes the first `started` on; later ones come from restarts."""

    def __init__(self, started: Callable[[], None]) -> None:
        self._started = started
        self.has_started = False

    def started(self, value: None = None) -> None:
        """The task can be used."""
        del value
        if not self.has_started:
            self.has_started = True
            self._started()
