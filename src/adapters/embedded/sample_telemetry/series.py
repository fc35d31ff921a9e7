"""Series of metrics, and how they reach the server: one line each, with all their samples.

The server makes rows of a line (`ARRAY JOIN`), which spares this process from writing the same labels a hundred
thousand times.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.embedded.sample_telemetry.courses import Lives

_HEAD: Final = (
    "resource Map(LowCardinality(String), String), metric String, labels Map(LowCardinality(String), String), "
)
_COLUMNS: Final = "ResourceAttributes, ServiceName, MetricName, Attributes, StartTimeUnix, TimeUnix"
_VALUES: Final = (
    "resource, resource['service.name'], metric, labels, "
    "fromUnixTimestamp64Milli(started), fromUnixTimestamp64Milli(at)"
)
INSERT_GAUGES: Final = (
    f"INSERT INTO otel_metrics_gauge ({_COLUMNS}, Value) SELECT {_VALUES}, value "  # noqa: S608 - constants
    f"FROM input('{_HEAD}started Array(Int64), at Array(Int64), value Array(Float64)') "
    "ARRAY JOIN started, at, value FORMAT JSONEachRow"
)
INSERT_COUNTERS: Final = (
    f"INSERT INTO otel_metrics_sum ({_COLUMNS}, Value, AggregationTemporality, IsMonotonic) "  # noqa: S608 - as above
    f"SELECT {_VALUES}, value, 2, true "
    f"FROM input('{_HEAD}started Array(Int64), at Array(Int64), value Array(Float64)') "
    "ARRAY JOIN started, at, value FORMAT JSONEachRow"
)
INSERT_HISTOGRAMS: Final = (
    f"INSERT INTO otel_metrics_histogram ({_COLUMNS}, Count, Sum, BucketCounts, ExplicitBounds, "  # noqa: S608 - as above
    f"AggregationTemporality) SELECT {_VALUES}, arraySum(counts), total, counts, bounds, 2 "
    f"FROM input('{_HEAD}started Array(Int64), at Array(Int64), bounds Array(Float64), "
    "counts Array(Array(UInt64)), total Array(Float64)') ARRAY JOIN started, at, counts, total FORMAT JSONEachRow"
)

Course = Callable[[float], float]
"""A value at a moment; for counters what has come about since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who is scraped."""

    job: str
    target: str
    """Host and port."""
    lives: Lives

    def resource(self) -> dict[str, str]:
        """Attributes of the resource, as the collector's Prometheus receiver names them."""
        host, _, port = self.target.rpartition(":")
        return {
            "server.address": host,
            "server.port": port,
            "service.instance.id": self.target,
            "service.name": self.job,
            "url.scheme": "http",
        }


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value that goes up and down."""

    source: Source
    metric: str
    course: Course
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counter:
    """A value that only grows, until its source starts anew."""

    source: Source
    metric: str
    course: Course
    labels: Mapping[str, str]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by bucket, the unbounded one last."""

    source: Source
    metric: str
    bounds: tuple[float, ...]
    buckets: tuple[Course, ...]
    total: Course
    labels: Mapping[str, str]


def gauge_lines(gauges: Iterable[Gauge], moments: Sequence[int]) -> bytes:
    """Rows of gauges at these moments, in whole seconds since the epoch."""
    return _lines({**_head(one, moments), "value": [round(one.course(at), 4) for at in moments]} for one in gauges)


def counter_lines(counters: Iterable[Counter], moments: Sequence[int]) -> bytes:
    """The same for counters."""
    return _lines({**_head(one, moments), "value": _counted(one, moments)} for one in counters)


def histogram_lines(histograms: Iterable[Histogram], moments: Sequence[int]) -> bytes:
    """The same for histograms."""
    return _lines({**_head(one, moments), **_states(one, moments)} for one in histograms)


def _counted(one: Counter, moments: Sequence[int]) -> list[float]:
    values = list(_since_start(one.course, one.source.lives, moments))
    return [float(int(value)) for value in values] if one.is_whole else [round(value, 3) for value in values]


def _states(one: Histogram, moments: Sequence[int]) -> dict[str, Any]:
    lives = one.source.lives
    buckets = [_since_start(bucket, lives, moments) for bucket in one.buckets]
    return {
        "bounds": one.bounds,
        "counts": [list(map(int, counts)) for counts in zip(*buckets, strict=True)],
        "total": [round(total, 4) for total in _since_start(one.total, lives, moments)],
    }


def _since_start(course: Course, lives: Lives, moments: Sequence[int]) -> Iterator[float]:
    """What has come about since the last start, at each moment."""
    at_start: dict[float, float] = {}
    for at in moments:
        started = lives.started(at)
        if started not in at_start:
            at_start[started] = course(started)
        yield course(at) - at_start[started]


def _head(one: Gauge | Counter | Histogram, moments: Sequence[int]) -> dict[str, Any]:
    return {
        "resource": one.source.resource(),
        "metric": one.metric,
        "labels": dict(sorted(one.labels.items())),
        "started": [int(one.source.lives.started(at) * 1000) for at in moments],
        "at": [at * 1000 for at in moments],
    }


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()
