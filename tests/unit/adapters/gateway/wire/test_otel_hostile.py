"""Hostile telemetry costs at most the member it stands in, never the body."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.otel import OTelEncoder, encode_otel
from domain.otel import apm, logs, node_metrics, slo
from domain.otel.apm import ApmService, TraceSummary
from domain.otel.logs import LogEntry
from domain.otel.node_metrics import NodeMetrics, NodeSystem
from domain.otel.parts import ApmContent, LogsContent, NodesContent, SloContent
from tests.support.otel import NOW, a_full_summary, a_part, a_summary, filled

ROOT = Path(__file__).parents[5]
GOLDEN = json.loads((ROOT / "tests/support/goldens/snapshot-max.json").read_text())["otel"]
SCHEMA = json.loads((ROOT / "src/adapters/embedded/demo_master/wire-schema.json").read_text())

GO_TYPES = {
    "apm.APMService": apm.ApmService,
    "apm.OperationStats": apm.OperationStats,
    "apm.TraceSummary": apm.TraceSummary,
    "apm.Topology": apm.Topology,
    "apm.TopologyNode": apm.TopologyNode,
    "apm.TopologyEdge": apm.TopologyEdge,
    "cluster.APMServiceTimeSeries": apm.ApmServiceTimeSeries,
    "cluster.APMTimePoint": apm.ApmTimePoint,
    "slo.IngressSLO": slo.IngressSlo,
    "slo.ServiceSLO": slo.ServiceSlo,
    "slo.ServiceEdge": slo.ServiceEdge,
    "slo.SLOSummary": slo.SloSummary,
    "slo.SLOWindowData": slo.SloWindowData,
    "slo.SLOHistoryPoint": slo.SloHistoryPoint,
    "slo.StatusCodeCount": slo.StatusCodeCount,
    "slo.MethodCount": slo.MethodCount,
    "slo.LatencyBucket": slo.LatencyBucket,
    "cluster.SLOServiceTimeSeries": slo.SloServiceTimeSeries,
    "cluster.SLOTimePoint": slo.SloTimePoint,
    "log.Entry": logs.LogEntry,
    "log.Summary": logs.LogSummary,
    "log.ServiceCount": logs.ServiceCount,
    "metrics.NodeMetrics": node_metrics.NodeMetrics,
    "metrics.NodeCPU": node_metrics.NodeCpu,
    "metrics.NodeMemory": node_metrics.NodeMemory,
    "metrics.NodeDisk": node_metrics.NodeDisk,
    "metrics.NodeNetwork": node_metrics.NodeNetwork,
    "metrics.NodeTemperature": node_metrics.NodeTemperature,
    "metrics.TempSensor": node_metrics.TempSensor,
    "metrics.NodePSI": node_metrics.NodePsi,
    "metrics.NodeTCP": node_metrics.NodeTcp,
    "metrics.NodeSystem": node_metrics.NodeSystem,
    "metrics.NodeVMStat": node_metrics.NodeVmstat,
    "metrics.NodeSoftnet": node_metrics.NodeSoftnet,
    "metrics.Summary": node_metrics.NodeMetricsSummary,
    "cluster.NodeMetricsPoint": node_metrics.NodeMetricsPoint,
    "cluster.NodeMetricsTimeSeries": node_metrics.NodeMetricsTimeSeries,
}
ORIGINAL_KEYS = {
    "slo": "sloSummary",
    "ingressSLOs": "sloIngress",
    "serviceSLOs": "sloServices",
    "serviceEdges": "sloEdges",
    "topology": "apmTopology",
    "nodeMetrics": "metricsSummary",
}


def _paths(value: object, path: str = "") -> dict[str, str]:
    """Path of every value with its JSON type; keys of real maps are one star, elements of lists `[]`."""
    found = {path: type(value).__name__}
    if isinstance(value, dict):
        is_map = path.endswith(("sloWindows", "severityCounts", "attributes", "resource"))
        for key, inner in value.items():
            found |= _paths(inner, f"{path}.{'*' if is_map else key}")
    elif isinstance(value, list):
        for inner in value:
            found |= _paths(inner, f"{path}[]")
    return found


def _decode(body: bytes) -> dict[str, Any]:
    """Parse as strictly as the Master: a constant that is no JSON is refused."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    decoded: dict[str, Any] = json.loads(body, parse_constant=refuse)
    return decoded


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
    decoded = _decode(body)
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
    decoded = _decode(encode_otel(a_summary(nodes=a_part(NodesContent(nodes=(node,))))))
    assert decoded["metricsNodes"][0]["system"]["filefdMax"] == sent


@given(st.text(alphabet=st.characters(), max_size=20))
def test_no_text_costs_the_body(text: str) -> None:
    trace = filled(TraceSummary, root_operation=text, services=(text,))
    entry = filled(LogEntry, body=text, attributes={text: text})
    encoder = OTelEncoder()
    content = LogsContent(summary=filled(logs.LogSummary), recent=(entry,))
    body = encoder.encode(a_summary(recent_traces=a_part((trace,)), logs=a_part(content)))
    assert _decode(body)["recentTraces"][0]["rootOperation"] == text.encode("utf-8", "replace").decode()
    assert not encoder.failures


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    trace = filled(TraceSummary, root_operation="GET \ud800")
    decoded = _decode(encode_otel(a_summary(recent_traces=a_part((trace,)))))
    assert decoded["recentTraces"][0]["rootOperation"] == "GET ?"


def test_times_are_sent_in_utc_with_a_z() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    traces = (filled(TraceSummary, timestamp=tokyo), filled(TraceSummary, timestamp=NOW))
    decoded = _decode(encode_otel(a_summary(recent_traces=a_part(traces))))
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
        decoded = _decode(encoder.encode(summary))
        encoder.encode(summary)
    assert "recentTraces" not in decoded
    assert decoded.keys() >= GOLDEN.keys() - {"recentTraces"}
    assert encoder.failures == {"recentTraces": 1}
    assert [record.__dict__["member"] for record in caplog.records] == ["recentTraces"], "once per content"


def test_a_member_that_fails_is_missing_under_both_its_names() -> None:
    broken = filled(SloContent, ingress=(filled(slo.IngressSlo, status_codes=None),))
    decoded = _decode(encode_otel(a_summary(slo=a_part(broken))))
    assert not {"sloIngress", "ingressSLOs"} & decoded.keys()
    assert {"sloServices", "serviceSLOs"} <= decoded.keys()
