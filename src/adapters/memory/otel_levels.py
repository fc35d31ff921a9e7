"""Service levels and topology of the simulated shop, as the ingress and the mesh would count them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from adapters.memory.otel_traffic import (
    CALL_SHARE,
    P90,
    P95,
    P99,
    Shop,
    SimulatedService,
    Traffic,
    minutes_of,
    moment_of,
)
from domain.otel.apm import Topology, TopologyEdge, TopologyNode, TopologyNodeType, health_of
from domain.otel.parts import SloContent, SloWindow
from domain.otel.slo import (
    IngressSlo,
    LatencyBucket,
    MethodCount,
    ServiceEdge,
    ServiceSlo,
    SloHistoryPoint,
    SloServiceTimeSeries,
    SloTimePoint,
    SloWindowData,
    StatusCodeCount,
)
from domain.time_range import TimeRange

_BOUNDS_MS = (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0)
_MTLS_SHARE = 0.97


def service_key(service: SimulatedService) -> str:
    """The key that the ingress controller gives to a service."""
    return f"{service.namespace}-{service.name}-80@kubernetes"


def short_levels(shop: Shop, window: TimeRange) -> SloContent:
    """Ingress, mesh and edges over a short window."""
    traffic = {service.name: shop.over(service, window.start_at, window.end_at) for service in shop.services}
    inbound = float(sum(one.requests for one in traffic.values()))
    return SloContent(
        ingress=tuple(_ingress(service, traffic[service.name]) for service in _edge(shop)),
        services=tuple(_mesh(service, traffic[service.name]) for service in _sorted(shop)),
        edges=_mesh_edges(shop, traffic),
        inbound_requests=inbound,
        mtls_requests=inbound * _MTLS_SHARE,
    )


def long_levels(shop: Shop, window: SloWindow, range_: TimeRange) -> SloWindowData:
    """A long window, the one before, and the history in buckets."""
    before = TimeRange.last(window.length_seconds, range_.start_at)
    now = {service.name: _long(shop, service, window, range_) for service in shop.services}
    past = {service.name: _long(shop, service, window, before) for service in shop.services}
    return SloWindowData(
        current=tuple(_ingress(service, now[service.name]) for service in _edge(shop)),
        previous=tuple(_ingress(service, past[service.name]) for service in _edge(shop)),
        history=tuple(
            _history_point(service, start_at, shop.bucket(service, start_at, window.bucket_seconds))
            for start_at in _buckets(window, range_)
            for service in _edge(shop)
        ),
        mesh_services=tuple(_mesh(service, now[service.name]) for service in _sorted(shop)),
        mesh_edges=_mesh_edges(shop, now),
    )


def level_series(shop: Shop, window: TimeRange) -> tuple[SloServiceTimeSeries, ...]:
    """Ingress and mesh minute by minute, sorted by name."""
    minutes = minutes_of(window.start_at, window.end_at)
    lines = [(service_key(service), service) for service in _edge(shop)]
    lines += [(f"{service.namespace}/{service.name}", service) for service in shop.services]
    return tuple(
        SloServiceTimeSeries(
            service_name=name,
            points=tuple(_point(moment_of(minute), shop.minute(service, minute)) for minute in minutes),
        )
        for name, service in sorted(lines, key=lambda line: line[0])
        if minutes
    )


def topology(shop: Shop, window: TimeRange) -> Topology:
    """Services, their databases and external hosts, and the calls between them."""
    nodes: dict[str, TopologyNode] = {}
    edges: list[TopologyEdge] = []
    for service in shop.services:
        traffic = shop.over(service, window.start_at, window.end_at)
        own_id = f"{service.namespace}/{service.name}"
        nodes[own_id] = _node(own_id, service.name, service.namespace, TopologyNodeType.SERVICE, traffic)
        for name in service.calls:
            called = shop.find(name)
            edges.append(_edge_to(own_id, f"{called.namespace}/{called.name}", traffic, called.median_ms))
        if service.database:
            nodes[service.database] = _node(service.database, service.database, "", TopologyNodeType.DATABASE, traffic)
            edges.append(_edge_to(own_id, service.database, traffic, service.median_ms / 3))
        if service.external:
            nodes[service.external] = _node(service.external, service.external, "", TopologyNodeType.EXTERNAL, traffic)
            edges.append(_edge_to(own_id, service.external, traffic, service.median_ms * 0.8))
    return Topology(
        nodes=tuple(sorted(nodes.values(), key=lambda node: node.id)),
        edges=tuple(sorted(edges, key=lambda edge: (edge.source, edge.target))),
    )


def _edge(shop: Shop) -> list[SimulatedService]:
    """The services at the edge of the cluster, by the ingress's key."""
    return sorted((service for service in shop.services if service.ingress_rps > 0.0), key=service_key)


def _sorted(shop: Shop) -> list[SimulatedService]:
    return sorted(shop.services, key=lambda service: (service.namespace, service.name))


def _long(shop: Shop, service: SimulatedService, window: SloWindow, range_: TimeRange) -> Traffic:
    buckets = [shop.bucket(service, start_at, window.bucket_seconds) for start_at in _buckets(window, range_)]
    requests = sum(bucket.requests for bucket in buckets)
    weight = sum(bucket.requests * bucket.median_ms for bucket in buckets)
    return Traffic(
        seconds=float(window.length_seconds),
        requests=requests,
        errors=sum(bucket.errors for bucket in buckets),
        median_ms=weight / requests if requests else 0.0,
    )


