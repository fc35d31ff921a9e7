"""ReportProgress: what runs for long is seen to run.

A result is final for the Master, so a drain cannot tell it how far it has come; whoever waits finds it in the log, at
least every 15 s, and in `/statusz`.
"""

import logging
from typing import Final

import anyio
from anyio.abc import TaskStatus

from application.lanes import Lanes, RunningCommand
from ports.clock import Clock

LOOK_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 10.0
"""After so long without a line there is one: with the time between two looks, never more than 15 s."""

logger = logging.getLogger(__name__)


class ReportProgress:
    """Writes a line for every command that goes on in silence."""

    def __init__(self, lanes: Lanes, clock: Clock) -> None:
        self._lanes = lanes
        self._clock = clock

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Look for ever."""
        task_status.started()
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            now_seconds = self._clock.monotonic()
            for running in self._lanes.running:
                if now_seconds - running.told_seconds >= SILENT_SECONDS:
                    self._tell(running, now_seconds)

    def _tell(self, running: RunningCommand, now_seconds: float) -> None:
        self._lanes.note(running.id, running.progress)
        logger.info(
            "command goes on",
            extra={
                "command_id": running.id[:256],
                "topic": running.topic.value,
                "action": running.action.value,
                "target": str(running.target),
                "progress": running.progress,
                "seconds": round(now_seconds - running.started_seconds, 1),
            },
        )
