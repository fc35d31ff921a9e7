"""Parameters of the questions about telemetry: as liberal as their senders need.

Durations are Go's or a number of seconds; one that cannot be read means the default. Absolute times count only when
both are there and can be read. Source: wire contract 1.7.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from adapters.gateway.wire.params import Params
from domain.commands.target import Target
from domain.commands.telemetry_requests import (
    GetDbStats,
    GetHttpStats,
    GetLevelSeries,
    GetNode,
    GetNodeHistory,
    GetNodesSummary,
    GetServiceSeries,
    GetSloSummary,
    GetTopology,
    ListIngress,
    ListMeshEdges,
    ListMeshServices,
    ListNodes,
    ListOperations,
    ListServices,
    MetricQuestion,
    QueryLogsRequest,
    QueryMetricsRequest,
    QuerySloRequest,
    QueryTraceDetailRequest,
    QueryTracesRequest,
    SloQuestion,
    TraceQuestion,
)
from domain.errors import InvalidCommandError
from domain.otel.queries import (
    MAX_LOGS,
    MAX_OFFSET,
    MAX_TRACES,
    LogFilter,
    LogSearch,
    NodeSeriesQuestion,
    Period,
    TraceFilter,
    limited,
)
from domain.time_range import parse_go_duration

_TIME: Final = TypeAdapter(datetime)
_MINUTE: Final = 60.0
_QUARTER: Final = 15 * _MINUTE
_HOUR: Final = 60 * _MINUTE
_MAX_QUOTED_CHARS: Final = 64
QuestionT = TypeVar("QuestionT")


def to_query_traces(target: Target, params: Params) -> QueryTracesRequest:
    """`query_traces` with its seven sub-actions."""
    return QueryTracesRequest(target=target, question=_chosen(params, _TRACES, "list_traces"))


def to_query_trace_detail(target: Target, params: Params) -> QueryTraceDetailRequest:
    """`query_trace_detail`."""
    return QueryTraceDetailRequest(target=target, trace_id=_text(params, "trace_id", "traceId").strip())


def to_query_logs(target: Target, params: Params) -> QueryLogsRequest:
    """`query_logs`: search and histogram."""
    return QueryLogsRequest(target=target, question=_chosen(params, _LOGS, "search"))


def to_query_metrics(target: Target, params: Params) -> QueryMetricsRequest:
    """`query_metrics` with its five sub-actions."""
    return QueryMetricsRequest(target=target, question=_chosen(params, _METRICS, "get_summary"))


def to_query_slo(target: Target, params: Params) -> QuerySloRequest:
    """`query_slo` with its five sub-actions."""
    return QuerySloRequest(target=target, question=_chosen(params, _SLO, "get_summary"))


def period_of(params: Params, default_seconds: float) -> Period:
    """The time that is asked about."""
    start_at, end_at = (_moment(params, name) for name in ("start_time", "end_time"))
    if start_at is not None and end_at is not None:
        return Period(seconds=default_seconds, start_at=start_at, end_at=end_at)
    return Period(seconds=_seconds(params, default_seconds))


def _chosen(params: Params, questions: Mapping[str, Callable[[Params], QuestionT]], default: str) -> QuestionT:
    name = _text(params, "sub_action", "subAction").strip() or default
    if name not in questions:
        known = ", ".join(questions)
        raise InvalidCommandError("sub_action", f"{name[:_MAX_QUOTED_CHARS]!r} is none; known are {known}")
    return questions[name](params)


def _seconds(params: Params, default_seconds: float) -> float:
    """A duration; the default for what is absent, cannot be read, or is not longer than nothing."""
    value = next((params.members[name] for name in ("since", "timeRange") if params.members.get(name)), None)
    seconds = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = min(float(value), 1e12) if value < 1e12 else 1e12  # noqa: PLR2004 - more than any calendar holds
    elif isinstance(value, str):
        text = value.strip()
        try:
            seconds = float(text) if text.replace(".", "", 1).isdecimal() else parse_go_duration(text)
        except ValueError:
            seconds = 0.0
    return seconds if isfinite(seconds) and seconds > 0 else default_seconds


def _moment(params: Params, name: str) -> datetime | None:
    value = params.members.get(name)
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        moment = _TIME.validate_python(value.strip())
    except ValidationError:
        return None
    return moment if moment.tzinfo is not None else None


def _text(params: Params, *names: str) -> str:
    """A text; numbers are taken as they would be written, since senders differ about codes and ids."""
    return params.token(*names)


def _number(params: Params, name: str) -> float:
    """A number that is not negative; 0 when absent or none."""
    value = params.members.get(name)
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        number = 0.0
    return number if isfinite(number) and number > 0 else 0.0


def _integer(params: Params, name: str) -> int | None:
    """A whole number; None when absent or none, which means the default."""
    try:
        return params.integer(name)
    except InvalidCommandError:
        return None


def _list_traces(params: Params) -> TraceFilter:
    return TraceFilter(
        period=period_of(params, 5 * _MINUTE),
        limit=limited(_integer(params, "limit"), MAX_TRACES),
        service=_text(params, "service"),
        operation=_text(params, "operation"),
        min_duration_ms=_number(params, "min_duration_ms"),
        status_code=_text(params, "status_code"),
        method=_text(params, "method"),
        slowest_first=_text(params, "sort") == "duration_desc",
    )


def _log_filter(params: Params) -> LogFilter:
    return LogFilter(
        period=period_of(params, _QUARTER),
        query=_text(params, "query"),
        service=_text(params, "service"),
        level=_text(params, "level"),
        scope=_text(params, "scope"),
        trace_id=_text(params, "trace_id", "traceId"),
        span_id=_text(params, "span_id", "spanId"),
    )


def _log_search(params: Params) -> LogSearch:
    offset = _integer(params, "offset") or 0
    if offset > MAX_OFFSET:
        raise InvalidCommandError("offset", f"must be at most {MAX_OFFSET}; narrow the search instead")
    return LogSearch(
        filter=_log_filter(params), limit=limited(_integer(params, "limit"), MAX_LOGS), offset=max(0, offset)
    )


def _log_histogram(params: Params) -> LogFilter:
    return LogFilter(
        period=period_of(params, _QUARTER),
        query=_text(params, "query"),
        service=_text(params, "service"),
        level=_text(params, "level"),
        scope=_text(params, "scope"),
    )


def _node(params: Params) -> str:
    return _text(params, "node_name", "nodeName")


_TRACES: Final[Mapping[str, Callable[[Params], TraceQuestion]]] = {
    "list_traces": _list_traces,
    "list_services": lambda params: ListServices(period=period_of(params, _QUARTER)),
    "get_topology": lambda params: GetTopology(period=period_of(params, _QUARTER)),
    "list_operations": lambda params: ListOperations(period=period_of(params, _QUARTER)),
    "http_stats": lambda params: GetHttpStats(service=_text(params, "service"), period=period_of(params, _QUARTER)),
    "db_stats": lambda params: GetDbStats(service=_text(params, "service"), period=period_of(params, _QUARTER)),
    "service_series": lambda params: GetServiceSeries(
        service=_text(params, "service"), period=period_of(params, _HOUR)
    ),
}
_LOGS: Final[Mapping[str, Callable[[Params], LogSearch | LogFilter]]] = {
    "search": _log_search,
    "histogram": _log_histogram,
}
_METRICS: Final[Mapping[str, Callable[[Params], MetricQuestion]]] = {
    "get_summary": lambda _: GetNodesSummary(),
    "list_all": lambda _: ListNodes(),
    "get_node": lambda params: GetNode(node_name=_node(params)),
    "get_series": lambda params: NodeSeriesQuestion(
        node_name=_node(params), metric=_text(params, "metric"), period=period_of(params, 30 * _MINUTE)
    ),
    "get_history": lambda params: GetNodeHistory(node_name=_node(params), period=period_of(params, 24 * _HOUR)),
}
_SLO: Final[Mapping[str, Callable[[Params], SloQuestion]]] = {
    "list_ingress": lambda params: ListIngress(period=period_of(params, 5 * _MINUTE)),
    "list_service": lambda _: ListMeshServices(),
    "list_edges": lambda _: ListMeshEdges(),
    "get_time_series": lambda params: GetLevelSeries(name=_text(params, "name"), period=period_of(params, _HOUR)),
    "get_summary": lambda _: GetSloSummary(),
}
