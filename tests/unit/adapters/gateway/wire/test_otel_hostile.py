"""Hostile telemetry costs at most the member it stands in, never the body."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.otel import OTelEncoder, encode_otel
from domain.otel import logs, slo
from domain.otel.apm import ApmService, TraceSummary
from domain.otel.logs import LogEntry
from domain.otel.node_metrics import NodeMetrics, NodeSystem
from domain.otel.parts import ApmContent, LogsContent, NodesContent, SloContent
from tests.support.otel import NOW, a_full_summary, a_part, a_summary, decode_strictly, filled

ROOT = Path(__file__).parents[5]
GOLDEN = json.loads((ROOT / "tests/support/goldens/snapshot-max.json").read_text())["otel"]


@given(hostile=st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.just(2.0**63) | st.just(10**400))
def test_no_number_costs_the_body(hostile: float) -> None:
    service = filled(ApmService, span_count=hostile, rps=hostile, success_ratio=hostile)
    node = filled(NodeMetrics, system=filled(NodeSystem, filefd_max=hostile), uptime_seconds=hostile)
    entry = filled(LogEntry, severity_num=hostile)
    encoder = OTelEncoder()
    body = encoder.encode(
        a_summary(
            apm=a_part(ApmContent(services=(service,))),
            nodes=a_part(NodesContent(nodes=(node,))),
            logs=a_part(LogsContent(summary=filled(logs.LogSummary), recent=(entry,))),
        )
    )
    decoded = decode_strictly(body)
    assert not encoder.failures
    for whole in (decoded["apmServices"][0]["spanCount"], decoded["metricsNodes"][0]["system"]["filefdMax"]):
        assert type(whole) is int
        assert -(2**63) <= whole <= 2**63 - 1
    severity = decoded["recentLogs"][0]["severityNum"]
    assert type(severity) is int
    assert -(2**31) <= severity <= 2**31 - 1
    assert isinstance(decoded["apmServices"][0]["rps"], float | int)


@pytest.mark.parametrize(
    ("value", "sent"),
    [(2.0**63, 2**63 - 1), (-(2.0**64), -(2**63)), (7.0, 7), (float("nan"), 0), (float("inf"), 0), (2**63, 2**63 - 1)],
)
def test_a_whole_number_is_clamped_after_the_conversion(value: float, sent: int) -> None:
    node = filled(NodeMetrics, system=filled(NodeSystem, filefd_max=value))
    decoded = decode_strictly(encode_otel(a_summary(nodes=a_part(NodesContent(nodes=(node,))))))
    assert decoded["metricsNodes"][0]["system"]["filefdMax"] == sent


@given(st.text(alphabet=st.characters(), max_size=20))
def test_no_text_costs_the_body(text: str) -> None:
    trace = filled(TraceSummary, root_operation=text, services=(text,))
    entry = filled(LogEntry, body=text, attributes={text: text})
    encoder = OTelEncoder()
    content = LogsContent(summary=filled(logs.LogSummary), recent=(entry,))
    body = encoder.encode(a_summary(recent_traces=a_part((trace,)), logs=a_part(content)))
    assert decode_strictly(body)["recentTraces"][0]["rootOperation"] == text.encode("utf-8", "replace").decode()
    assert not encoder.failures


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    trace = filled(TraceSummary, root_operation="GET \ud800")
    decoded = decode_strictly(encode_otel(a_summary(recent_traces=a_part((trace,)))))
    assert decoded["recentTraces"][0]["rootOperation"] == "GET ?"


def test_times_are_sent_in_utc_with_a_z() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    traces = (filled(TraceSummary, timestamp=tokyo), filled(TraceSummary, timestamp=NOW))
    decoded = decode_strictly(encode_otel(a_summary(recent_traces=a_part(traces))))
    assert [trace["timestamp"] for trace in decoded["recentTraces"]] == ["2026-01-01T12:00:00Z"] * 2


@pytest.mark.parametrize(
    "broken",
    [
        filled(TraceSummary, timestamp=datetime(2026, 1, 1)),  # noqa: DTZ001 - the naive time is the point
        filled(TraceSummary, timestamp=datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))),
        filled(TraceSummary, services=None),
        filled(TraceSummary, span_count="many"),
        filled(TraceSummary, root_service=None),
        None,
    ],
    ids=["naive time", "time before time", "no list", "text for a number", "no text", "no object"],
)
def test_what_cannot_be_encoded_costs_its_member_only(
    broken: TraceSummary | None, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = OTelEncoder()
    traces = (*(filled(TraceSummary) for _ in range(20)), broken)
    summary = replace(a_full_summary(), recent_traces=a_part(traces))  # type: ignore[arg-type] # broken on purpose
    with caplog.at_level(logging.ERROR):
        decoded = decode_strictly(encoder.encode(summary))
        encoder.encode(summary)
    assert "recentTraces" not in decoded
    assert decoded.keys() >= GOLDEN.keys() - {"recentTraces"}
    assert encoder.failures == {"recentTraces": 1}
    assert [record.__dict__["member"] for record in caplog.records] == ["recentTraces"], "once per content"


def test_a_member_that_fails_is_missing_under_both_its_names() -> None:
    broken = filled(SloContent, ingress=(filled(slo.IngressSlo, status_codes=None),))
    decoded = decode_strictly(encode_otel(a_summary(slo=a_part(broken))))
    assert not {"sloIngress", "ingressSLOs"} & decoded.keys()
    assert {"sloServices", "serviceSLOs"} <= decoded.keys()
