"""Service levels at the ingress and in the mesh.

Success, errors and availability are percentages (0..100) here and ratios in `domain.otel.apm`: the names say which.
Only answers of class 5xx are errors. Source: wire contract 3.1 and 3.3.
"""

from dataclasses import dataclass
from datetime import datetime

HEALTHY_FROM_PERCENT = 99.9
WARNING_FROM_PERCENT = 99.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCodeCount:
    """Answers with one exact status code."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodCount:
    """Requests with one method."""

    method: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyBucket:
    """Observations between the bound before and this one: not cumulative. The unbounded bucket is left out."""

    le_ms: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressSlo:
    """One service behind the ingress over a window. Without traffic it stays, with rate 0 and success 100."""

    service_key: str
    """The ingress controller's own key, for example `shop-web-80@kubernetes`."""
    display_name: str
    rps: float
    success_percent: float
    error_percent: float
    p50_ms: float
    p90_ms: float
    p95_ms: float
    p99_ms: float
    """0 when nothing was observed; the same holds for the other latencies."""
    avg_ms: float
    status_codes: tuple[StatusCodeCount, ...]
    total_requests: int
    total_errors: int
    latency_buckets: tuple[LatencyBucket, ...] = ()
    methods: tuple[MethodCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSlo:
    """One workload of the mesh over a window, by the requests that reach it."""

    namespace: str
    name: str
    rps: float
    success_percent: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    """0 when the mesh reports no latencies."""
    mtls_enabled: bool
    status_codes: tuple[StatusCodeCount, ...]
    latency_buckets: tuple[LatencyBucket, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEdge:
    """Requests from one workload of the mesh to another."""

    src_namespace: str
    src_name: str
    dst_namespace: str
    dst_name: str
    rps: float
    success_percent: float
    avg_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SloSummary:
    """All services together: those of the ingress and those of the mesh."""

    total_services: int
    healthy_services: int
    warning_services: int
    critical_services: int
    avg_success_percent: float
    """Unweighted mean over the services; 0 without any."""
    total_rps: float
    avg_p99_ms: float
    """Unweighted mean over the services whose latency was observed; 0 without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SloHistoryPoint:
    """One ingress service in one bucket of a long window."""

    timestamp: datetime
    """Start of the bucket."""
    service_key: str
    availability_percent: float
    rps: float
    error_percent: float
    p95_ms: float
    p99_ms: float
    total_requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SloWindowData:
    """A long window and the one before it."""

    current: tuple[IngressSlo, ...]
    previous: tuple[IngressSlo, ...] = ()
    history: tuple[SloHistoryPoint, ...] = ()
    """Ascending by time, then by service key."""
    mesh_services: tuple[ServiceSlo, ...] = ()
    mesh_edges: tuple[ServiceEdge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SloTimePoint:
    """A service in one minute."""

    timestamp: datetime
    """Start of the minute."""
    rps: float
    success_percent: float
    p50_ms: float
    p99_ms: float
    error_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SloServiceTimeSeries:
    """A service minute by minute, ascending."""

    service_name: str
    """The service key at the ingress, `namespace/name` in the mesh."""
    points: tuple[SloTimePoint, ...]


def summarize(ingress: tuple[IngressSlo, ...], mesh: tuple[ServiceSlo, ...]) -> SloSummary:
    """Classify and average all services; a pure function of the two lists."""
    services: tuple[IngressSlo | ServiceSlo, ...] = (*ingress, *mesh)
    rates = [service.success_percent for service in services]
    healthy = sum(rate >= HEALTHY_FROM_PERCENT for rate in rates)
    critical = sum(rate < WARNING_FROM_PERCENT for rate in rates)
    observed = [service.p99_ms for service in services if service.p99_ms > 0]
    return SloSummary(
        total_services=len(services),
        healthy_services=healthy,
        warning_services=len(services) - healthy - critical,
        critical_services=critical,
        avg_success_percent=sum(rates) / len(rates) if rates else 0.0,
        total_rps=sum((service.rps for service in services), start=0.0),
        avg_p99_ms=sum(observed) / len(observed) if observed else 0.0,
    )
