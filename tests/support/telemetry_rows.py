"""Rows of telemetry as exporters write them, in whatever layout a test's database has.

A test says what happened (spans, log records, samples) in today's words; how it is spelt depends on the layout: texts
of enumerations, the order of the keys of maps, names of columns and of resource attributes.
"""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.support.telemetry_layouts import Database, Layout


def at_text(moment: datetime, nanos: int = 0) -> str:
    """A time as the server reads it, with nine digits."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{moment.microsecond * 1000 + nanos:09d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span."""

    at: datetime
    trace: str
    id: str
    parent: str = ""
    name: str = "GET /"
    kind: str = "Server"
    service: str = "web"
    ms: float = 10.0
    status: str = "Unset"
    message: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    resource: Mapping[str, str] = field(default_factory=dict)
    events: tuple[tuple[datetime, str, Mapping[str, str]], ...] = ()
    new_texts: bool | None = None
    """Which spelling of kind and status; None: the layout's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log record."""

    at: datetime
    body: str = "hello"
    service: str = "web"
    severity: str = "INFO"
    number: int = 9
    trace: str = ""
    span: str = ""
    scope: str = "shop.Web"
    attributes: Mapping[str, str] = field(default_factory=dict)
    resource: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of one series."""

    at: datetime
    metric: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    target: str = "10.0.0.1:9100"
    """Host and port that were scraped."""
    job: str = "node-exporter"
    started: datetime | None = None
    flags: int = 0
    is_delta: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """One state of one histogram: counts per bucket, the unbounded one last."""

    at: datetime
    metric: str
    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float
    labels: Mapping[str, str] = field(default_factory=dict)
    target: str = "10.42.0.1:9100"
    job: str = "traefik"
    started: datetime | None = None
    flags: int = 0


@dataclass(slots=True)
class Rows:
    """What a test puts into its database."""

    spans: list[Span] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    gauges: list[Sample] = field(default_factory=list)
    sums: list[Sample] = field(default_factory=list)
    histograms: list[Histogram] = field(default_factory=list)

    def insert(self, database: Database, *, seed: int = 1) -> None:
        """Write everything, rows and the keys of maps in an order that the seed decides."""
        shuffled = _Writer(database.layout, random.Random(seed))
        for table, rows in (
            ("otel_traces", map(shuffled.span, self.spans)),
            ("otel_logs", map(shuffled.log, self.logs)),
            ("otel_metrics_gauge", map(shuffled.gauge, self.gauges)),
            ("otel_metrics_sum", map(shuffled.sum, self.sums)),
            ("otel_metrics_histogram", map(shuffled.histogram, self.histograms)),
        ):
            _insert(database, table, list(rows), shuffled.random)


@dataclass(slots=True)
class _Writer:
    layout: Layout
    random: random.Random

    def span(self, span: Span) -> dict[str, Any]:
        is_new = not self.layout.is_old if span.new_texts is None else span.new_texts
        return {
            "Timestamp": at_text(span.at),
            "TraceId": span.trace,
            "SpanId": span.id,
            "ParentSpanId": span.parent,
            "SpanName": span.name,
            "SpanKind": span.kind if is_new else f"SPAN_KIND_{span.kind.upper()}",
            "ServiceName": span.service,
            "ResourceAttributes": self._map({"service.name": span.service, **span.resource}),
            "SpanAttributes": self._map(span.attributes),
            "Duration": round(span.ms * 1e6),
            "StatusCode": span.status if is_new else f"STATUS_CODE_{span.status.upper()}",
            "StatusMessage": span.message,
            "Events.Timestamp": [at_text(at) for at, _, _ in span.events],
            "Events.Name": [name for _, name, _ in span.events],
            "Events.Attributes": [self._map(attributes) for _, _, attributes in span.events],
        }

    def log(self, log: Log) -> dict[str, Any]:
        return {
            "Timestamp": at_text(log.at),
            "TraceId": log.trace,
            "SpanId": log.span,
            "SeverityText": log.severity,
            "SeverityNumber": log.number,
            "ServiceName": log.service,
            "Body": log.body,
            "ScopeName": log.scope,
            "LogAttributes": self._map(log.attributes),
            "ResourceAttributes": self._map({"service.name": log.service, **log.resource}),
        }

    def gauge(self, sample: Sample) -> dict[str, Any]:
        return {**self._point(sample), "Value": _number(sample.value), "Flags": sample.flags}

    def sum(self, sample: Sample) -> dict[str, Any]:
        temporality = "AggTemp" if self.layout.is_old else "AggregationTemporality"
        return {**self.gauge(sample), temporality: 1 if sample.is_delta else 2, "IsMonotonic": True}

    def histogram(self, state: Histogram) -> dict[str, Any]:
        temporality = {} if self.layout.is_old else {"AggregationTemporality": 2}
        return {
            **self._point(state),
            **temporality,
            "Count": sum(state.counts),
            "Sum": _number(state.sum),
            "BucketCounts": state.counts,
            "ExplicitBounds": state.bounds,
            "Flags": state.flags,
        }

    def _point(self, point: Sample | Histogram) -> dict[str, Any]:
        host, _, port = point.target.rpartition(":")
        names = ("net.host.name", "net.host.port") if self.layout.is_old else ("server.address", "server.port")
        resource = {names[0]: host, names[1]: port, "service.instance.id": point.target, "service.name": point.job}
        if point.target == "":
            resource = {"service.name": point.job}
        row = {
            "ResourceAttributes": self._map(resource),
            "MetricName": point.metric,
            "Attributes": self._map(point.labels),
            "StartTimeUnix": self._time(point.started or datetime(2020, 1, 1, tzinfo=UTC)),
            "TimeUnix": self._time(point.at),
        }
        return row if self.layout.is_old else {**row, "ServiceName": point.job}

    def _time(self, moment: datetime) -> str:
        return at_text(moment)[:19] if self.layout is Layout.HOURLY else at_text(moment)

    def _map(self, content: Mapping[str, str]) -> dict[str, str]:
        keys = sorted(content)
        if self.layout.is_old:
            self.random.shuffle(keys)
        return {key: content[key] for key in keys}


def _number(value: float) -> float | str:
    """NaN and the infinities as the server reads them in JSON."""
    return value if abs(value) < float("inf") else str(value)


def _insert(database: Database, table: str, rows: list[dict[str, Any]], shuffling: random.Random) -> None:
    if rows:
        shuffling.shuffle(rows)
        body = "\n".join(_lines(rows)).encode("utf-8", "surrogatepass")
        database.execute(f"INSERT INTO {table} SETTINGS async_insert = 0 FORMAT JSONEachRow", body)


def _lines(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (json.dumps(row, ensure_ascii=False) for row in rows)
