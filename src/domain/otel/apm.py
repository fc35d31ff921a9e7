"""Application performance: services, operations, recent traces, and who calls whom.

Success and errors are ratios (0..1) here and percentages in `domain.otel.slo`: the names say which, because the wire
calls both `successRate` and `errorRate`. Source: wire contract 3.1 and 3.2.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Health(StrEnum):
    """How a service does, in one word."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


class TopologyNodeType(StrEnum):
    """What stands at the end of a call."""

    SERVICE = "service"
    DATABASE = "database"
    EXTERNAL = "external"


_HEALTHY_FROM_RATIO = 0.99
_WARNING_FROM_RATIO = 0.95


def health_of(success_ratio: float) -> Health:
    """Class of a success ratio: healthy from 0.99, warning from 0.95, critical below."""
    if success_ratio >= _HEALTHY_FROM_RATIO:
        return Health.HEALTHY
    return Health.WARNING if success_ratio >= _WARNING_FROM_RATIO else Health.CRITICAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ApmService:
    """One service over a window, counted by its entry spans (requests served and messages consumed)."""

    name: str
    namespace: str
    """`default` when the telemetry names none."""
    environment: str = ""
    span_count: int
    error_count: int
    success_ratio: float
    """0..1; 1 without spans."""
    avg_duration_ms: float
    p50_ms: float
    p99_ms: float
    rps: float
    """Spans per second of the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStats:
    """One operation (span name) of a service over a window."""

    service_name: str
    operation_name: str
    span_count: int
    error_count: int
    success_ratio: float
    avg_duration_ms: float
    p50_ms: float
    p99_ms: float
    rps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSummary:
    """One trace in a list."""

    trace_id: str
    root_service: str
    root_operation: str
    services: tuple[str, ...]
    """Distinct services of its spans, sorted."""
    duration_ms: float
    """Wall clock: last end minus first start."""
    span_count: int
    service_count: int
    has_error: bool
    error_type: str = ""
    error_message: str = ""
    timestamp: datetime
    """Start of its first span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologyNode:
    """A service, a database or something outside."""

    id: str
    """`namespace/name` for services, `<system>:<name>` for databases."""
    name: str
    namespace: str
    """Empty for anything but services."""
    type: TopologyNodeType
    rps: float
    success_ratio: float
    p99_ms: float
    status: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologyEdge:
    """Calls from one node of the topology to another."""

    source: str
    """Id of the calling node."""
    target: str
    """Id of the called node."""
    call_count: int
    avg_ms: float
    error_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Who calls whom. Every end of an edge is one of the nodes."""

    nodes: tuple[TopologyNode, ...]
    edges: tuple[TopologyEdge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApmTimePoint:
    """A service in one minute."""

    timestamp: datetime
    """Start of the minute."""
    rps: float
    success_ratio: float
    avg_ms: float
    p99_ms: float
    error_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApmServiceTimeSeries:
    """A service minute by minute, ascending."""

    service_name: str
    namespace: str
    points: tuple[ApmTimePoint, ...]
