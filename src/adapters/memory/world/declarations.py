"""Short ways to declare what only stands in the simulated cluster: Services, Ingresses, settings, policies.

Births and UIDs are given when the world begins (`fixtures`).
"""

import json
from collections.abc import Mapping

from domain.cluster.configuration import ConfigMap, Secret
from domain.cluster.ingresses import (
    Ingress,
    IngressBackend,
    IngressPath,
    IngressRule,
    IngressServiceBackend,
    IngressSpec,
    IngressStatus,
    IngressSummary,
    IngressTLS,
)
from domain.cluster.metadata import EMPTY
from domain.cluster.network_policies import NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicyRule
from domain.cluster.services import Service, ServiceNetwork, ServicePort, ServiceSpec, ServiceSummary

HEADLESS = "None"
_NAME = "app.kubernetes.io/name"
_BADGES = {"LoadBalancer": "LB", "NodePort": "NodePort"}
INGRESS_CLASS = "traefik"


def port(name: str, number: int, target: str = "", *, node_port: int = 0, protocol: str = "TCP") -> ServicePort:
    """A port of a Service; its pods' port has the same number unless a number or name is given."""
    return ServicePort(
        name=name, protocol=protocol, port=number, target_port=target or str(number), node_port=node_port
    )


def service(
    namespace: str,
    name: str,
    address: str,
    *ports: ServicePort,
    of: str = "",
    type_: str = "ClusterIP",
    load_balancer: str = "",
    sticky_seconds: int | None = None,
) -> Service:
    """A Service in front of the workload `of`, by default that of its own name; `HEADLESS` is no address."""
    spec = ServiceSpec(
        type=type_,
        session_affinity="None" if sticky_seconds is None else "ClientIP",
        session_affinity_timeout_seconds=sticky_seconds,
        external_traffic_policy="Cluster" if type_ in _BADGES else "",
        internal_traffic_policy="Cluster",
        ip_families=("IPv4",),
        ip_family_policy="SingleStack",
        cluster_ips=(address,),
        allocate_load_balancer_node_ports=True if type_ == "LoadBalancer" else None,
    )
    return _service(namespace, name, spec, ports, {_NAME: of or name}, load_balancer)


def service_without_pods(namespace: str, name: str, address: str, *ports: ServicePort) -> Service:
    """A Service whose endpoints somebody else writes: that of the API server."""
    spec = ServiceSpec(
        type="ClusterIP",
        session_affinity="None",
        internal_traffic_policy="Cluster",
        ip_families=("IPv4",),
        ip_family_policy="SingleStack",
        cluster_ips=(address,),
    )
    return _service(namespace, name, spec, ports, EMPTY)


def external_service(namespace: str, name: str, host: str) -> Service:
    """A name for a host outside the cluster."""
    spec = ServiceSpec(type="ExternalName", session_affinity="None", external_name=host)
    return _service(namespace, name, spec, (), EMPTY)


def _service(
    namespace: str,
    name: str,
    spec: ServiceSpec,
    ports: tuple[ServicePort, ...],
    selector: Mapping[str, str],
    load_balancer: str = "",
) -> Service:
    address = spec.cluster_ips[0] if spec.cluster_ips else ""
    badge = _BADGES.get(spec.type, "Headless" if address == HEADLESS else "ExternalName" if spec.external_name else "")
    return Service(
        summary=ServiceSummary(
            name=name,
            namespace=namespace,
            type=spec.type,
            ports_count=len(ports),
            has_selector=bool(selector),
            badges=(badge,) if badge else (),
            cluster_ip=address,
            external_name=spec.external_name,
        ),
        spec=spec,
        ports=ports,
        selector=selector,
        network=ServiceNetwork(
            cluster_ips=spec.cluster_ips,
            load_balancer_ingress=(load_balancer,) if load_balancer else (),
            ip_families=spec.ip_families,
            ip_family_policy=spec.ip_family_policy,
            external_traffic_policy=spec.external_traffic_policy,
            internal_traffic_policy=spec.internal_traffic_policy,
        ),
        labels=selector,
    )


def ingress(
    namespace: str, name: str, host: str, paths: Mapping[str, tuple[str, str]], *, secret_name: str, address: str
) -> Ingress:
    """An Ingress of one host, with TLS; `paths` gives each path a Service and the name of its port."""
    rule = IngressRule(
        host=host,
        paths=tuple(
            IngressPath(
                path=path,
                path_type="Prefix",
                backend=IngressBackend(type="Service", service=IngressServiceBackend(name=to, port_name=named)),
            )
            for path, (to, named) in paths.items()
        ),
    )
    return Ingress(
        summary=IngressSummary(
            name=name,
            namespace=namespace,
            ingress_class=INGRESS_CLASS,
            hosts_count=1,
            paths_count=len(paths),
            tls_enabled=True,
            hosts=(host,),
        ),
        spec=IngressSpec(
            ingress_class_name=INGRESS_CLASS, rules=(rule,), tls=(IngressTLS(hosts=(host,), secret_name=secret_name),)
        ),
        status=IngressStatus(load_balancer=(address,)),
        labels={_NAME: name},
        annotations={"cert-manager.io/cluster-issuer": "example-ca"},
    )


def config_map(namespace: str, name: str, *keys: str) -> ConfigMap:
    """A ConfigMap by the keys of its data."""
    return ConfigMap(uid="", namespace=namespace, name=name, data_keys=tuple(sorted(keys)))


def secret(namespace: str, name: str, *keys: str, type_: str = "Opaque") -> Secret:
    """A Secret by the keys of its data."""
    return Secret(uid="", namespace=namespace, name=name, type=type_, data_keys=tuple(sorted(keys)))


def network_policy(
    namespace: str,
    name: str,
    *,
    pods: str = "",
    ingress: tuple[NetworkPolicyRule, ...] | None = None,
    egress: tuple[NetworkPolicyRule, ...] | None = None,
) -> NetworkPolicy:
    """A policy for the pods of one workload, or for all; a direction that is not given is not restricted."""
    directions = (("Ingress", ingress), ("Egress", egress))
    return NetworkPolicy(
        namespace=namespace,
        name=name,
        pod_selector=_json({"matchLabels": {_NAME: pods}}) if pods else "",
        policy_types=tuple(direction for direction, rules in directions if rules is not None),
        ingress_rule_count=len(ingress or ()),
        egress_rule_count=len(egress or ()),
        ingress_rules=ingress or (),
        egress_rules=egress or (),
    )


def peers(*found: NetworkPolicyPeer, ports: tuple[int, ...] = (), protocol: str = "TCP") -> NetworkPolicyRule:
    """These peers on these ports."""
    allowed = tuple(NetworkPolicyPort(protocol=protocol, port=str(number)) for number in ports)
    return NetworkPolicyRule(peers=found, ports=allowed)


def peer(workload: str = "", namespace: str = "") -> NetworkPolicyPeer:
    """The pods of a workload, of a whole namespace, or of a workload in another namespace."""
    pods = {"matchLabels": {_NAME: workload}}
    namespaces = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    if workload and namespace:
        both = {"namespaceSelector": namespaces, "podSelector": pods}
        return NetworkPolicyPeer(type="podSelector", selector=_json(both))
    if workload:
        return NetworkPolicyPeer(type="podSelector", selector=_json(pods))
    return NetworkPolicyPeer(type="namespaceSelector", selector=_json(namespaces))


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
