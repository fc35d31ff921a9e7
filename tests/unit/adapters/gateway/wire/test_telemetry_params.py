"""Parameters of questions about telemetry: every spelling that is really sent, every default, every refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.gateway.wire.params import Params
from adapters.gateway.wire.telemetry_params import (
    period_of,
    to_query_logs,
    to_query_metrics,
    to_query_slo,
    to_query_trace_detail,
    to_query_traces,
)
from domain.commands.target import Target
from domain.commands.telemetry_requests import (
    GetNode,
    GetNodesSummary,
    GetSloSummary,
    ListServices,
)
from domain.errors import InvalidCommandError
from domain.otel.queries import LogFilter, LogSearch, TraceFilter

TARGET = Target()
SECONDS: dict[Any, float] = {
    "60m": 3600, "10080m": 604_800, "24h0m0s": 86_400, "1h": 3600, "1.5h": 5400, "300ms": 0.3, "90": 90, 120: 120,
    0.5: 0.5, None: 900, "": 900, "soon": 900, "7d": 900, "-5m": 900, 0: 900, -3: 900, True: 900, "1e5": 900,
    1e300: 366 * 86_400, "999999h": 366 * 86_400, 10**400: 366 * 86_400,
}  # fmt: skip


@pytest.mark.parametrize(("since", "seconds"), SECONDS.items(), ids=lambda value: str(value)[:20])
def test_a_duration_is_read_or_the_default(since: Any, seconds: float) -> None:
    assert period_of(Params({"since": since}), 900).seconds == seconds
    assert period_of(Params({"timeRange": since}), 900).seconds == seconds


def test_absolute_times_count_when_both_are_there_and_can_be_read() -> None:
    both = {"start_time": "2026-01-01T10:00:00.123Z", "end_time": "2026-01-01T12:00:00+01:00", "since": "5m"}
    period = period_of(Params(both), 900)
    assert period.start_at == datetime(2026, 1, 1, 10, 0, 0, 123_000, UTC)
    assert period.end_at == datetime(2026, 1, 1, 11, tzinfo=UTC)
    for broken in ({"start_time": "x"}, {"end_time": None}, {"end_time": "2026-01-01T12:00:00"}, {"end_time": 7}):
        assert not period_of(Params(both | broken), 900).is_absolute
        assert period_of(Params(both | broken), 900).seconds == 300


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "end_time"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "end_time"),
        ("1900-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "start_time"),
        ("2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "end_time"),
    ],
)
def test_times_that_cannot_be_meant_are_refused_by_name(start: str, end: str, field: str) -> None:
    with pytest.raises(InvalidCommandError) as caught:
        to_query_traces(TARGET, Params({"start_time": start, "end_time": end}))
    assert caught.value.field == field


def test_a_window_is_seen_from_the_moment_it_is_asked() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    window = period_of(Params({"since": "1h"}), 900).window(now)
    assert (window.start_at, window.end_at) == (now - timedelta(hours=1), now)


def test_defaults_are_the_documented_ones() -> None:
    traces = to_query_traces(TARGET, Params({})).question
    assert isinstance(traces, TraceFilter)
    assert (traces.limit, traces.period.seconds, traces.slowest_first, traces.is_open) == (50, 300, False, True)
    search = to_query_logs(TARGET, Params({})).question
    assert isinstance(search, LogSearch)
    assert (search.limit, search.offset, search.filter.period.seconds) == (50, 0, 900)
    assert isinstance(to_query_logs(TARGET, Params({"sub_action": "histogram"})).question, LogFilter)
    assert to_query_metrics(TARGET, Params({})).question == GetNodesSummary()
    assert to_query_slo(TARGET, Params({})).question == GetSloSummary()
    services = to_query_traces(TARGET, Params({"sub_action": "list_services"})).question
    assert isinstance(services, ListServices)
    assert services.period.seconds == 900
    assert to_query_metrics(TARGET, Params({"sub_action": "get_node", "nodeName": "a"})).question == GetNode(
        node_name="a"
    )


@pytest.mark.parametrize(
    ("limit", "expected"), [(7, 7), ("8", 8), (0, 50), (-1, 50), (10**9, 2000), ("x", 50), (1.0, 1)]
)
def test_limits_are_cut_to_what_is_documented(limit: Any, expected: int) -> None:
    question = to_query_traces(TARGET, Params({"limit": limit})).question
    assert isinstance(question, TraceFilter)
    assert question.limit == expected
    search = to_query_logs(TARGET, Params({"limit": limit, "offset": -3})).question
    assert isinstance(search, LogSearch)
    assert (search.limit, search.offset) == (min(expected, 500), 0)


def test_odd_values_of_a_page_that_forwards_everything_do_no_harm() -> None:
    params = {
        "min_duration_ms": "12.5", "status_code": 500, "method": None, "sort": "duration_desc", "unknown": [1],
        "service": "web", "operation": "GET /",
    }  # fmt: skip
    question = to_query_traces(TARGET, Params(params)).question
    assert isinstance(question, TraceFilter)
    assert (question.min_duration_ms, question.status_code, question.slowest_first) == (12.5, "500", True)
    for duration in ("x", -1, float("nan"), "inf", True, [1]):
        other = to_query_traces(TARGET, Params({"min_duration_ms": duration})).question
        assert isinstance(other, TraceFilter)
        assert other.min_duration_ms == 0


REFUSED = {
    "unknown sub-action of traces": (to_query_traces, {"sub_action": "explode"}, "sub_action"),
    "unknown sub-action of logs": (to_query_logs, {"sub_action": "explode"}, "sub_action"),
    "unknown sub-action of metrics": (to_query_metrics, {"sub_action": "explode"}, "sub_action"),
    "unknown sub-action of slo": (to_query_slo, {"sub_action": "explode"}, "sub_action"),
    "no service of http_stats": (to_query_traces, {"sub_action": "http_stats"}, "service"),
    "no service of db_stats": (to_query_traces, {"sub_action": "db_stats", "service": " "}, "service"),
    "no service of service_series": (to_query_traces, {"sub_action": "service_series"}, "service"),
    "no trace id": (to_query_trace_detail, {}, "trace_id"),
    "a trace id that is none": (to_query_trace_detail, {"trace_id": "x" * 300}, "trace_id"),
    "no node": (to_query_metrics, {"sub_action": "get_node"}, "node_name"),
    "no node of history": (to_query_metrics, {"sub_action": "get_history"}, "node_name"),
    "no metric": (to_query_metrics, {"sub_action": "get_series", "node_name": "n"}, "metric"),
    "no name": (to_query_slo, {"sub_action": "get_time_series"}, "name"),
    "a text as long as a book": (to_query_logs, {"query": "x" * 2**20}, "query"),
    "a service as long as a book": (to_query_traces, {"service": "x" * 2**20}, "service"),
    "a text that is none": (to_query_logs, {"query": {"a": 1}}, "query"),
    "an endless offset": (to_query_logs, {"offset": 10**12}, "offset"),
}


@pytest.mark.parametrize(("parse", "params", "field"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_is_refused_by_name(parse: Any, params: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidCommandError) as caught:
        parse(TARGET, Params(params))
    assert caught.value.field == field
    assert len(str(caught.value)) < 400
