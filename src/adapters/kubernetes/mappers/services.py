"""Services and EndpointSlices.

Source: wire contract 2.4.9.
"""

from collections.abc import Sequence
from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, annotations
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32, int_or_string, optional_int32, present, texts
from adapters.kubernetes.mappers.sharing import Templates, labels, name
from adapters.kubernetes.schema.services import (
    EndpointPortStruct,
    EndpointSliceStruct,
    EndpointStruct,
    LoadBalancedStatus,
    ServicePortStruct,
    ServiceSpecStruct,
    ServiceStruct,
    TargetRef,
)
from domain.cluster.services import (
    BackendEndpoint,
    EndpointPort,
    EndpointSlice,
    K8sRef,
    Service,
    ServiceNetwork,
    ServicePort,
    ServiceSpec,
    ServiceSummary,
)

_SERVICE_NAME: Final = "kubernetes.io/service-name"
_CHANGED_AT: Final = "endpoints.kubernetes.io/last-change-trigger-time"
_HEADLESS: Final = "None"
_NO_SPEC: Final = ServiceSpecStruct()


def to_service(service: ServiceStruct, _options: MappingOptions) -> Service:
    """The Service as the domain knows it."""
    meta = service.metadata or NO_META
    spec = service.spec or _NO_SPEC
    ports = tuple([_port(item) for item in present(spec.ports)])
    mapped = _spec(spec)
    return Service(
        summary=ServiceSummary(
            name=meta.name or "",
            namespace=name(meta.namespace),
            created_at=instant(meta.creation_timestamp),
            type=mapped.type or "ClusterIP",
            ports_count=len(ports),
            has_selector=bool(spec.selector),
            badges=_badges(spec),
            cluster_ip=spec.cluster_ip or "",
            external_name=mapped.external_name,
        ),
        spec=mapped,
        ports=ports,
        selector=labels(spec.selector),
        network=ServiceNetwork(
            cluster_ips=mapped.cluster_ips,
            external_ips=mapped.external_ips,
            load_balancer_ingress=load_balancer_addresses(service.status),
            ip_families=mapped.ip_families,
            ip_family_policy=mapped.ip_family_policy,
            external_traffic_policy=mapped.external_traffic_policy,
            internal_traffic_policy=mapped.internal_traffic_policy,
        ),
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
    )


def _badges(spec: ServiceSpecStruct) -> tuple[str, ...]:
    """What sets a Service apart; a name for the outside in addition to the type."""
    if spec.type == "LoadBalancer":
        kind = "LB"
    elif spec.type == "NodePort":
        kind = "NodePort"
    else:
        kind = "Headless" if spec.cluster_ip == _HEADLESS else ""
    return tuple(filter(None, (kind, "ExternalName" if spec.external_name else "")))


def _spec(spec: ServiceSpecStruct) -> ServiceSpec:
    affinity = spec.session_affinity_config.client_ip if spec.session_affinity_config else None
    return ServiceSpec(
        type=name(spec.type),
        session_affinity=name(spec.session_affinity),
        session_affinity_timeout_seconds=optional_int32(affinity.timeout_seconds) if affinity else None,
        external_traffic_policy=name(spec.external_traffic_policy),
        internal_traffic_policy=name(spec.internal_traffic_policy),
        ip_families=_names(spec.ip_families),
        ip_family_policy=name(spec.ip_family_policy),
        cluster_ips=_addresses(spec.cluster_ips),
        external_ips=_addresses(spec.external_ips),
        load_balancer_class=name(spec.load_balancer_class),
        load_balancer_source_ranges=_addresses(spec.load_balancer_source_ranges),
        publish_not_ready_addresses=bool(spec.publish_not_ready_addresses),
        allocate_load_balancer_node_ports=spec.allocate_load_balancer_node_ports,
        health_check_node_port=int32(spec.health_check_node_port),
        external_name=spec.external_name or "",
    )


def _port(item: ServicePortStruct) -> ServicePort:
    return ServicePort(
        name=name(item.name),
        protocol=name(item.protocol),
        port=int32(item.port),
        target_port=int_or_string(item.target_port),
        node_port=int32(item.node_port),
        app_protocol=name(item.app_protocol),
    )


def load_balancer_addresses(status: LoadBalancedStatus | None) -> tuple[str, ...]:
    """Addresses of a load balancer, the host name where it has none."""
    balancer = status.load_balancer if status else None
    found = [one.ip or one.hostname or "" for one in present(balancer.ingress if balancer else None)]
    return tuple(filter(None, found))


def _names(items: Sequence[str | None] | None) -> tuple[str, ...]:
    return tuple([name(item) for item in items or () if item])


def _addresses(items: Sequence[str | None] | None) -> tuple[str, ...]:
    return tuple(filter(None, texts(items)))


def to_endpoint_slice(endpoint_slice: EndpointSliceStruct, _options: MappingOptions) -> EndpointSlice:
    """The slice as the domain knows it; an endpoint with several addresses is several endpoints."""
    meta = endpoint_slice.metadata or NO_META
    created_at = instant(meta.creation_timestamp)
    changes = [created_at, instant((meta.annotations or {}).get(_CHANGED_AT))]
    return EndpointSlice(
        name=meta.name or "",
        namespace=name(meta.namespace),
        created_at=created_at,
        service=(meta.labels or {}).get(_SERVICE_NAME) or "",
        ports=_endpoint_ports(endpoint_slice.ports),
        endpoints=tuple(
            [
                _endpoint(item, address)
                for item in present(endpoint_slice.endpoints)
                for address in _addresses(item.addresses)
            ]
        ),
        changed_at=max((change for change in changes if change is not None), default=None),
    )


def _endpoint_port(item: EndpointPortStruct) -> EndpointPort:
    return EndpointPort(
        name=name(item.name),
        port=int32(item.port),
        protocol=name(item.protocol),
        app_protocol=name(item.app_protocol),
    )


_endpoint_ports: Final = Templates(_endpoint_port).map


def _endpoint(item: EndpointStruct, address: str) -> BackendEndpoint:
    return BackendEndpoint(
        address=address,
        # Without a word an endpoint counts as ready (discovery/v1 EndpointConditions).
        ready=item.conditions is None or item.conditions.ready is not False,
        node_name=name(item.node_name),
        zone=name(item.zone),
        target_ref=None if item.target_ref is None else _reference(item.target_ref),
    )


def _reference(item: TargetRef) -> K8sRef:
    return K8sRef(kind=name(item.kind), namespace=name(item.namespace), name=item.name or "", uid=item.uid or "")
