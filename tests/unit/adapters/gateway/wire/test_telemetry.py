"""Answers to questions about telemetry have the Master's shapes, member by member, and are always JSON."""

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.gateway.wire.otel_names import otel_wire_name
from adapters.gateway.wire.results import MAX_OUTPUT_BYTES, WireOutputRenderer
from adapters.gateway.wire.telemetry import encode_answer
from domain.commands.results import CommandResult, Outcome, TelemetryResult
from domain.otel import answers, apm, logs
from domain.otel.node_metrics import NodeMetrics
from tests.support.golden_files import golden
from tests.support.otel import filled

SCHEMA: Any = golden("wire-schema.json")
GO_TYPES = {
    "apm.TraceDetail": answers.TraceDetail,
    "apm.Span": answers.Span,
    "apm.SpanHTTP": answers.SpanHttp,
    "apm.SpanDB": answers.SpanDb,
    "apm.SpanResource": answers.SpanResource,
    "apm.SpanEvent": answers.SpanEvent,
    "apm.SpanError": answers.SpanError,
    "apm.HTTPStats": answers.HttpStats,
    "apm.DBOperationStats": answers.DbOperationStats,
    "apm.TimePoint": apm.ApmTimePoint,
    "log.QueryResult": answers.LogPage,
    "log.Facets": answers.Facets,
    "log.Facet": answers.Facet,
    "log.HistogramResult": answers.LogHistogram,
    "log.HistogramBucket": answers.LogBucket,
    "metrics.Point": answers.MetricPoint,
    "slo.TimeSeries": answers.LevelSeries,
    "slo.DataPoint": answers.LevelPoint,
}


@pytest.mark.parametrize(("go_type", "of"), GO_TYPES.items(), ids=GO_TYPES)
def test_a_type_has_the_wires_fields_and_a_default_exactly_where_the_wire_may_omit_one(
    go_type: str, of: type[Any]
) -> None:
    mine = {
        otel_wire_name(field.name): field.default is not MISSING or field.default_factory is not MISSING
        for field in fields(of)
    }
    assert mine == {field["json"]: field["omitempty"] for field in SCHEMA[go_type]}


def test_lists_are_bare_and_what_is_empty_is_empty_in_its_shape() -> None:
    assert encode_answer((), 100) == "[]"
    assert json.loads(encode_answer((filled(answers.MetricPoint),), 1000))[0].keys() == {"timestamp", "value"}
    empty = answers.LogPage(logs=(), total=0, facets=answers.Facets(services=(), severities=(), scopes=()))
    assert json.loads(encode_answer(empty, 1000)) == {
        "logs": [],
        "total": 0,
        "facets": {"services": [], "severities": [], "scopes": []},
    }
    assert json.loads(encode_answer(apm.Topology(nodes=(), edges=()), 100)) == {"nodes": [], "edges": []}
    nothing = answers.NodeHistory(cpu=(), memory=(), disk=(), temp=())
    assert json.loads(encode_answer(nothing, 100)) == {"cpu": [], "memory": [], "disk": [], "temp": []}


def test_a_span_is_told_as_pages_read_it() -> None:
    span = replace(filled(answers.Span), http=None, db=None, error=None, events=(), duration_nanos=2**63)
    detail = replace(filled(answers.TraceDetail), spans=(span,))
    decoded = json.loads(encode_answer(detail, 10_000))["spans"][0]
    assert decoded["events"] == []
    assert decoded["duration"] == 2**63 - 1
    assert not decoded.keys() & {"http", "db", "error"}


def test_what_is_not_finite_or_no_text_becomes_json_all_the_same() -> None:
    point = answers.MetricPoint(timestamp=datetime(2026, 1, 1, tzinfo=UTC), value=float("nan"))
    assert json.loads(encode_answer((point,), 1000)) == [{"timestamp": "2026-01-01T00:00:00Z", "value": 0.0}]
    entry = filled(logs.LogEntry, body="half \ud800 a pair \x00")
    assert json.loads(encode_answer((entry,), 10_000))[0]["body"] == "half ? a pair \x00"  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", ["page", "trace", "list"])
def test_an_answer_beyond_the_cap_loses_whole_elements_and_stays_json(shape: str) -> None:
    answer: Any = {
        "page": replace(filled(answers.LogPage), logs=(filled(logs.LogEntry, body="x" * 100_000),) * 60, total=60),
        "trace": replace(filled(answers.TraceDetail), spans=(filled(answers.Span),) * 9000, span_count=9000),
        "list": (filled(NodeMetrics),) * 3000,
    }[shape]
    result = CommandResult(outcome=Outcome.SUCCEEDED, content=TelemetryResult(answer=answer))
    output = WireOutputRenderer().render("c-1", result, 0.1).output
    assert len(output.encode()) <= MAX_OUTPUT_BYTES
    decoded = json.loads(output)
    match shape:
        case "page":
            assert 0 < len(decoded["logs"]) < decoded["total"] == 60
        case "trace":
            assert 0 < len(decoded["spans"]) < decoded["spanCount"] == 9000
        case _:
            assert 0 < len(decoded) < 3000
