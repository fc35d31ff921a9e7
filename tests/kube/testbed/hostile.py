"""Legal objects too large to write down in manifests/hostile.yaml, and the word that its planted secrets carry."""

from tests.kube.testbed.errors import Json

NAMESPACE = "hostile"
CANARY = b"canary"
"""In lower case; every planted secret contains it in some case, and no legitimate byte from this namespace does."""

_MAX_ANNOTATIONS_BYTES = 256 * 1024
"""What the API server takes for all annotations of an object, keys included. Source: its own refusal above it."""


def huge_annotation_pod() -> Json:
    """A pod whose one annotation fills all 256 KiB; its three-byte characters straddle any boundary."""
    key = "example.com/huge"
    value, rest = divmod(_MAX_ANNOTATIONS_BYTES - len(key), len("\u2713".encode()))
    return _pod("huge-annotation", {key: "\u2713" * value + "x" * rest})


def many_annotations_pod() -> Json:
    """A pod with 4,000 short annotations."""
    return _pod("many-annotations", {f"example.com/note-{number:04d}": "x" * 40 for number in range(4000)})


def huge_config_map() -> Json:
    """A ConfigMap of nearly a megabyte, with 4,000 keys and the longest name there is."""
    name = ".".join(["m" * 63] * 3 + ["z" * 61])
    data = {f"key-{number:04d}.properties": "x" * 200 for number in range(4000)}
    return {"metadata": {"name": name, "namespace": NAMESPACE}, "data": data}


def crowded_service() -> list[Json]:
    """A Service and a slice of 300 endpoints, every third of them not ready."""
    labels = {"kubernetes.io/service-name": "crowded"}
    endpoints = [
        {"addresses": [f"10.65.{number // 250}.{number % 250 + 1}"], "conditions": {"ready": number % 3 != 0}}
        for number in range(300)
    ]
    return [
        {"metadata": {"name": "crowded", "namespace": NAMESPACE}, "spec": {"ports": [{"port": 80}]}},
        {
            "metadata": {"name": "crowded-1", "namespace": NAMESPACE, "labels": labels},
            "addressType": "IPv4",
            "ports": [{"port": 80}],
            "endpoints": endpoints,
        },
    ]


def odd_node() -> Json:
    """A node with the longest name, three roles, both families of addresses (IPv6 first), and no ephemeral storage.

    Not in a manifest: server-side apply refuses two addresses of one type, which kubelets with two families report.
    """
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": ".".join(["n" * 63] * 3 + ["z" * 61]),
            "labels": {f"node-role.kubernetes.io/{role}": "" for role in ("zeta", "alpha", "master")},
            "annotations": {"testbed/behaviour": "not-ready"},
        },
        "spec": {"unschedulable": True, "taints": [{"key": "example.com/empty", "effect": "NoSchedule"}]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": "2001:db8::10"},
                {"type": "InternalIP", "address": "10.64.201.9"},
                {"type": "ExternalIP", "address": "2001:db8::20"},
                {"type": "InternalDNS", "address": "node.internal.example"},
            ],
            "capacity": {
                "cpu": "1500m",
                "memory": "1500M",
                "pods": "1k",
                "example.com/widget": "4096",
                "hugepages-2Mi": "1Gi",
            },
        },
    }


def _pod(name: str, annotations: dict[str, str]) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "annotations": annotations},
        "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
    }
