"""Whether the loops still turn.

A loop that has not ended a round for several periods is stuck; a failing round is a round. Whoever restarts the
process on `/livez` must not do so because the Master is down.
"""

from collections.abc import Mapping
from typing import Final

from ports.clock import Clock

_PERIODS: Final = 5


class Liveness:
    """Watches the rounds of the loops; implements the scheduler's hook by its shape."""

    def __init__(self, clock: Clock, longest_round_seconds: Mapping[str, float]) -> None:
        """`longest_round_seconds`: for each loop, how long a round and the pause after it take at the most."""
        self._clock = clock
        self._limits = {loop: seconds * _PERIODS for loop, seconds in longest_round_seconds.items()}
        self._last: dict[str, float] = {}
        self._errors: dict[str, str] = {}

    def on_round(self, loop: str, seconds: float, error: str) -> None:
        """A round ended, well or not."""
        del seconds
        self._last[loop] = self._clock.monotonic()
        self._errors[loop] = error

    def on_crash(self, task: str) -> None:
        """A crash is the supervisor's; what counts here is whether rounds go on."""

    def problems(self) -> tuple[str, ...]:
        """One line per loop that is stuck. A loop that never ran has not begun yet."""
        now = self._clock.monotonic()
        return tuple(
            f"loop {loop} has not ended a round for {now - last:.0f} s"
            for loop, last in self._last.items()
            if now - last > self._limits.get(loop, float("inf"))
        )

    def status(self) -> dict[str, dict[str, float | str]]:
        """Per loop: seconds since its last round, and that round's error."""
        now = self._clock.monotonic()
        return {
            loop: {"secondsSinceRound": round(now - last, 1), "error": self._errors[loop]}
            for loop, last in self._last.items()
        }
