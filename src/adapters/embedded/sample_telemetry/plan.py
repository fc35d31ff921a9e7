"""What the sample telemetry is about: services, nodes, and what stands between them."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """One service."""

    name: str
    namespace: str
    operations: tuple[str, ...]
    """As spans call them, for example `GET /products/{id}`."""
    calls: tuple[str, ...] = ()
    """Names of the services it calls, each for a share of its requests."""
    database: str = ""
    """`<system>:<name>`; empty: none."""
    external: str = ""
    """Host outside the cluster; empty: none."""
    publishes: str = ""
    """Queue that every request leaves a message in, as `<system>:<name>`; empty: none."""
    consumes: str = ""
    """Queue whose messages are all that it serves; empty: it serves requests."""
    ingress_rps: float = 0.0
    """Requests per second from outside on an average day; 0: not exposed."""
    median_ms: float
    error_ratio: float
    """0..1, outside of incidents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePlan:
    """One node."""

    address: str
    cores: int
    memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """Everything."""

    services: tuple[ServicePlan, ...]
    machines: tuple[MachinePlan, ...]
    ingress_targets: tuple[str, ...]
    """Host and port of each replica of the ingress controller."""
    mesh_target: str
    """Host and port from which the mesh's metrics are collected."""
    call_share: float
    """Share of a service's requests in which it calls one of those it depends on."""
    began_seconds: float
    """When the demo began, since the epoch; restarts lie shortly before."""
    seed: int = 1
    environment: str = "demo"

    def service(self, name: str) -> ServicePlan:
        """The service of this name; a KeyError is a mistake in the plan."""
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)

    def consumers(self, queue: str) -> tuple[ServicePlan, ...]:
        """Services that take the messages of a queue."""
        return tuple(service for service in self.services if queue and service.consumes == queue)

    @property
    def exposed(self) -> tuple[ServicePlan, ...]:
        """Services that are called from outside."""
        return tuple(service for service in self.services if service.ingress_rps > 0)

    def edges(self) -> Iterator[tuple[ServicePlan, ServicePlan]]:
        """Who calls whom."""
        for caller in self.services:
            for name in caller.calls:
                yield caller, self.service(name)

    def mean_rps(self) -> dict[str, float]:
        """Requests per second of each service on an average day, followed from the ingress down."""
        rates = dict.fromkeys((service.name for service in self.services), 0.0)

        def follow(service: ServicePlan, rps: float) -> None:
            rates[service.name] += rps
            for name in service.calls:
                follow(self.service(name), rps * self.call_share)

        for service in self.exposed:
            follow(service, service.ingress_rps)
        return rates
