"""What is asked of telemetry: one request per action, each with the question that its sub-action names.

Source: wire contract 1.7.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from domain.commands.actions import Action
from domain.commands.target import Target
from domain.errors import InvalidCommandError
from domain.otel.queries import (
    LogFilter,
    LogSearch,
    NodeQuestion,
    NodeSeriesQuestion,
    Period,
    ServiceQuestion,
    TraceFilter,
    require_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListServices:
    """Services over a time."""

    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class GetTopology:
    """Who calls whom over a time."""

    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOperations:
    """Operations over a time."""

    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class GetHttpStats(ServiceQuestion):
    """Requests of a service by status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetDbStats(ServiceQuestion):
    """Database calls of a service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetServiceSeries(ServiceQuestion):
    """A service over time."""


TraceQuestion: TypeAlias = (
    TraceFilter | ListServices | GetTopology | ListOperations | GetHttpStats | GetDbStats | GetServiceSeries
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetNodesSummary:
    """All nodes together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNodes:
    """Every node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetNode(NodeQuestion):
    """One node now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetNodeHistory(NodeQuestion):
    """One node over time."""


MetricQuestion: TypeAlias = GetNodesSummary | ListNodes | GetNode | GetNodeHistory | NodeSeriesQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class ListIngress:
    """Levels behind the ingress over a time."""

    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMeshServices:
    """Levels in the mesh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMeshEdges:
    """Who asks whom in the mesh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetLevelSeries:
    """A level over time."""

    name: str
    period: Period

    def __post_init__(self) -> None:
        """Refuse no name."""
        require_text("name", self.name, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class GetSloSummary:
    """All levels together."""


SloQuestion: TypeAlias = ListIngress | ListMeshServices | ListMeshEdges | GetLevelSeries | GetSloSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTracesRequest:
    """Ask about traces."""

    action: ClassVar[Action] = Action.QUERY_TRACES

    target: Target
    question: TraceQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTraceDetailRequest:
    """Ask for one trace."""

    action: ClassVar[Action] = Action.QUERY_TRACE_DETAIL

    target: Target
    trace_id: str

    def __post_init__(self) -> None:
        """Refuse what is no id."""
        require_text("trace_id", self.trace_id, required=True)
        if len(self.trace_id) > MAX_ID_CHARS:
            raise InvalidCommandError("trace_id", f"is longer than {MAX_ID_CHARS} characters")


MAX_ID_CHARS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLogsRequest:
    """Ask for log entries, or how many there are over time."""

    action: ClassVar[Action] = Action.QUERY_LOGS

    target: Target
    question: LogSearch | LogFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMetricsRequest:
    """Ask about the hardware of nodes."""

    action: ClassVar[Action] = Action.QUERY_METRICS

    target: Target
    question: MetricQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySloRequest:
    """Ask about service levels."""

    action: ClassVar[Action] = Action.QUERY_SLO

    target: Target
    question: SloQuestion


TelemetryRequest: TypeAlias = (
    QueryTracesRequest | QueryTraceDetailRequest | QueryLogsRequest | QueryMetricsRequest | QuerySloRequest
)
