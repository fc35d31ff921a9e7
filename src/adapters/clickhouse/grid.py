"""A window cut into equal steps, and what statements bind of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.time_range import TimeRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Steps of equal length from the window's start on; the last one may be cut off by its end."""

    window: TimeRange
    step_seconds: int
    lookback_seconds: int = 120
    """How far before the window a sample may lie for the first increase to be counted from."""

    @classmethod
    def whole(cls, window: TimeRange) -> "Grid":
        """The window as one step."""
        return cls(window=window, step_seconds=max(1, -int(-window.seconds // 1)))

    @classmethod
    def aligned(cls, window: TimeRange, step_seconds: int) -> "Grid":
        """The window from the step on in which it begins: steps begin at the same times for everybody."""
        first = int(window.start_at.timestamp() // step_seconds) * step_seconds
        start_at = datetime.fromtimestamp(first, window.start_at.tzinfo)
        return cls(window=TimeRange(start_at, window.end_at), step_seconds=step_seconds)

    @classmethod
    def of_minutes(cls, window: TimeRange) -> "Grid":
        """The minutes that lie in the window entirely."""
        start = window.start_at.timestamp()
        first, last = -int(-start // 60), int(window.end_at.timestamp() // 60)
        zone = window.start_at.tzinfo
        start_at = datetime.fromtimestamp(first * 60, zone)
        end_at = datetime.fromtimestamp(max(last, first + 1) * 60, zone)
        return cls(window=TimeRange(start_at, end_at), step_seconds=60)

    def start_of(self, step: int) -> datetime:
        """When a step begins."""
        return self.window.start_at + timedelta(seconds=step * self.step_seconds)

    def parameters(self) -> dict[str, Any]:
        """What statements bind: the window, where reading begins, start and step in milliseconds."""
        return {
            "f": self.window.start_at,
            "t": self.window.end_at,
            "f0": self.window.start_at - timedelta(seconds=self.lookback_seconds),
            "f_ms": round(self.window.start_at.timestamp() * 1000),
            "step_ms": self.step_seconds * 1000,
        }
