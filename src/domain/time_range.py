"""A window of time that a question is about, and Go's way of writing durations.

Source: wire contract 1.7.1: durations arrive as Go text (`24h0m0s`, `1.5h`, `300ms`) or as a number of seconds; there
is no day unit.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import InvalidTimeRangeError

_UNIT_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TERM = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_MAX_SECONDS = timedelta.max.total_seconds()


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A half-open window `[start_at, end_at)`; both ends are UTC-aware."""

    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        """Refuse windows that no store could answer."""
        if self.start_at.tzinfo is None or self.end_at.tzinfo is None:
            raise InvalidTimeRangeError("a time range needs times with a zone")
        if self.start_at >= self.end_at:
            raise InvalidTimeRangeError("a time range must end after it starts")

    @classmethod
    def last(cls, seconds: float, now: datetime) -> "TimeRange":
        """The window of `seconds` that ends now."""
        return cls(now - timedelta(seconds=seconds), now)

    @property
    def seconds(self) -> float:
        """Length of the window."""
        return (self.end_at - self.start_at).total_seconds()


def parse_go_duration(text: str) -> float:
    """Seconds of a Go duration such as `1m30s`; a bare number is refused unless it is `0`.

    Raises:
        ValueError: the text is no Go duration.
    """
    body = text.strip()
    sign = -1.0 if body.startswith("-") else 1.0
    body = body.lstrip("+-") if len(body) - len(body.lstrip("+-")) <= 1 else ""
    if body == "0":
        return 0.0
    if not body or _TERM.sub("", body):
        raise ValueError(f"{text!r} is no duration; write it like 10s, 1m30s or 100ms")
    seconds = sum(float(number) * _UNIT_SECONDS[unit] for number, unit in _TERM.findall(body))
    if seconds > _MAX_SECONDS:
        raise ValueError(f"{text!r} is longer than a calendar can hold")
    return sign * seconds
