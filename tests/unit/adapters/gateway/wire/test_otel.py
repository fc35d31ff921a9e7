"""The OTel summary on the wire: complete, in both generations of names, and fit for a strict decoder."""

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from adapters.gateway.wire.otel import TWINS, OTelEncoder, OTelWire, encode_otel, to_wire
from adapters.gateway.wire.otel_names import OTEL_WIRE_NAMES, otel_wire_name
from domain.otel import apm, logs, node_metrics, slo
from domain.otel.answers import Span
from domain.otel.apm import ApmService, TraceSummary
from domain.otel.logs import LogEntry
from domain.otel.node_metrics import NodeMetrics
from domain.otel.parts import ApmContent, LogsContent, NodesContent, SloContent, SloWindow
from domain.otel.slo import SloWindowData
from tests.support.otel import NOW, a_full_summary, a_part, a_summary, decode_strictly, filled

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


def test_a_full_summary_produces_every_path_of_the_golden_snapshot_with_its_type() -> None:
    produced = _paths(decode_strictly(encode_otel(a_full_summary())))
    expected = _paths(GOLDEN)
    assert {path: produced.get(path) for path in expected} == expected


def test_it_produces_nothing_else_but_the_keys_of_the_original_design() -> None:
    decoded = decode_strictly(encode_otel(a_full_summary()))
    mine = {path for path in _paths(decoded) if path.split(".")[1:2] and path.split(".")[1].split("[")[0] in GOLDEN}
    assert mine == set(_paths(GOLDEN)) - {""}
    assert decoded.keys() - GOLDEN.keys() == {"fetchedAt", *ORIGINAL_KEYS}


@pytest.mark.parametrize(("original", "masters"), ORIGINAL_KEYS.items())
def test_both_generations_of_names_carry_equal_content(original: str, masters: str) -> None:
    decoded = decode_strictly(encode_otel(a_full_summary()))
    assert decoded[original] == decoded[masters]


def test_the_wire_form_itself_holds_equal_content_under_both_names() -> None:
    wire = to_wire(a_full_summary())
    assert {name: getattr(wire, name) for name in TWINS} == {
        name: getattr(wire, masters) for name, masters in TWINS.items()
    }


def test_the_scalars_stand_among_the_lists_with_their_values() -> None:
    content = ApmContent(overview=(filled(ApmService, success_ratio=0.5, rps=3.0),))
    decoded = decode_strictly(encode_otel(a_summary(apm=a_part(content))))
    assert (decoded["totalServices"], decoded["totalRps"], decoded["avgSuccessRate"]) == (1, 3.0, 50.0)


@pytest.mark.parametrize(("go_type", "of"), GO_TYPES.items(), ids=GO_TYPES)
def test_a_type_has_the_wires_fields_and_a_default_exactly_where_the_wire_may_omit_one(
    go_type: str, of: type[Any]
) -> None:
    mine = {
        otel_wire_name(field.name): field.default is not MISSING or field.default_factory is not MISSING
        for field in fields(of)
    }
    assert mine == {field["json"]: field["omitempty"] for field in SCHEMA[go_type]}


def test_the_wire_form_has_every_member_that_the_master_knows() -> None:
    mine = {otel_wire_name(field.name): field.default is None for field in fields(OTelWire)}
    masters = {field["json"]: field["omitempty"] for field in SCHEMA["cluster.OTelSnapshot"]}
    assert mine == masters | dict.fromkeys(ORIGINAL_KEYS, True) | {"fetchedAt": False}


def test_every_type_of_the_snapshots_telemetry_has_been_compared() -> None:
    reachable, ahead = set(), ["cluster.OTelSnapshot"]
    while ahead:
        name = ahead.pop()
        package = name.split(".")[0]
        for field in SCHEMA[name]:
            inner = field["goType"].replace("map[string]", "").lstrip("[]*")
            inner = inner if "." in inner else f"{package}.{inner}"
            if inner in SCHEMA and inner not in reachable:
                reachable.add(inner)
                ahead.append(inner)
    assert reachable == set(GO_TYPES)


def test_the_table_of_names_lists_only_names_that_exist_and_need_it() -> None:
    used = {field.name for of in (*GO_TYPES.values(), OTelWire, Span) for field in fields(of)}
    assert set(OTEL_WIRE_NAMES) <= used
    for name, wire_name in OTEL_WIRE_NAMES.items():
        head, *rest = name.split("_")
        assert wire_name != head + "".join(word.capitalize() for word in rest), f"{name} needs no entry"


def test_unknown_is_left_out_and_empty_is_an_empty_list() -> None:
    summary = a_summary(slo=a_part(filled(SloContent), expired=True), recent_traces=a_part(()))
    decoded = decode_strictly(encode_otel(summary))
    assert not decoded.keys() & {
        "sloIngress",
        "ingressSLOs",
        "sloSummary",
        "slo",
        "apmTopology",
        "topology",
        "logsSummary",
    }
    assert [decoded[key] for key in ("apmServices", "metricsNodes", "recentTraces")] == [[], [], []]
    assert decoded["ingressServices"] == 1, "the figures stay"


def test_lists_that_pages_iterate_are_never_null_and_optional_ones_are_left_out_when_empty() -> None:
    bare = filled(
        NodeMetrics,
        disks=(),
        networks=(),
        temperature=filled(node_metrics.NodeTemperature, sensors=()),
        kernel="",
        uptime_seconds=0,
        cpu=filled(node_metrics.NodeCpu, freq_hz=()),
    )
    node = decode_strictly(encode_otel(a_summary(nodes=a_part(NodesContent(nodes=(bare,))))))["metricsNodes"][0]
    assert (node["disks"], node["networks"], node["temperature"]["sensors"]) == ([], [], [])
    assert not {"kernel", "uptime"} & node.keys()
    assert "freqHz" not in node["cpu"]


def test_an_entry_without_attributes_has_empty_objects() -> None:
    entry = filled(LogEntry, attributes={}, resource={})
    content = LogsContent(summary=filled(logs.LogSummary), recent=(entry,))
    sent = decode_strictly(encode_otel(a_summary(logs=a_part(content))))["recentLogs"][0]
    assert (sent["attributes"], sent["resource"]) == ({}, {})


def test_the_encoder_gives_the_same_bytes_whatever_it_remembers() -> None:
    encoder = OTelEncoder()
    first, second = a_full_summary(), a_full_summary()
    third = replace(second, slo_windows={SloWindow.DAY: second.slo_windows[SloWindow.DAY]}, logs=None)
    for summary in (first, first, second, third, second):
        assert encoder.encode(summary) == encode_otel(summary)


def test_long_lists_come_in_steps_that_add_up_to_the_whole() -> None:
    traces = tuple(filled(TraceSummary) for _ in range(50))
    summary = a_summary(recent_traces=a_part(traces))
    steps = list(OTelEncoder().encode_in_steps(summary))
    assert len(steps) > 50 / 8
    assert decode_strictly(b"".join(steps))["recentTraces"][-1]["traceId"] == traces[-1].trace_id


def test_the_keys_of_the_windows_are_sent_as_they_are() -> None:
    data = filled(SloWindowData)
    decoded = decode_strictly(encode_otel(a_summary(slo_windows={window: a_part(data) for window in SloWindow})))
    assert decoded["sloWindows"].keys() == {"1d", "7d", "30d"}


def test_the_summary_says_when_it_was_read_in_utc() -> None:
    assert decode_strictly(encode_otel(a_summary()))["fetchedAt"] == NOW.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
