"""Services, and the EndpointSlices from which their backends are joined.

Source: wire contract 2.4.9; an EndpointSlice itself is not on the wire.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import NamespacedSummary, Summarised, empty_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSummary(NamespacedSummary):
    """Head of a Service."""

    type: str
    ports_count: int
    has_selector: bool
    badges: tuple[str, ...] = ()
    """LB, NodePort, Headless, ExternalName."""
    cluster_ip: str = ""
    """`None` for a headless Service."""
    external_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """What the Service asks for."""

    type: str
    session_affinity: str = ""
    session_affinity_timeout_seconds: int | None = None
    external_traffic_policy: str = ""
    internal_traffic_policy: str = ""
    ip_families: tuple[str, ...] = ()
    ip_family_policy: str = ""
    cluster_ips: tuple[str, ...] = ()
    external_ips: tuple[str, ...] = ()
    load_balancer_class: str = ""
    load_balancer_source_ranges: tuple[str, ...] = ()
    publish_not_ready_addresses: bool = False
    allocate_load_balancer_node_ports: bool | None = None
    health_check_node_port: int = 0
    external_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePort:
    """A port of a Service."""

    name: str = ""
    protocol: str
    port: int
    target_port: str
    """Number or name of the pods' port."""
    node_port: int = 0
    app_protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNetwork:
    """How a Service is reached."""

    cluster_ips: tuple[str, ...] = ()
    external_ips: tuple[str, ...] = ()
    load_balancer_ingress: tuple[str, ...] = ()
    """Addresses, or host names where there is none."""
    ip_families: tuple[str, ...] = ()
    ip_family_policy: str = ""
    external_traffic_policy: str = ""
    internal_traffic_policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Summarised):
    """A Service."""

    kind: ClassVar[Kind] = Kind.SERVICE

    summary: ServiceSummary
    spec: ServiceSpec
    ports: tuple[ServicePort, ...] = ()
    selector: Mapping[str, str] = field(default_factory=empty_mapping)
    network: ServiceNetwork
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class K8sRef:
    """The object behind an endpoint."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendEndpoint:
    """One address behind a Service."""

    address: str
    ready: bool
    node_name: str = ""
    zone: str = ""
    target_ref: K8sRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPort:
    """A port on which the endpoints listen."""

    name: str = ""
    port: int
    """0: every port."""
    protocol: str
    app_protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSlice:
    """A part of the endpoints of a Service."""

    kind: ClassVar[Kind] = Kind.ENDPOINT_SLICE

    name: str
    namespace: str
    created_at: datetime | None = None
    service: str
    """Name of the Service in the same namespace; empty for slices of nobody."""
    ports: tuple[EndpointPort, ...] = ()
    endpoints: tuple[BackendEndpoint, ...] = ()
    """One for each address, ready ones and others, in the API's order."""
    changed_at: datetime | None = None
    """When what it tells last changed, as far as it says so; its creation otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSummary:
    """How many endpoints a Service has."""

    ready: int
    not_ready: int
    total: int
    slices: int = 0
    updated: datetime | None = None
    """The newest change of a slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBackends:
    """What stands behind a Service."""

    summary: BackendSummary
    ports: tuple[EndpointPort, ...] = ()
    endpoints: tuple[BackendEndpoint, ...] = ()
