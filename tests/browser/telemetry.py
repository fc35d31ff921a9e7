"""Telemetry as the agent sends it, built by hand: the summary of a snapshot, and the outputs of commands about details.

Source of names and units: wire contract, part 3. Ratios are 0..1 in traces, percent in service levels.
"""

from collections.abc import Mapping
from typing import Any, Final

from tests.browser.snapshots import JsonObject, a_small_cluster, ago

VIEWS: Final[Mapping[str, str]] = {
    "topology": "apmTopology",
    "apm": "apmServices",
    "traces": "recentTraces",
    "logs": "logsSummary",
    "slo": "sloIngress",
    "hardware": "metricsNodes",
}
"""The telemetry views with the part of the summary that each starts from."""

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


def a_service(name: str, namespace: str = "shop", success_ratio: float = 0.975) -> JsonObject:
    """A traced service."""
    figures = {"spanCount": 4000, "errorCount": 100, "avgDurationMs": 31.0, "p50Ms": 20.0, "p99Ms": 812.0, "rps": 4.44}
    return {"name": name, "namespace": namespace, "successRate": success_ratio, **figures}


def a_topology_node(id_: str, type_: str) -> JsonObject:
    """Something that is called."""
    namespace, _, name = id_.rpartition("/")
    figures = {"rps": 4.44, "successRate": 0.975, "p99Ms": 812.0, "status": "warning"}
    return {"id": id_, "name": name, "namespace": namespace, "type": type_, **figures}


def a_trace(trace_id: str = TRACE_ID, operation: str = "GET /cart", **more: Any) -> JsonObject:
    """A trace in a list."""
    counts = {
        "services": ["web", "db"],
        "spanCount": 3,
        "serviceCount": 2,
        "hasError": True,
        "errorType": "TimeoutError",
    }
    summary = {"traceId": trace_id, "rootService": "web", "rootOperation": operation, "durationMs": 1250.5}
    return {**summary, **counts, "timestamp": ago(30), **more}


def a_measured_node(name: str, *, sampled_seconds_ago: float = 10.0) -> JsonObject:
    """The hardware of a node."""
    disk = {"device": "/dev/sda1", "mountPoint": "/", "fsType": "ext4", "totalBytes": 10**11, "availBytes": 5 * 10**10}
    net = {
        "interface": "eth0",
        "up": True,
        "speedBps": 10**10,
        "mtu": 1500,
        "rxBytesPerSec": 2048.0,
        "txBytesPerSec": 1024.0,
    }
    return {
        "nodeName": name,
        "nodeIP": "192.168.7.1",
        "timestamp": ago(sampled_seconds_ago),
        "cpu": {"usagePct": 61.5, "load1": 2.5, "load5": 2.0, "load15": 1.5, "cores": 8},
        "memory": {"usagePct": 42.0, "totalBytes": 2**33, "availableBytes": 2**32},
        "disks": [{**disk, "usagePct": 50.0, "readBytesPerSec": 0.0, "writeBytesPerSec": 4096.0, "ioUtilPct": 3.0}],
        "networks": [net],
        "temperature": {"cpuTempC": 55.0, "sensors": []},
    }


def minutes(count: int, **values: float) -> list[JsonObject]:
    """Points of the last minutes, ascending."""
    return [{"timestamp": ago(60.0 * (count - number)), **values} for number in range(count)]


def a_level(key: str, *, success_percent: float = 99.5, requests: int = 1337) -> JsonObject:
    """A service behind the ingress."""
    figures = {"p50Ms": 20.0, "p90Ms": 60.0, "p95Ms": 86.5, "p99Ms": 134.0, "avgMs": 30.0, "rps": 4.44}
    rates = {"successRate": success_percent, "errorRate": 100 - success_percent}
    codes = {"statusCodes": [{"code": "503", "count": 7}], "methods": [{"method": "GET", "count": requests}]}
    return {
        "serviceKey": key,
        "displayName": key,
        **rates,
        **figures,
        "totalRequests": requests,
        "totalErrors": 7,
        **codes,
    }


