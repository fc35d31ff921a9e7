"""Questions about telemetry, validated: what is asked of which time, and which of it is wanted.

What cannot be meant is refused; what is too much is cut to the documented limit. Source: wire contract 1.7.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.errors import InvalidCommandError
from domain.time_range import TimeRange

MAX_TEXT_CHARS: Final = 8192
"""Longest text of a filter: longer ones are no search, and stores refuse them as parameters."""
MAX_TRACES: Final = 2000
MAX_LOGS: Final = 500
DEFAULT_LIMIT: Final = 50
MAX_OFFSET: Final = 100_000
_LONGEST_SECONDS: Final = 366 * 86_400.0
_EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def require_text(name: str, value: str, *, required: bool = False) -> None:
    """Refuse a text that is missing, or too long to be meant.

    Raises:
        InvalidCommandError: naming the parameter.
    """
    if required and not value.strip():
        raise InvalidCommandError(name, "is required")
    if len(value) > MAX_TEXT_CHARS:
        raise InvalidCommandError(name, f"is longer than {MAX_TEXT_CHARS} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time that a question is about: the last so many seconds, or between two times."""

    seconds: float
    start_at: datetime | None = None
    end_at: datetime | None = None
    """Used only with `start_at`; both then win over the seconds."""

    def __post_init__(self) -> None:
        """Refuse times that are reversed or that no store knows; cut what is longer than a year."""
        object.__setattr__(self, "seconds", min(self.seconds, _LONGEST_SECONDS))
        if self.start_at is None or self.end_at is None:
            return
        if self.start_at >= self.end_at:
            raise InvalidCommandError("end_time", "must be later than start_time")
        for name, moment in (("start_time", self.start_at), ("end_time", self.end_at)):
            if not _EARLIEST <= moment <= _LATEST:
                raise InvalidCommandError(name, "is not a time that telemetry can have")

    @property
    def is_absolute(self) -> bool:
        """Whether it is between two times."""
        return self.start_at is not None and self.end_at is not None

    def window(self, now: datetime) -> TimeRange:
        """The window, seen from a moment."""
        if self.start_at is not None and self.end_at is not None:
            return TimeRange(self.start_at, self.end_at)
        return TimeRange(now - timedelta(seconds=self.seconds), now)


def limited(limit: int | None, most: int) -> int:
    """A limit as it is meant: the default for none or nonsense, never above the most."""
    return DEFAULT_LIMIT if limit is None or limit <= 0 else min(limit, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceFilter:
    """Which traces: those with one span that has all of these properties. Empty and 0 mean any."""

    period: Period
    limit: int = DEFAULT_LIMIT
    service: str = ""
    operation: str = ""
    min_duration_ms: float = 0.0
    status_code: str = ""
    """HTTP status, or `error`."""
    method: str = ""
    """HTTP method."""
    slowest_first: bool = False
    """By the duration of the whole trace; otherwise newest first."""

    def __post_init__(self) -> None:
        """Refuse texts that are too long."""
        for name in ("service", "operation", "status_code", "method"):
            require_text(name, getattr(self, name))

    @property
    def is_open(self) -> bool:
        """Whether every trace will do."""
        return not (self.service or self.operation or self.min_duration_ms > 0 or self.status_code or self.method)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which log entries. Empty means any."""

    period: Period
    query: str = ""
    """Part of the text, without regard to case; nothing in it is a wildcard."""
    service: str = ""
    level: str = ""
    """Severity text, without regard to case; for entries without text, the range of its number."""
    scope: str = ""
    trace_id: str = ""
    span_id: str = ""

    def __post_init__(self) -> None:
        """Refuse texts that are too long."""
        for name in ("query", "service", "level", "scope", "trace_id", "span_id"):
            require_text(name, getattr(self, name))

    @property
    def is_timeless(self) -> bool:
        """Whether the time does not count: the entries of one trace are wanted wherever they are."""
        return bool(self.trace_id) and not self.period.is_absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSearch:
    """One page of entries."""

    filter: LogFilter
    limit: int = DEFAULT_LIMIT
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceQuestion:
    """A question about one service."""

    service: str
    period: Period

    def __post_init__(self) -> None:
        """Refuse no service."""
        require_text("service", self.service, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeQuestion:
    """A question about one node."""

    node_name: str
    period: Period = field(default_factory=lambda: Period(seconds=300.0))

    def __post_init__(self) -> None:
        """Refuse no node."""
        require_text("node_name", self.node_name, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSeriesQuestion(NodeQuestion):
    """A question about one metric of a node, by the name that its exporter gives it."""

    metric: str

    def __post_init__(self) -> None:
        """Refuse no metric."""
        require_text("node_name", self.node_name, required=True)
        require_text("metric", self.metric, required=True)


def history_step_seconds(seconds: float) -> int:
    """Step of a node's history over so long a time. Source: wire contract 1.7.5."""
    return 60 if seconds <= 6 * 3600 else 300 if seconds <= 24 * 3600 else 900


def service_step_seconds(seconds: float) -> int:
    """Step of a service's series over so long a time. Source: wire contract 1.7.2."""
    for longest, step in ((3600, 60), (6 * 3600, 300), (86_400, 900), (7 * 86_400, 3600)):
        if seconds <= longest:
            return step
    return 14_400


LEVEL_STEP_SECONDS: Final = 300
"""Step of the series of a service level. Source: wire contract 3.3."""
SHORTEST_BUCKET_SECONDS: Final = 10
HISTOGRAM_BUCKETS: Final = 30


def histogram_step_seconds(seconds: float) -> int:
    """Width of a bucket of the histogram of log entries. Source: wire contract 1.7.4."""
    return max(SHORTEST_BUCKET_SECONDS, -int(-seconds // HISTOGRAM_BUCKETS))
