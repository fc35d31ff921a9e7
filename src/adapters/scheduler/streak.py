"""One log line for the first failure of a streak, then one every half minute, then one for the recovery.

A Master that is down for an hour must neither be silent nor fill the disk.
"""

import logging

from ports.clock import Clock

_QUIET_SECONDS = 30.0

logger = logging.getLogger(__name__)


class FailureStreak:
    """Consecutive failures of one loop."""

    def __init__(self, loop: str, clock: Clock) -> None:
        self._loop = loop
        self._clock = clock
        self._failures = 0
        self._began = 0.0
        self._said = 0.0

    def failed(self, error: str) -> None:
        """One more failure."""
        now = self._clock.monotonic()
        self._failures += 1
        if self._failures == 1:
            self._began = now
        elif now - self._said < _QUIET_SECONDS:
            return
        self._said = now
        logger.warning("loop fails", extra={"loop": self._loop, "error": error, "failures": self._failures})

    def succeeded(self) -> None:
        """The streak, if there was one, is over."""
        if not self._failures:
            return
        seconds = round(self._clock.monotonic() - self._began, 1)
        logger.info("loop recovered", extra={"loop": self._loop, "failures": self._failures, "seconds": seconds})
        self._failures = 0
