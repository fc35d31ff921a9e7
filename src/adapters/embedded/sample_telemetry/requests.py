"""What the ingress controller and the proxies of the mesh count."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from adapters.embedded.sample_telemetry.courses import Lives, Traffic
from adapters.embedded.sample_telemetry.plan import SamplePlan, ServicePlan
from adapters.embedded.sample_telemetry.series import Counter, Course, Histogram, Source

_INGRESS_BOUNDS_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_MESH_BOUNDS_MS: Final = (1.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0)
_METHODS: Final = (("GET", 0.82), ("POST", 0.18))
_MISSING_SHARE: Final = 0.012
"""Share of requests from outside that ask for what is not there."""
_RESTARTS: Final = ((35 * 60.0, 7 * 3600.0), (80 * 60.0, 11 * 3600.0))
"""Of each replica of the ingress: how long before the demo it was started, and how often it is; in seconds."""
_MESH_LIFE: Final = (100 * 60.0, 29 * 3600.0)
_MS: Final = 1000.0


def traffic_of(plan: SamplePlan) -> dict[str, Traffic]:
    """Requests of each service, by name."""
    rates = plan.mean_rps()
    return {service.name: _traffic(service, rates[service.name]) for service in plan.services}


def ingress_series(plan: SamplePlan) -> tuple[list[Counter], list[Histogram]]:
    """Counters and latencies of the services behind the ingress, told by each of its replicas with equal labels."""
    counters: list[Counter] = []
    histograms: list[Histogram] = []
    for number, target in enumerate(plan.ingress_targets):
        before, every = _RESTARTS[number % len(_RESTARTS)]
        source = Source(job="traefik", target=target, lives=_lives(plan, before, every))
        for service in plan.exposed:
            whole = _traffic(service, service.ingress_rps / len(plan.ingress_targets))
            for method, share in _METHODS:
                labels = {
                    "method": method,
                    "protocol": "http",
                    "service": f"{service.namespace}-{service.name}-80@kubernetes",
                }
                for code, course in _codes(whole, share).items():
                    counters.append(Counter(source, "traefik_service_requests_total", course, {**labels, "code": code}))
                histograms.append(_latencies(source, whole, share, {**labels, "code": "200"}))
    return counters, histograms


def mesh_series(plan: SamplePlan) -> list[Counter]:
    """Requests between workloads, and how long they took."""
    source = Source(job="mesh", target=plan.mesh_target, lives=_lives(plan, *_MESH_LIFE))
    traffic = traffic_of(plan)
    counters: list[Counter] = []
    # A proxy sees requests; messages pass it by.
    for service in (one for one in plan.services if not one.consumes):
        labels = {"direction": "inbound", "mtls": "true", "namespace": service.namespace, "workload": service.name}
        counters += _mesh_requests(source, traffic[service.name], labels)
        counters += _mesh_latencies(source, traffic[service.name], labels)
    for caller, called in plan.edges():
        share = _traffic(called, traffic[caller.name].mean_rps * plan.call_share)
        labels = {
            "direction": "outbound",
            "dst_namespace": called.namespace,
            "dst_workload": called.name,
            "mtls": "true",
            "namespace": caller.namespace,
            "workload": caller.name,
        }
        counters += _mesh_requests(source, share, labels)
    return counters


def _traffic(service: ServicePlan, rps: float) -> Traffic:
    return Traffic(name=service.name, mean_rps=rps, median_ms=service.median_ms, error_ratio=service.error_ratio)


def _lives(plan: SamplePlan, before_seconds: float, every_seconds: float) -> Lives:
    return Lives(anchor_seconds=plan.began_seconds - before_seconds, every_seconds=every_seconds)


def _codes(traffic: Traffic, share: float) -> dict[str, Course]:
    def answered(at: float) -> float:
        return share * ((1.0 - _MISSING_SHARE) * traffic.requests(at) - traffic.errors(at))

    return {
        "200": answered,
        "404": lambda at: share * _MISSING_SHARE * traffic.requests(at),
        "503": lambda at: share * traffic.errors(at),
    }


def _latencies(source: Source, traffic: Traffic, share: float, labels: dict[str, str]) -> Histogram:
    def bucket(low: float, high: float) -> Course:
        return lambda at: share * traffic.between(low * _MS, high * _MS, at)

    edges = (0.0, *_INGRESS_BOUNDS_SECONDS, float("inf"))
    return Histogram(
        source,
        "traefik_service_request_duration_seconds",
        _INGRESS_BOUNDS_SECONDS,
        tuple(bucket(low, high) for low, high in pairwise(edges)),
        lambda at: share * traffic.total_ms(at) / _MS,
        labels,
    )


def _mesh_requests(source: Source, traffic: Traffic, labels: dict[str, str]) -> Iterator[Counter]:
    name = "mesh_request_total"
    yield Counter(source, name, lambda at: traffic.requests(at) - traffic.errors(at), {**labels, "status_code": "200"})
    yield Counter(source, name, traffic.errors, {**labels, "status_code": "500"})


def _mesh_latencies(source: Source, traffic: Traffic, labels: dict[str, str]) -> Iterator[Counter]:
    def up_to(bound_ms: float) -> Course:
        return lambda at: traffic.between(0.0, bound_ms, at)

    for bound_ms in (*_MESH_BOUNDS_MS, float("inf")):
        le = "+Inf" if bound_ms == float("inf") else f"{bound_ms:g}"
        yield Counter(source, "mesh_request_duration_ms_bucket", up_to(bound_ms), {**labels, "le": le})
