"""Takes the gauges where what they show lives.

An exporter asks from a thread of its own, in the middle of whatever the loop is doing. What the loop owns may not be
looked at from there: to read a list is to put it in order, and two that do so at once leave it wrong.
"""

from typing import Final

import anyio
from anyio.abc import TaskStatus

from adapters.telemetry.providers import Telemetry
from ports.clock import Clock

_PERIOD_SECONDS: Final = 10.0
"""As often as a snapshot leaves; exporters ask once a minute by default."""


class GaugeSampler:
    """Samples every gauge again and again, for exporters."""

    def __init__(self, telemetry: Telemetry, clock: Clock) -> None:
        self._telemetry = telemetry
        self._clock = clock

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Until cancelled."""
        task_status.started()
        while True:
            self._telemetry.sample()
            await self._clock.sleep(_PERIOD_SECONDS)
