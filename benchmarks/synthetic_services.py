"""Services with their EndpointSlices, Ingresses and NetworkPolicies."""

from synthetic_parts import Json, Owner, app_labels, metadata


def a_service(number: int, name: str, app: str, namespace: str, *, headless: bool = False) -> Json:
    """A Service for an application's pods."""
    address = "None" if headless else f"10.96.{number // 256 % 256}.{number % 256}"
    annotations = {"prometheus.io/port": "8080", "team.example/docs": f"https://docs.example/{app}"}
    return {
        "metadata": metadata(name, namespace, number, app_labels(app), managed=40, annotations=annotations),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": address,
            "clusterIPs": [address],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster",
            "selector": {"app": app},
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"},
                {"name": "metrics", "port": 9090, "targetPort": 9090, "protocol": "TCP"},
            ],
        },
        "status": {"loadBalancer": {}},
    }


def an_endpoint_slice(number: int, service: str, namespace: str, endpoints: list[Json]) -> Json:
    """The addresses behind a Service; all in one slice."""
    labels = {
        "kubernetes.io/service-name": service,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
    return {
        "metadata": metadata(
            f"{service}-{number:05x}", namespace, number, labels, managed=20, owner=Owner("Service", service, "v1")
        ),
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": [
            {"name": "http", "port": 8080, "protocol": "TCP"},
            {"name": "metrics", "port": 9090, "protocol": "TCP"},
        ],
    }


def an_endpoint(pod: str, namespace: str, address: str, node: str, *, ready: bool) -> Json:
    """One pod behind a Service."""
    return {
        "addresses": [address],
        "conditions": {"ready": ready, "serving": ready, "terminating": False},
        "nodeName": node,
        "targetRef": {"kind": "Pod", "name": pod, "namespace": namespace, "uid": f"uid-of-{pod}"},
        "zone": "zone-a",
    }


def an_ingress(number: int, app: str, namespace: str) -> Json:
    """An Ingress with TLS and three paths."""
    host = f"{app}.apps.example"
    backend = {"service": {"name": app, "port": {"name": "http"}}}
    paths = [{"path": path, "pathType": "Prefix", "backend": backend} for path in ("/", "/api", "/static")]
    annotations = {f"nginx.ingress.kubernetes.io/setting-{index}": f"value-{index}" for index in range(8)}
    return {
        "metadata": metadata(app, namespace, number, app_labels(app), managed=30, annotations=annotations),
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": [host], "secretName": f"{app}-tls"}],
            "rules": [{"host": host, "http": {"paths": paths}}],
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.10"}]}},
    }


def a_network_policy(number: int, app: str, namespace: str) -> Json:
    """A NetworkPolicy with rules for both directions."""
    peers = [
        {"podSelector": {"matchLabels": {"app": app}}},
        {"namespaceSelector": {"matchLabels": {"team": "t1"}}, "podSelector": {"matchLabels": {"role": "client"}}},
        {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
    ]
    ports = [{"protocol": "TCP", "port": 8080}, {"protocol": "TCP", "port": "metrics"}]
    return {
        "metadata": metadata(f"{app}-policy", namespace, number, app_labels(app), managed=30),
        "spec": {
            "podSelector": {"matchLabels": {"app": app}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": peers, "ports": ports}],
            "egress": [{"to": peers, "ports": ports}],
        },
    }
