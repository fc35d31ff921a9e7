"""Services, EndpointSlices, Ingresses and NetworkPolicies: what the wire contract derives."""

import json
from typing import Any

import pytest

from adapters.kubernetes.kinds import ENDPOINT_SLICES, INGRESSES, NETWORK_POLICIES, SERVICES
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.ingresses import Ingress, IngressBackend
from domain.cluster.network_policies import NetworkPolicy, NetworkPolicyPeer
from domain.cluster.services import EndpointSlice, Service
from tests.support.full_network import full_endpoint_slice, full_ingress, full_network_policy, full_service
from tests.support.objects import CREATED, Json, metadata, raw

OPTIONS = MappingOptions()


def service(**spec: Any) -> Service:
    return SERVICES.read(raw({"metadata": metadata("web", "shop"), "spec": spec}), OPTIONS)


@pytest.mark.parametrize(
    ("spec", "badges"),
    [
        ({"type": "ClusterIP", "clusterIP": "10.96.0.1"}, ()),
        ({"type": "LoadBalancer", "clusterIP": "None"}, ("LB",)),
        ({"type": "NodePort"}, ("NodePort",)),
        ({"clusterIP": "None"}, ("Headless",)),
        ({"type": "ExternalName", "externalName": "db.example"}, ("ExternalName",)),
        ({"type": "ClusterIP", "clusterIP": "None", "externalName": "db.example"}, ("Headless", "ExternalName")),
    ],
)
def test_badges_say_what_sets_a_service_apart(spec: Json, badges: tuple[str, ...]) -> None:
    assert service(**spec).summary.badges == badges


def test_a_service_without_a_type_is_a_cluster_ip_in_its_head_and_as_it_stands_in_its_spec() -> None:
    mapped = service()
    assert (mapped.summary.type, mapped.spec.type) == ("ClusterIP", "")
    assert (mapped.summary.ports_count, mapped.summary.has_selector) == (0, False)


@pytest.mark.parametrize(("value", "text"), [(8080, "8080"), ("web", "web"), (None, ""), (0, "0")])
def test_a_target_port_is_text(value: object, text: str) -> None:
    (port,) = service(ports=[{"port": 80, "targetPort": value}]).ports
    assert port.target_port == text


def test_a_load_balancer_is_reached_by_address_or_by_name() -> None:
    mapped: Service = SERVICES.read(raw(full_service()), OPTIONS)
    assert mapped.network.load_balancer_ingress == ("203.0.113.7", "lb.example")
    empty = {"metadata": metadata("web", "shop"), "status": {"loadBalancer": {"ingress": [{}, None]}}}
    assert SERVICES.read(raw(empty), OPTIONS).network.load_balancer_ingress == ()


def endpoint_slice(**fields: Any) -> EndpointSlice:
    return ENDPOINT_SLICES.read(raw(full_endpoint_slice() | fields), OPTIONS)


@pytest.mark.parametrize(
    ("conditions", "ready"),
    [({"ready": True}, True), ({"ready": False}, False), ({"ready": None}, True), ({}, True), (None, True)],
)
def test_an_endpoint_without_a_word_is_ready(conditions: Json | None, *, ready: bool) -> None:
    (endpoint,) = endpoint_slice(endpoints=[{"addresses": ["10.0.0.1"], "conditions": conditions}]).endpoints
    assert endpoint.ready is ready


def test_every_address_is_an_endpoint() -> None:
    mapped = endpoint_slice(endpoints=[{"addresses": ["10.0.0.1", "10.0.0.2"]}, {"addresses": None}, None])
    assert [endpoint.address for endpoint in mapped.endpoints] == ["10.0.0.1", "10.0.0.2"]


def test_a_slice_tells_its_service_and_when_it_changed() -> None:
    mapped = endpoint_slice()
    assert mapped.service == "web"
    assert mapped.changed_at is not None
    assert mapped.changed_at.isoformat() == "2026-01-01T01:00:00+00:00"
    alone = endpoint_slice(metadata=metadata("x", "shop", labels=None, annotations={"a": "b"}))
    assert (alone.service, alone.changed_at) == ("", alone.created_at)
    assert CREATED.startswith("2026-01-01T00:00:00")


def test_a_slice_for_all_ports_has_port_zero() -> None:
    (port,) = endpoint_slice(ports=[{"name": "", "port": None, "protocol": "TCP"}]).ports
    assert port.port == 0


def ingress(meta: Json | None = None, **spec: Any) -> Ingress:
    return INGRESSES.read(raw({"metadata": metadata("web", "shop", **(meta or {})), "spec": spec}), OPTIONS)


def test_the_class_comes_from_the_spec_and_else_from_the_old_annotation() -> None:
    old = {"annotations": {"kubernetes.io/ingress.class": "traefik"}}
    assert ingress(old, ingressClassName="nginx").summary.ingress_class == "nginx"
    by_annotation = ingress(old)
    assert (by_annotation.summary.ingress_class, by_annotation.spec.ingress_class_name) == ("traefik", "traefik")


