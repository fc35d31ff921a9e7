"""Services, Ingresses and NetworkPolicies as a snapshot carries them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.browser.objects import listed, summary
from tests.browser.snapshots import JsonObject, ago


def a_service(
    name: str,
    namespace: str = "shop",
    *,
    selector: Mapping[str, str] | None = None,
    endpoints: Sequence[tuple[str, str, bool]] = (),
    **overrides: Any,
) -> JsonObject:
    """A ClusterIP Service; endpoints are (pod, node, ready)."""
    chosen = {"app": name} if selector is None else dict(selector)
    ready = sum(1 for _, _, is_ready in endpoints if is_ready)
    return {
        "summary": summary(
            name,
            namespace,
            **{
                "type": "ClusterIP",
                "portsCount": 2,
                "hasSelector": bool(chosen),
                "clusterIP": "10.96.0.12",
                **overrides.pop("summary", {}),
            },
        ),
        "spec": {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster"},
        "ports": [
            {"name": "http", "protocol": "TCP", "port": 80, "targetPort": "http", "appProtocol": "http"},
            {"name": "metrics", "protocol": "TCP", "port": 9090, "targetPort": "9090", "nodePort": 30_090},
        ],
        "selector": chosen,
        "network": {"clusterIPs": ["10.96.0.12"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"},
        "backends": {
            "summary": {
                "ready": ready,
                "notReady": len(endpoints) - ready,
                "total": len(endpoints),
                "slices": 1,
                "updated": ago(90),
            },
            "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
            "endpoints": [
                {
                    "address": f"10.1.0.{number}",
                    "ready": is_ready,
                    "nodeName": node,
                    "zone": "zone-a",
                    "targetRef": {"kind": "Pod", "namespace": namespace, "name": pod, "uid": f"uid-{pod}"},
                }
                for number, (pod, node, is_ready) in enumerate(endpoints, start=7)
            ],
        },
        **overrides,
    }


def to_service(name: str, port: int | str) -> JsonObject:
    """A backend of an Ingress that is a Service."""
    return {
        "type": "Service",
        "service": {"name": name, **({"portName": port} if isinstance(port, str) else {"portNumber": port})},
    }


def an_ingress(name: str, namespace: str = "shop", **spec: Any) -> JsonObject:
    """An Ingress with a host, two paths, a rule for all hosts, a TLS secret and a default backend."""
    rules = [
        {
            "host": "shop.example.com",
            "paths": [
                {"path": "/", "pathType": "Prefix", "backend": to_service("web", "http")},
                {"path": "/api/v1/orders", "pathType": "Exact", "backend": to_service("orders", 8080)},
            ],
        },
        {
            "paths": [
                {
                    "path": "/static",
                    "pathType": "ImplementationSpecific",
                    "backend": {
                        "type": "Resource",
                        "resource": {"apiGroup": "storage.example.com", "kind": "Bucket", "name": "pictures"},
                    },
                }
            ]
        },
    ]
    own = {
        "ingressClassName": "nginx",
        "rules": rules,
        "tls": [{"hosts": ["shop.example.com"], "secretName": "shop-certificate"}],
        "defaultBackend": to_service("fallback", 80),
        **spec,
    }
    hosts = [rule["host"] for rule in own["rules"] if rule.get("host")]
    return {
        "summary": summary(
            name,
            namespace,
            ingressClass="nginx",
            hostsCount=len(hosts),
            pathsCount=sum(len(rule["paths"]) for rule in own["rules"]),
            tlsEnabled=bool(own["tls"]),
            hosts=hosts,
        ),
        "spec": own,
        "status": {"loadBalancer": ["203.0.113.7"]},
        "annotations": {"example.com/rewrite": "/"},
    }


def selector_text(**selector: Any) -> str:
    """A selector as the wire carries it in a network policy: JSON text."""
    return json.dumps(selector)


def a_network_policy(name: str, namespace: str = "shop", **fields: Any) -> JsonObject:
    """A NetworkPolicy; rules and types as given, counts from them."""
    rules = {"ingressRules": fields.pop("ingress", []), "egressRules": fields.pop("egress", [])}
    return listed(
        name,
        namespace,
        policyTypes=fields.pop("types", ["Ingress"]),
        ingressRuleCount=len(rules["ingressRules"]),
        egressRuleCount=len(rules["egressRules"]),
        **rules,
        **fields,
    )


def a_rich_network_policy(name: str, namespace: str = "shop") -> JsonObject:
    """A NetworkPolicy with every kind of peer and port."""
    return a_network_policy(
        name,
        namespace,
        types=["Ingress", "Egress"],
        podSelector=selector_text(matchLabels={"app": "web"}),
        ingress=[
            {
                "peers": [
                    {"type": "podSelector", "selector": selector_text(matchLabels={"app": "edge"})},
                    {"type": "namespaceSelector", "selector": selector_text(matchLabels={"team": "ops"})},
                    {"type": "ipBlock", "cidr": "10.0.0.0/8", "except": ["10.9.0.0/16"]},
                ],
                "ports": [{"protocol": "TCP", "port": "http"}, {"protocol": "UDP", "port": "8000", "endPort": 8010}],
            }
        ],
        egress=[{"ports": [{"protocol": "UDP", "port": "53"}]}],
    )
