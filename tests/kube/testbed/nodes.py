"""Node objects as a kubelet registers them.

A node's InternalIP is its own but leads nowhere: the API server and metrics-server prefer the ExternalDNS address,
`localhost`, under which kwok answers for all nodes.
"""

from tests.kube.testbed.errors import Json

_NODE_VERSION = "v1.37.2"
_CONTROL_PLANE_FROM = 3


def node_names(count: int, prefix: str, first: int) -> list[str]:
    """Names of nodes with numbers from `first` on."""
    return [f"{prefix}-{number:04d}" for number in range(first, first + count)]


def new_node(number: int, name: str, kwok_port: int, *, together: int) -> Json:
    """A node that is one of `together` registered at once: of three or more the first is a tainted control plane."""
    control_plane = number == 1 and together >= _CONTROL_PLANE_FROM
    zone = "abc"[number % 3]
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": name,
        "node.kubernetes.io/instance-type": "m5.2xlarge",
        "topology.kubernetes.io/region": "test-1",
        "topology.kubernetes.io/zone": f"test-1{zone}",
        f"node-role.kubernetes.io/{'control-plane' if control_plane else 'worker'}": "",
    }
    taints = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}] if control_plane else []
    resources = {
        "cpu": "8",
        "memory": "32Gi",
        "ephemeral-storage": "100Gi",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "pods": "110",
    }
    images = [{"names": [f"registry.example/app:{tag}"], "sizeBytes": 10_000_000 * tag} for tag in range(1, 6)]
    return {
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {"metrics.k8s.io/resource-metrics-path": f"/metrics/nodes/{name}/metrics/resource"},
        },
        "spec": {"providerID": f"testbed://test-1{zone}/{name}", "taints": taints},
        "status": {
            "addresses": [
                {"type": "ExternalDNS", "address": "localhost"},
                {"type": "InternalIP", "address": f"10.64.{number // 250}.{number % 250 + 1}"},
                {"type": "Hostname", "address": name},
            ],
            "capacity": resources,
            "allocatable": {**resources, "cpu": "7800m", "memory": "31Gi"},
            "daemonEndpoints": {"kubeletEndpoint": {"Port": kwok_port}},
            "images": images,
            "nodeInfo": {
                "architecture": "amd64",
                "operatingSystem": "linux",
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "kernelVersion": "6.1.0-30-amd64",
                "containerRuntimeVersion": "containerd://2.1.4",
                "kubeletVersion": _NODE_VERSION,
                "kubeProxyVersion": "",
                "bootID": "",
                "machineID": f"{number:032x}",
                "systemUUID": "",
            },
        },
    }


def is_settled(node: Json) -> bool:
    """Whether the node is Ready and free of the taint that a new node starts with."""
    conditions = {c["type"]: c["status"] for c in node["status"].get("conditions", [])}
    fresh = any(taint["key"] == "node.kubernetes.io/not-ready" for taint in node["spec"].get("taints", []))
    return conditions.get("Ready") == "True" and not fresh
