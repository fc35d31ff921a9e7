"""Services and EndpointSlices.

Source: k8s.io/api `core/v1` Service, `discovery/v1` EndpointSlice.
"""

import msgspec

from adapters.kubernetes.schema.metadata import IntOrString, ObjectMeta, Partial, Text, TextMap, Texts


class ClientIPConfig(Partial, frozen=True):
    """How long a client keeps its backend."""

    timeout_seconds: int | None = None


class SessionAffinityConfig(Partial, frozen=True):
    """How a client keeps its backend."""

    client_ip: ClientIPConfig | None = msgspec.field(default=None, name="clientIP")


class ServicePortStruct(Partial, frozen=True):
    """A port of a Service."""

    name: Text = None
    protocol: Text = None
    port: int | None = None
    target_port: IntOrString = None
    node_port: int | None = None
    app_protocol: Text = None


class ServiceSpecStruct(Partial, frozen=True):
    """What a Service asks for."""

    type: Text = None
    ports: list[ServicePortStruct | None] | None = None
    selector: TextMap = None
    cluster_ip: Text = msgspec.field(default=None, name="clusterIP")
    cluster_ips: Texts = msgspec.field(default=None, name="clusterIPs")
    external_ips: Texts = msgspec.field(default=None, name="externalIPs")
    session_affinity: Text = None
    session_affinity_config: SessionAffinityConfig | None = None
    load_balancer_class: Text = None
    load_balancer_source_ranges: Texts = None
    external_name: Text = None
    external_traffic_policy: Text = None
    internal_traffic_policy: Text = None
    health_check_node_port: int | None = None
    publish_not_ready_addresses: bool | None = None
    ip_families: Texts = None
    ip_family_policy: Text = None
    allocate_load_balancer_node_ports: bool | None = None


class LoadBalancerIngressStruct(Partial, frozen=True):
    """Where a load balancer is reached."""

    ip: Text = None
    hostname: Text = None


class LoadBalancerStruct(Partial, frozen=True):
    """What a load balancer reports."""

    ingress: list[LoadBalancerIngressStruct | None] | None = None


class LoadBalancedStatus(Partial, frozen=True):
    """Status of a Service or Ingress."""

    load_balancer: LoadBalancerStruct | None = None


class ServiceStruct(Partial, frozen=True):
    """A Service."""

    metadata: ObjectMeta | None = None
    spec: ServiceSpecStruct | None = None
    status: LoadBalancedStatus | None = None


class EndpointConditions(Partial, frozen=True):
    """How an endpoint is; without a word it is ready."""

    ready: bool | None = None


class TargetRef(Partial, frozen=True):
    """The object behind an endpoint."""

    kind: Text = None
    namespace: Text = None
    name: Text = None
    uid: Text = None


class EndpointStruct(Partial, frozen=True):
    """Addresses of one object."""

    addresses: Texts = None
    conditions: EndpointConditions | None = None
    node_name: Text = None
    zone: Text = None
    target_ref: TargetRef | None = None


class EndpointPortStruct(Partial, frozen=True):
    """A port on which the endpoints listen."""

    name: Text = None
    port: int | None = None
    protocol: Text = None
    app_protocol: Text = None


class EndpointSliceStruct(Partial, frozen=True):
    """A part of the endpoints of a Service."""

    metadata: ObjectMeta | None = None
    endpoints: list[EndpointStruct | None] | None = None
    ports: list[EndpointPortStruct | None] | None = None
