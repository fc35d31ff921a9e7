"""A window cut into equal steps, and what statements bind of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from domain.time_range import TimeRange

MINUTE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Steps of equal length from the window's start on; the last one may be cut off by its end."""

    window: TimeRange
    step_seconds: int
    lookback_seconds: int = 120
    """How far before the window a sample may lie for the first increase to be counted from."""
    origin_at: datetime | None = None
    """From where steps are counted, if not from the start of the window; the first step is then cut off by that."""

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
        first, last = -int(-start // MINUTE_SECONDS), int(window.end_at.timestamp() // MINUTE_SECONDS)
        return cls.from_minute(first, max(last, first + 1), window.start_at.tzinfo)

    @classmethod
    def from_minute(cls, first: int, stop: int, zone: tzinfo | None) -> "Grid":
        """Minutes by their numbers since the epoch, the last one excluded."""
        start_at = datetime.fromtimestamp(first * MINUTE_SECONDS, zone)
        end_at = datetime.fromtimestamp(stop * MINUTE_SECONDS, zone)
        return cls(window=TimeRange(start_at, end_at), step_seconds=MINUTE_SECONDS)

    def minutes(self) -> range:
        """Numbers since the epoch of the minutes that lie in the window entirely."""
        start, end = self.window.start_at.timestamp(), self.window.end_at.timestamp()
        return range(-int(-start // MINUTE_SECONDS), int(end // MINUTE_SECONDS))

    @classmethod
    def over_minutes(cls, window: TimeRange) -> "Grid":
        """The window as it is, cut where minutes begin; its first and its last step may be shorter than a minute."""
        first = window.start_at.timestamp() // MINUTE_SECONDS * MINUTE_SECONDS
        origin_at = datetime.fromtimestamp(first, window.start_at.tzinfo)
        return cls(window=window, step_seconds=MINUTE_SECONDS, origin_at=origin_at)

    @property
    def first_step_at(self) -> datetime:
        """When step 0 begins."""
        return self.window.start_at if self.origin_at is None else self.origin_at

    def start_of(self, step: int) -> datetime:
        """When a step begins."""
        return self.first_step_at + timedelta(seconds=step * self.step_seconds)

    def steps(self) -> range:
        """Numbers of all steps."""
        length = (self.window.end_at - self.first_step_at).total_seconds()
        return range(-int(-length // self.step_seconds))

    def parameters(self) -> dict[str, Any]:
        """What statements bind: the window, where reading begins, start, origin and step in milliseconds."""
        return {
            "f": self.window.start_at,
            "t": self.window.end_at,
            "f0": self.window.start_at - timedelta(seconds=self.lookback_seconds),
            "f_ms": round(self.window.start_at.timestamp() * 1000),
            "o_ms": round(self.first_step_at.timestamp() * 1000),
            "step_ms": self.step_seconds * 1000,
        }