def a_summary(text: str = "web") -> JsonObject:
    """The `otel` member with every part that a view shows; `text` stands wherever a name does."""
    mesh = {"namespace": text, "name": text, "rps": 1.5, "successRate": 99.95, "p50Ms": 3.0, "p90Ms": 5.0, "p99Ms": 9.0}
    edge = {
        "srcNamespace": text,
        "srcName": text,
        "dstNamespace": "data",
        "dstName": "db",
        "rps": 1.5,
        "successRate": 97.0,
    }
    window = {
        "current": [a_level(text, success_percent=99.95)],
        "previous": [a_level(text, success_percent=99.0)],
        "history": [{"serviceKey": text, **one} for one in minutes(5, errorRate=0.1)],
        "meshServices": [{**mesh, "mtlsEnabled": True}],
        "meshEdges": [{**edge, "avgMs": 2.0}],
    }
    nodes = [
        (f"shop/{text}", "service"),
        ("postgresql:cart", "database"),
        ("kafka:orders", "database"),
        ("psp.example", "external"),
    ]
    calls = [
        {"source": f"shop/{text}", "target": id_, "callCount": 1800, "avgMs": 7.5, "errorRate": 0.02}
        for id_, _ in nodes[1:]
    ]
    return {
        "metricsSummary": {
            "totalNodes": 3,
            "onlineNodes": 2,
            "avgCpuPct": 50.0,
            "avgMemPct": 42.0,
            "maxCpuPct": 61.5,
            "maxMemPct": 42.0,
        },
        "metricsNodes": [a_measured_node("node-1"), a_measured_node(text, sampled_seconds_ago=900)],
        "apmServices": [a_service(text), a_service("db", "data", 1.0)],
        "apmTopology": {"nodes": [a_topology_node(*node) for node in nodes], "edges": calls},
        "apmOperations": [
            {"serviceName": text, "operationName": text, "successRate": 0.975, "p99Ms": 812.0, "rps": 1.25}
        ],
        "apmTimeSeries": [
            {
                "serviceName": text,
                "namespace": "shop",
                "points": minutes(9, rps=4.0, successRate=0.975, avgMs=30, p99Ms=800),
            }
        ],
        "recentTraces": [a_trace(operation=text, rootService=text, errorType=text, services=[text])],
        "logsSummary": {"totalEntries": 1234, "severityCounts": {"ERROR": 12}, "topServices": [], "latestAt": ago(1)},
        "sloSummary": {
            "totalServices": 2,
            "healthyServices": 1,
            "warningServices": 1,
            "criticalServices": 0,
            "avgSuccessRate": 99.5,
            "totalRps": 6.0,
            "avgP99Ms": 70.0,
        },
        "sloIngress": [a_level(text)],
        "sloServices": [{**mesh, "mtlsEnabled": False}],
        "sloEdges": [{**edge, "avgMs": 2.0}],
        "sloWindows": dict.fromkeys(("1d", "7d", "30d"), window),
        "nodeMetricsSeries": [{"nodeName": "node-1", "points": minutes(9, cpuPct=61.5, memPct=42.0, load1=2.5)}],
    }


def with_summary(summary: JsonObject | None) -> JsonObject:
    """The small cluster with that telemetry, or without any."""
    return a_small_cluster() if summary is None else {**a_small_cluster(), "otel": summary}


def a_span(number: int, parent: int | None, service: str, name: str, **more: Any) -> JsonObject:
    """A span of a trace that started 30 s ago; each starts 10 ms after the one before."""
    return {
        "timestamp": f"2026-11-28T05:00:00.{number:02}0000Z",
        "traceId": TRACE_ID,
        "spanId": f"{number:016x}",
        "parentSpanId": "" if parent is None else f"{parent:016x}",
        "spanName": name,
        "spanKind": "SPAN_KIND_SERVER",
        "serviceName": service,
        "duration": 40_000_000,
        "durationMs": 40.0,
        "statusCode": "STATUS_CODE_UNSET",
        "statusMessage": "",
        "resource": {},
        "events": [],
        **more,
    }


def a_trace_detail(text: str = "web") -> JsonObject:
    """A trace of three spans; the last failed and ran in a pod of the small cluster."""
    failed = {"statusCode": "STATUS_CODE_ERROR", "error": {"type": text, "message": text, "stacktrace": text}}
    place = {"resource": {"podName": "web-7c9d8f6b5c-aaaaa", "namespaceName": "shop", "nodeName": "node-1"}}
    spans = [
        a_span(1, None, text, text, durationMs=90.0),
        a_span(2, 1, text, "SELECT", db={"system": "postgresql", "name": text, "statement": text}),
        a_span(3, 1, "db", "charge", **failed, **place),
    ]
    return {"traceId": TRACE_ID, "durationMs": 90.0, "serviceCount": 2, "spanCount": 3, "spans": spans}


def a_log_result(text: str = "out of stock") -> JsonObject:
    """Entries as a search finds them."""
    entry = {
        "timestamp": ago(5),
        "traceId": TRACE_ID,
        "spanId": "00f067aa0ba902b7",
        "severity": "ERROR",
        "severityNum": 17,
    }
    place = {"k8s.pod.name": "web-7c9d8f6b5c-aaaaa", "k8s.namespace.name": "shop"}
    facets = {"services": [{"value": text, "count": 7}], "severities": [{"value": "ERROR", "count": 7}], "scopes": []}
    named = {"serviceName": text, "body": text, "scopeName": text, "attributes": {text: text}, "resource": place}
    return {"logs": [{**entry, **named}], "total": 250, "facets": facets}


def a_histogram() -> JsonObject:
    """Entries over time."""
    buckets = [
        {"timestamp": ago(60.0 * back), "severity": level, "count": back}
        for back in (3, 2, 1)
        for level in ("INFO", "ERROR")
    ]
    return {"buckets": buckets, "intervalMs": 60_000}
