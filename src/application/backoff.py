"""Pauses between tries: doubling, with full jitter, up to a bound.

Source: full jitter as in Brooker, "Exponential Backoff and Jitter" (2015): many agents that lost one Master at one
moment must not come back at one moment.
"""

import random
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Pauses of a streak of failures."""

    first_seconds: float
    longest_seconds: float
    failures: int = 0

    def next_seconds(self, at_least_seconds: float = 0.0) -> float:
        """Pause before the next try: anything up to the current bound, never below what was asked for."""
        bound_seconds = min(self.longest_seconds, self.first_seconds * 2 ** min(self.failures, 32))
        self.failures += 1
        return max(at_least_seconds, random.uniform(0.0, bound_seconds))  # noqa: S311 - jitter, no secret

    def reset(self) -> None:
        """A try succeeded."""
        self.failures = 0
