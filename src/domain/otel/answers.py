"""What questions about telemetry answer, beyond what the summary has already. Source: wire contract 3.2 to 3.5."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from domain.otel.apm import ApmService, ApmTimePoint, OperationStats, Topology, TraceSummary
from domain.otel.logs import LogEntry
from domain.otel.node_metrics import NodeMetrics, NodeMetricsSummary
from domain.otel.slo import IngressSlo, ServiceEdge, ServiceSlo, SloSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanHttp:
    """The HTTP side of a span."""

    method: str
    route: str = ""
    url: str = ""
    status_code: int = 0
    server: str = ""
    server_port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanDb:
    """The database side of a span."""

    system: str
    name: str = ""
    operation: str = ""
    table: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanResource:
    """What emitted a span."""

    service_version: str = ""
    instance_id: str = ""
    pod_name: str = ""
    node_name: str = ""
    deployment_name: str = ""
    namespace_name: str = ""
    cluster_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEvent:
    """Something that happened during a span."""

    timestamp: datetime
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanError:
    """The first exception of a span."""

    type: str
    message: str
    stacktrace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span of a trace."""

    timestamp: datetime
    trace_id: str
    span_id: str
    parent_span_id: str
    """Empty for a root."""
    span_name: str
    span_kind: str
    """`SPAN_KIND_SERVER` and its like: the spelling that pages compare with."""
    service_name: str
    duration_nanos: int
    duration_ms: float
    status_code: str
    """`STATUS_CODE_ERROR` and its like."""
    status_message: str
    http: SpanHttp | None = None
    db: SpanDb | None = None
    resource: SpanResource
    events: tuple[SpanEvent, ...]
    error: SpanError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceDetail:
    """One trace, its spans in the order in which they began."""

    trace_id: str
    duration_ms: float
    """Wall clock: last end minus first start."""
    service_count: int
    span_count: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpStats:
    """Requests that a service served, by status, method and operation."""

    status_code: int
    method: str
    operation: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DbOperationStats:
    """Calls of a service to databases."""

    db_system: str
    db_name: str
    operation: str
    table: str
    call_count: int
    avg_ms: float
    p99_ms: float
    error_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSeries:
    """A service over time, ascending."""

    service: str
    points: tuple[ApmTimePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A value that a field of the entries has, and how many have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What entries could be narrowed to: each list counts with all filters but its own. At most 50, most first."""

    services: tuple[Facet, ...]
    severities: tuple[Facet, ...]
    scopes: tuple[Facet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Entries of one page, newest first, and how many there are in all."""

    logs: tuple[LogEntry, ...]
    total: int
    facets: Facets


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBucket:
    """Entries of one severity in one bucket."""

    timestamp: datetime
    """Start of the bucket."""
    severity: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHistogram:
    """Entries over time; buckets without entries are missing."""

    buckets: tuple[LogBucket, ...]
    interval_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPoint:
    """A figure at a time."""

    timestamp: datetime
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHistory:
    """A node over time: percent, percent, percent of the file system at `/`, degrees Celsius."""

    cpu: tuple[MetricPoint, ...]
    memory: tuple[MetricPoint, ...]
    disk: tuple[MetricPoint, ...]
    temp: tuple[MetricPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPoint:
    """A service level in one step."""

    timestamp: datetime
    rps: float
    success_percent: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSeries:
    """A service level over time, ascending."""

    namespace: str = ""
    name: str
    points: tuple[LevelPoint, ...]


TelemetryAnswer: TypeAlias = (
    tuple[TraceSummary, ...]
    | tuple[ApmService, ...]
    | tuple[OperationStats, ...]
    | tuple[HttpStats, ...]
    | tuple[DbOperationStats, ...]
    | tuple[MetricPoint, ...]
    | tuple[NodeMetrics, ...]
    | tuple[IngressSlo, ...]
    | tuple[ServiceSlo, ...]
    | tuple[ServiceEdge, ...]
    | Topology
    | ServiceSeries
    | TraceDetail
    | LogPage
    | LogHistogram
    | NodeMetricsSummary
    | NodeMetrics
    | NodeHistory
    | LevelSeries
    | SloSummary
)
"""Every shape that an answer may have."""
