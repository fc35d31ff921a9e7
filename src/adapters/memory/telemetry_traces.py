"""Spans of the simulated shop's traces, made again from each trace's summary, so that list and detail agree."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.otel_levels import topology
from adapters.memory.otel_traces import traces_in
from adapters.memory.otel_traffic import Shop, SimulatedService
from domain.otel.answers import (
    DbOperationStats,
    HttpStats,
    Span,
    SpanDb,
    SpanError,
    SpanEvent,
    SpanHttp,
    SpanResource,
    TraceDetail,
)
from domain.otel.apm import ApmService, ApmTimePoint, OperationStats, Topology, TraceSummary
from domain.otel.queries import Period, TraceFilter, service_step_seconds
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.errors import NotFound
from ports.telemetry_queries import TraceQueries

_SERVER, _CLIENT, _INTERNAL = "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_INTERNAL"
_KEPT: Final = timedelta(hours=6)
_FAILED: Final = frozenset({"error", "status_code_error"})
_NOTHING: Final = SpanResource()


class InMemoryTraceQueries(TraceQueries):
    """Traces of the simulated shop, as far back as six hours."""

    def __init__(self, clock: Clock, parts: InMemoryOTelParts, *, shop: Shop | None = None) -> None:
        self._clock = clock
        self._parts = parts
        self._shop = shop or Shop()

    @override
    async def list_traces(self, wanted: TraceFilter) -> tuple[TraceSummary, ...]:
        await checkpoint()
        found = [trace for trace in self._traces(self._window(wanted.period)) if _matches(trace, self._shop, wanted)]
        if wanted.slowest_first:
            found.sort(key=lambda trace: (-trace.duration_ms, trace.trace_id))
        return tuple(found[: wanted.limit])

    @override
    async def list_services(self, period: Period) -> tuple[ApmService, ...]:
        await checkpoint()
        return self._parts.services_over(self._window(period))

    @override
    async def get_topology(self, period: Period) -> Topology:
        await checkpoint()
        return topology(self._shop, self._window(period))

    @override
    async def list_operations(self, period: Period) -> tuple[OperationStats, ...]:
        await checkpoint()
        operations = self._parts.operations_over(self._window(period))
        return tuple(sorted(operations, key=lambda one: (-one.span_count, one.service_name, one.operation_name)))

    @override
    async def http_stats(self, service: str, period: Period) -> tuple[HttpStats, ...]:
        await checkpoint()
        counts: Counter[tuple[int, str, str]] = Counter()
        for span in self._spans(service, _SERVER, period):
            if span.http is not None:
                counts[span.http.status_code, span.http.method, span.span_name] += 1
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        return tuple(
            HttpStats(status_code=status, method=method, operation=operation, count=count)
            for (status, method, operation), count in ordered
        )

    @override
    async def db_stats(self, service: str, period: Period) -> tuple[DbOperationStats, ...]:
        await checkpoint()
        calls: dict[tuple[str, str, str, str], list[float]] = {}
        for span in self._spans(service, _CLIENT, period):
            if span.db is not None:
                key = (span.db.system, span.db.name, span.db.operation, span.db.table)
                calls.setdefault(key, []).append(span.duration_ms)
        ordered = sorted(calls.items(), key=lambda one: (-len(one[1]), one[0]))
        return tuple(
            DbOperationStats(
                db_system=key[0],
                db_name=key[1],
                operation=key[2],
                table=key[3],
                call_count=len(times),
                avg_ms=round(sum(times) / len(times), 2),
                p99_ms=max(times),
                error_ratio=0.0,
            )
            for key, times in ordered
        )

    @override
    async def service_series(self, service: str, period: Period) -> tuple[ApmTimePoint, ...]:
        await checkpoint()
        window = self._window(period)
        step_seconds = service_step_seconds(window.seconds)
        start = window.start_at.timestamp() // step_seconds * step_seconds
        points = []
        while start < window.end_at.timestamp():
            start_at = datetime.fromtimestamp(start, window.start_at.tzinfo)
            points += self._parts.points_of(service, start_at, step_seconds)
            start += step_seconds
        return tuple(points)

    @override
    async def get_trace(self, trace_id: str) -> TraceDetail:
        await checkpoint()
        now = self._clock.now()
        for trace in self._traces(TimeRange(now - _KEPT, now)):
            if trace.trace_id == trace_id:
                return TraceDetail(
                    trace_id=trace_id,
                    duration_ms=trace.duration_ms,
                    service_count=trace.service_count,
                    span_count=trace.span_count,
                    spans=spans_of(trace, self._shop),
                )
        raise NotFound("read a trace", f"no trace {trace_id[:64]!r}")

    def _window(self, period: Period) -> TimeRange:
        return period.window(self._clock.now())

    def _traces(self, window: TimeRange) -> Iterator[TraceSummary]:
        now = self._clock.now()
        start_at, end_at = max(window.start_at, now - _KEPT), min(window.end_at, now)
        return traces_in(self._shop, TimeRange(start_at, end_at)) if start_at < end_at else iter(())

    def _spans(self, service: str, kind: str, period: Period) -> Iterator[Span]:
        for trace in self._traces(self._window(period)):
            yield from (
                span for span in spans_of(trace, self._shop) if span.service_name == service and span.span_kind == kind
            )


def spans_of(trace: TraceSummary, shop: Shop) -> tuple[Span, ...]:
    """The spans of a trace: its root, a call and what it reached for each other service, and what each asks for it."""
    spans = [_span(trace, 0, "", _SERVER, trace.root_service, trace.root_operation, trace.duration_ms)]
    part_ms = round(trace.duration_ms / (len(trace.services) + 1), 2)
    spans += _peers(trace, shop.find(trace.root_service), spans[0], part_ms)
    for service in trace.services:
        if service != trace.root_service:
            number = len(spans)
            called = SpanHttp(method="GET", url=f"http://{service}:8080/{service}", server=service, server_port=8080)
            call = _span(trace, number, spans[0].span_id, _CLIENT, trace.root_service, "GET", part_ms, http=called)
            served = _span(trace, number + 1, call.span_id, _SERVER, service, f"GET /{service}", part_ms)
            spans += (call, served)
            spans += _peers(trace, shop.find(service), served, part_ms)
    while len(spans) < trace.span_count:
        spans.append(_span(trace, len(spans), spans[0].span_id, _INTERNAL, trace.root_service, "work", 1.0))
    return tuple(sorted(spans[: trace.span_count], key=lambda span: (span.timestamp, span.span_id)))


def _peers(trace: TraceSummary, service: SimulatedService, parent: Span, duration_ms: float) -> Iterator[Span]:
    """What a service asks of its database and outside, named as instrumentations name it."""
    number = int(parent.span_id[-4:], 16) + 1
    if service.database:
        system, _, name = service.database.partition(":")
        verb, table = ("GET", "") if system == "redis" else ("SELECT", service.name)
        db = SpanDb(system=system, name=name, operation=verb, table=table)
        title = f"{verb} {table}".strip()
        yield _span(trace, number, parent.span_id, _CLIENT, service.name, title, round(duration_ms / 3, 2), db=db)
    elif service.external:
        http = SpanHttp(method="POST", url=f"https://{service.external}/", status_code=200, server=service.external)
        yield _span(trace, number, parent.span_id, _CLIENT, service.name, "POST", round(duration_ms / 2, 2), http=http)


def _span(
    trace: TraceSummary,
    number: int,
    parent: str,
    kind: str,
    service: str,
    name: str,
    duration_ms: float,
    *,
    http: SpanHttp | None = None,
    db: SpanDb | None = None,
) -> Span:
    has_failed = trace.has_error and number == 0
    error = SpanError(type=trace.error_type, message=trace.error_message) if has_failed else None
    if kind == _SERVER:
        method, _, path = name.partition(" ")
        http = SpanHttp(method=method, route=path, status_code=500 if has_failed else 200)
    at = trace.timestamp + timedelta(milliseconds=number * 0.1)
    about = {"exception.type": trace.error_type, "exception.message": trace.error_message}
    return Span(
        timestamp=at,
        trace_id=trace.trace_id,
        span_id=f"{trace.trace_id[:12]}{number:04x}",
        parent_span_id=parent,
        span_name=name,
        span_kind=kind,
        service_name=service,
        duration_nanos=round(duration_ms * 1e6),
        duration_ms=duration_ms,
        status_code="STATUS_CODE_ERROR" if has_failed else "STATUS_CODE_UNSET",
        status_message=trace.error_message if has_failed else "",
        http=http,
        db=db,
        resource=_NOTHING,
        events=(SpanEvent(timestamp=at, name="exception", attributes=about),) if has_failed else (),
        error=error,
    )


def _matches(trace: TraceSummary, shop: Shop, wanted: TraceFilter) -> bool:
    """Whether one span has everything that is wanted."""
    return wanted.is_open or any(_has_all(span, wanted) for span in spans_of(trace, shop))


def _has_all(span: Span, wanted: TraceFilter) -> bool:
    status = wanted.status_code.lower()
    return (
        wanted.service in {"", span.service_name}
        and wanted.operation in {"", span.span_name}
        and span.duration_ms >= wanted.min_duration_ms
        and (status not in _FAILED or span.error is not None)
        and (status in {""} | _FAILED or (span.http is not None and str(span.http.status_code) == status))
        and (not wanted.method or (span.http is not None and span.http.method == wanted.method))
    )
