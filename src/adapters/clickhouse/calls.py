"""The topology: services from their entry spans, and what they call, from the spans of callers."""

import re
from datetime import timedelta
from typing import Final

from adapters.clickhouse.dialect import TRACES
from adapters.clickhouse.rounding import ms_of_nanos, rate, ratio
from adapters.clickhouse.runner import Row
from adapters.clickhouse.services import Services, ServiceScan, fragments_for
from adapters.clickhouse.store import TelemetryStore
from domain.otel.apm import ApmService, Health, Topology, TopologyEdge, TopologyNode, TopologyNodeType, health_of
from domain.time_range import TimeRange

_CALLER_SECONDS: Final = 300
"""How long before the window a caller may have started: consumers begin long after the producer."""
_SKEW_SECONDS: Final = 10
"""How far outside the window a called service may seem to have started, when clocks differ."""
_LOCAL: Final = re.compile(r"^$|^/|^unix:|^localhost$|^127\.|^\[?::1\]?$|^0\.0\.0\.0$", re.IGNORECASE)
_SERVICE: Final = "svc"
_DATABASE: Final = "db"


async def read_topology(store: TelemetryStore, services: Services, window: TimeRange) -> Topology:
    """Who calls whom in a window."""
    scan = await services.read_for(window)
    rows = await store.ask(
        "list_calls",
        TRACES,
        {
            "f": window.start_at,
            "t": window.end_at,
            "f0": window.start_at - timedelta(seconds=_CALLER_SECONDS),
            "f1": window.start_at - timedelta(seconds=_SKEW_SECONDS),
            "t1": window.end_at + timedelta(seconds=_SKEW_SECONDS),
        },
        operation="list calls",
        fragments=fragments_for(scan.identities),
    )
    return _topology(rows, scan, window.seconds)


def _topology(rows: list[Row], scan: ServiceScan, seconds: float) -> Topology:
    nodes = {service_id(one): _service_node(one) for one in scan.content.services}
    edges: dict[tuple[str, str], TopologyEdge] = {}
    for row in rows:
        target = _target_id(row, scan)
        if target is None:
            continue
        if row["is_target"]:
            if row["kind"] != _SERVICE:
                nodes.setdefault(target, _peer_node(row, target, seconds))
            continue
        source = _service_key(row["source"], row["source_namespace"], scan)
        if source == target:
            continue
        for end, name in ((source, row["source"]), (target, row["target"])):
            if end not in nodes and (end == source or row["kind"] == _SERVICE):
                nodes[end] = _silent_node(end, name)
        edges[source, target] = _edge(row, source, target)
    return Topology(
        nodes=tuple(sorted(nodes.values(), key=lambda node: node.id)),
        edges=tuple(edge for _, edge in sorted(edges.items())),
    )


def service_id(service: ApmService) -> str:
    """Id of a service in the topology."""
    return f"{service.namespace}/{service.name}"


def _service_key(name: str, namespace: str, scan: ServiceScan) -> str:
    return f"{scan.identities.namespace_of(name, namespace)}/{name}"


def _target_id(row: Row, scan: ServiceScan) -> str | None:
    """Id of what is called; None for what is no peer: a socket, the machine itself, nothing."""
    target: str = row["target"]
    if row["kind"] == _SERVICE:
        return _service_key(target, row["target_namespace"], scan)
    return None if _LOCAL.search(target) else target


def _service_node(service: ApmService) -> TopologyNode:
    return TopologyNode(
        id=service_id(service),
        name=service.name,
        namespace=service.namespace,
        type=TopologyNodeType.SERVICE,
        rps=service.rps,
        success_ratio=service.success_ratio,
        p99_ms=service.p99_ms,
        status=health_of(service.success_ratio),
    )


def _silent_node(node_id: str, name: str) -> TopologyNode:
    """A service that calls others and is called by nobody, such as a job: nothing is known of how it does."""
    return TopologyNode(
        id=node_id,
        name=name,
        namespace=node_id.removesuffix(f"/{name}"),
        type=TopologyNodeType.SERVICE,
        rps=0.0,
        success_ratio=1.0,
        p99_ms=0.0,
        status=Health.UNKNOWN,
    )


def _peer_node(row: Row, node_id: str, seconds: float) -> TopologyNode:
    """A database, a queue or a host outside, as all its callers together see it."""
    success_ratio = ratio(row["calls"] - row["errors"], row["calls"])
    return TopologyNode(
        id=node_id,
        name=node_id,
        namespace="",
        type=TopologyNodeType.DATABASE if row["kind"] == _DATABASE else TopologyNodeType.EXTERNAL,
        rps=rate(row["calls"], seconds),
        success_ratio=success_ratio,
        p99_ms=ms_of_nanos(row["quantiles_ns"][0]),
        status=health_of(success_ratio),
    )


def _edge(row: Row, source: str, target: str) -> TopologyEdge:
    return TopologyEdge(
        source=source,
        target=target,
        call_count=row["calls"],
        avg_ms=ms_of_nanos(row["duration_ns"] / row["calls"]),
        error_ratio=ratio(row["errors"], row["calls"]),
    )
