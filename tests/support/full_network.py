"""An object of every networking kind that sets every field which the agent reads, each to something that is no default.

Where one object cannot be two things at once, such as a backend that is a Service and one that is not, it has both.
"""

from tests.support.full_workloads import ENDED, full_metadata, full_selector
from tests.support.objects import Json, metadata


def full_service() -> Json:
    """A Service with everything, more than any server would accept at once."""
    return {
        "metadata": full_metadata(),
        "spec": {
            "type": "LoadBalancer",
            "selector": {"app": "web"},
            "clusterIP": "10.96.0.10",
            "clusterIPs": ["10.96.0.10", "fd00::10"],
            "externalIPs": ["203.0.113.9"],
            "externalName": "web.example",
            "sessionAffinity": "ClientIP",
            "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
            "loadBalancerClass": "example.com/lb",
            "loadBalancerSourceRanges": ["198.51.100.0/24"],
            "externalTrafficPolicy": "Local",
            "internalTrafficPolicy": "Cluster",
            "healthCheckNodePort": 32000,
            "publishNotReadyAddresses": True,
            "ipFamilies": ["IPv4", "IPv6"],
            "ipFamilyPolicy": "PreferDualStack",
            "allocateLoadBalancerNodePorts": True,
            "ports": [
                {
                    "name": "http",
                    "protocol": "TCP",
                    "port": 80,
                    "targetPort": "web",
                    "nodePort": 30080,
                    "appProtocol": "http",
                }
            ],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}, {"hostname": "lb.example"}]}},
    }


def full_endpoint_slice() -> Json:
    """A slice of two endpoints of which one is ready."""
    return {
        "metadata": metadata(
            "web-x7k2p",
            "shop",
            labels={"kubernetes.io/service-name": "web"},
            annotations={"endpoints.kubernetes.io/last-change-trigger-time": ENDED},
        ),
        "addressType": "IPv4",
        "endpoints": [
            {
                "addresses": ["10.1.0.5"],
                "conditions": {"ready": True, "serving": True},
                "nodeName": "node-1",
                "zone": "a",
                "targetRef": {"kind": "Pod", "namespace": "shop", "name": "web-1", "uid": "uid-web-1"},
            },
            {"addresses": ["10.1.0.6"], "conditions": {"ready": False}},
        ],
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP", "appProtocol": "http"}],
    }


def full_ingress() -> Json:
    """An Ingress with backends of both kinds."""
    service = {"service": {"name": "web", "port": {"number": 80, "name": "http"}}}
    resource = {"resource": {"apiGroup": "example.com", "kind": "Bucket", "name": "static"}}
    return {
        "metadata": full_metadata(),
        "spec": {
            "ingressClassName": "nginx",
            "defaultBackend": resource,
            "rules": [
                {
                    "host": "shop.example",
                    "http": {
                        "paths": [
                            {"path": "/", "pathType": "Prefix", "backend": service},
                            {"path": "/static", "pathType": "Exact", "backend": resource},
                        ]
                    },
                }
            ],
            "tls": [{"hosts": ["shop.example"], "secretName": "shop-tls"}],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}},
    }


def full_network_policy() -> Json:
    """A policy with peers of every kind, in both directions."""
    peers = [
        {"podSelector": full_selector()},
        {"namespaceSelector": {"matchLabels": {"team": "a"}}},
        {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
    ]
    ports = [{"protocol": "TCP", "port": 8080, "endPort": 8090}]
    return {
        "metadata": full_metadata(),
        "spec": {
            "podSelector": full_selector(),
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": peers, "ports": ports}],
            "egress": [{"to": peers, "ports": ports}],
        },
    }
