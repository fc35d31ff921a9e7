"""Pauses between tries: anything up to a bound that doubles.

Source: full jitter as in Brooker, "Exponential Backoff and Jitter" (2015): many agents that lost one Master at one
moment must not come back at one moment.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Pauses of a streak of failures."""

    first_seconds: float
    longest_seconds: float
    failures: int = 0
    jitter: Callable[[float, float], float] = field(default=random.uniform)

    def next_seconds(self, at_least_seconds: float = 0.0) -> float:
        """Pause before the next try: anything up to the current bound, never below what was asked for."""
        bound_seconds = min(self.longest_seconds, self.first_seconds * 2 ** min(self.failures, 32))
        self.failures += 1
        return max(at_least_seconds, self.jitter(0.0, bound_seconds))

    def reset(self) -> None:
        """A try succeeded."""
        self.failures = 0