def _buckets(window: SloWindow, range_: TimeRange) -> Iterator[datetime]:
    """Starts of the buckets that a long window consists of, aligned, ascending."""
    first = int(range_.start_at.timestamp() // window.bucket_seconds) + 1
    for number in range(first, first + window.length_seconds // window.bucket_seconds):
        yield moment_of(0) + timedelta(seconds=number * window.bucket_seconds)


def _percent(traffic: Traffic) -> float:
    return round(100.0 * traffic.success_ratio, 3)


def _codes(traffic: Traffic) -> tuple[StatusCodeCount, ...]:
    missing = (traffic.requests - traffic.errors) // 60
    unavailable = traffic.errors // 3
    counts = {
        "200": traffic.requests - traffic.errors - missing,
        "404": missing,
        "500": traffic.errors - unavailable,
        "503": unavailable,
    }
    return tuple(StatusCodeCount(code=code, count=count) for code, count in counts.items() if count)


def _latency_buckets(traffic: Traffic) -> tuple[LatencyBucket, ...]:
    below = [0, *(traffic.below(bound_ms) for bound_ms in _BOUNDS_MS)]
    counts = [upper - lower for lower, upper in pairwise(below)]
    return tuple(LatencyBucket(le_ms=bound_ms, count=count) for bound_ms, count in zip(_BOUNDS_MS, counts, strict=True))


def _ingress(service: SimulatedService, traffic: Traffic) -> IngressSlo:
    key = service_key(service)
    posts = traffic.requests // 8
    methods = (MethodCount(method="GET", count=traffic.requests - posts), MethodCount(method="POST", count=posts))
    return IngressSlo(
        service_key=key,
        display_name=key,
        rps=round(traffic.rps, 3),
        success_percent=_percent(traffic),
        error_percent=round(100.0 - _percent(traffic), 3),
        p50_ms=round(traffic.median_ms, 2),
        p90_ms=round(traffic.quantile_ms(P90), 2),
        p95_ms=round(traffic.quantile_ms(P95), 2),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        avg_ms=round(traffic.avg_ms, 2),
        status_codes=_codes(traffic),
        total_requests=traffic.requests,
        total_errors=traffic.errors,
        latency_buckets=_latency_buckets(traffic),
        methods=methods,
    )


def _mesh(service: SimulatedService, traffic: Traffic) -> ServiceSlo:
    return ServiceSlo(
        namespace=service.namespace,
        name=service.name,
        rps=round(traffic.rps, 3),
        success_percent=_percent(traffic),
        p50_ms=round(traffic.median_ms, 2),
        p90_ms=round(traffic.quantile_ms(P90), 2),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        mtls_enabled=True,
        status_codes=_codes(traffic),
        latency_buckets=_latency_buckets(traffic),
    )


def _mesh_edges(shop: Shop, traffic: dict[str, Traffic]) -> tuple[ServiceEdge, ...]:
    pairs = ((service, shop.find(name)) for service in shop.services for name in service.calls)
    edges = (
        ServiceEdge(
            src_namespace=caller.namespace,
            src_name=caller.name,
            dst_namespace=called.namespace,
            dst_name=called.name,
            rps=round(traffic[caller.name].rps * CALL_SHARE, 3),
            success_percent=_percent(traffic[called.name]),
            avg_ms=round(traffic[called.name].avg_ms, 2),
        )
        for caller, called in pairs
    )
    return tuple(sorted(edges, key=lambda edge: (edge.src_namespace, edge.src_name, edge.dst_namespace, edge.dst_name)))


def _history_point(service: SimulatedService, start_at: datetime, traffic: Traffic) -> SloHistoryPoint:
    return SloHistoryPoint(
        timestamp=start_at,
        service_key=service_key(service),
        availability_percent=_percent(traffic),
        rps=round(traffic.rps, 3),
        error_percent=round(100.0 - _percent(traffic), 3),
        p95_ms=round(traffic.quantile_ms(P95), 2),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        total_requests=traffic.requests,
    )


def _point(minute_at: datetime, traffic: Traffic) -> SloTimePoint:
    return SloTimePoint(
        timestamp=minute_at,
        rps=round(traffic.rps, 3),
        success_percent=_percent(traffic),
        p50_ms=round(traffic.median_ms, 2),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        error_percent=round(100.0 - _percent(traffic), 3),
    )


def _node(id_: str, name: str, namespace: str, type_: TopologyNodeType, traffic: Traffic) -> TopologyNode:
    return TopologyNode(
        id=id_,
        name=name,
        namespace=namespace,
        type=type_,
        rps=round(traffic.rps, 3),
        success_ratio=round(traffic.success_ratio, 4),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        status=health_of(traffic.success_ratio),
    )


def _edge_to(source: str, target: str, traffic: Traffic, median_ms: float) -> TopologyEdge:
    return TopologyEdge(
        source=source,
        target=target,
        call_count=round(traffic.requests * CALL_SHARE),
        avg_ms=round(median_ms * 1.2, 2),
        error_ratio=round((1.0 - traffic.success_ratio) / 2, 4),
    )