def test_hosts_and_paths_are_counted_and_a_rule_without_http_has_an_empty_list() -> None:
    paths = {"paths": [{"path": "/a"}, {"path": "/b"}]}
    mapped = ingress(rules=[{"host": "a.example", "http": paths}, {"host": "a.example"}, {"http": paths}, {"http": {}}])
    summary = mapped.summary
    assert (summary.hosts_count, summary.hosts, summary.paths_count) == (2, ("a.example", "a.example"), 4)
    assert [len(rule.paths) for rule in mapped.spec.rules] == [2, 0, 2, 0]
    assert mapped.spec.rules[0].paths[0].path_type == ""
    assert not summary.tls_enabled


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ({"service": {"name": "web", "port": {"number": 80}}}, ("Service", "web", "", 80)),
        ({"service": {"name": "web", "port": {"name": "http"}}}, ("Service", "web", "http", 0)),
        ({"service": {"name": "web"}}, ("Service", "web", "", 0)),
        ({"service": {"name": "web"}, "resource": {"kind": "Bucket", "name": "x"}}, ("Service", "web", "", 0)),
    ],
)
def test_a_backend_that_is_a_service(backend: Json, expected: tuple[str, str, str, int]) -> None:
    mapped = ingress(defaultBackend=backend).spec.default_backend
    assert mapped is not None
    assert mapped.service is not None
    found = (mapped.type, mapped.service.name, mapped.service.port_name, mapped.service.port_number)
    assert found == expected


def test_a_backend_that_is_none_or_nothing() -> None:
    assert ingress().spec.default_backend is None
    assert ingress(defaultBackend={}).spec.default_backend == IngressBackend(type="Service")
    resource = INGRESSES.read(raw(full_ingress()), OPTIONS).spec.default_backend
    assert resource is not None
    assert (resource.type, resource.service) == ("Resource", None)


def policy(**spec: Any) -> NetworkPolicy:
    return NETWORK_POLICIES.read(raw({"metadata": metadata("deny", "shop"), "spec": spec}), OPTIONS)


def peer(**fields: Any) -> NetworkPolicyPeer:
    return policy(ingress=[{"from": [fields]}]).ingress_rules[0].peers[0]


PODS = {"matchLabels": {"b": "2", "a": "1"}}
NAMESPACES = {"matchExpressions": [{"key": "team", "operator": "Exists"}]}
PODS_TEXT = '{"matchLabels":{"a":"1","b":"2"}}'
NAMESPACES_TEXT = '{"matchExpressions":[{"key":"team","operator":"Exists"}]}'


def test_a_peer_keeps_both_its_halves() -> None:
    both = peer(podSelector=PODS, namespaceSelector=NAMESPACES)
    assert both.type == "podSelector"
    assert both.selector == f'{{"namespaceSelector":{NAMESPACES_TEXT},"podSelector":{PODS_TEXT}}}'
    assert json.loads(both.selector) == {"podSelector": PODS, "namespaceSelector": NAMESPACES}


@pytest.mark.parametrize(
    ("fields", "kind", "selector"),
    [
        ({"podSelector": PODS}, "podSelector", PODS_TEXT),
        ({"podSelector": {}}, "podSelector", "{}"),
        ({"namespaceSelector": NAMESPACES}, "namespaceSelector", NAMESPACES_TEXT),
        ({"namespaceSelector": {}, "podSelector": {}}, "podSelector", '{"namespaceSelector":{},"podSelector":{}}'),
        ({"ipBlock": {"cidr": "10.0.0.0/8"}}, "ipBlock", ""),
        ({}, "", ""),
    ],
)
def test_a_peer_is_what_it_names_first(fields: Json, kind: str, selector: str) -> None:
    mapped = peer(**fields)
    assert (mapped.type, mapped.selector) == (kind, selector)


def test_a_policy_for_every_pod_has_no_selector_and_rules_are_counted_by_direction() -> None:
    mapped = policy(podSelector={}, policyTypes=["Ingress"], ingress=[{}, {}], egress=[{}])
    assert (mapped.pod_selector, mapped.policy_types) == ("", ("Ingress",))
    assert (mapped.ingress_rule_count, mapped.egress_rule_count) == (2, 1)
    full: NetworkPolicy = NETWORK_POLICIES.read(raw(full_network_policy()), OPTIONS)
    assert json.loads(full.pod_selector)["matchLabels"] == {"app": "web"}


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"port": 80}, ("TCP", "80", None)),
        ({"protocol": "UDP", "port": "dns"}, ("UDP", "dns", None)),
        ({"protocol": "SCTP"}, ("SCTP", "", None)),
        ({"port": 80, "endPort": 90}, ("TCP", "80", 90)),
    ],
)
def test_ports_of_a_rule(port: Json, expected: tuple[str, str, int | None]) -> None:
    (mapped,) = policy(egress=[{"ports": [port]}]).egress_rules[0].ports
    assert (mapped.protocol, mapped.port, mapped.end_port) == expected
