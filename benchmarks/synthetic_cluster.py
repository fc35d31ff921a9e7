"""Raw API objects of the size they have in clusters that are really used.

Sizes: a pod about 10 KB (two containers, 30 variables, managed fields), a node about 17 KB (50 images), as measured in
production clusters of 500 to 1,000 nodes. Names are made up; the same seed gives the same bytes.
"""

import json
import random
import zlib
from typing import Any, Final

Json = dict[str, Any]

NAMESPACES: Final = 50
_WORDS: Final = [
    "api",
    "auth",
    "cart",
    "catalog",
    "checkout",
    "gateway",
    "ledger",
    "mail",
    "orders",
    "search",
    "shipping",
    "stock",
    "users",
    "web",
    "worker",
]


def a_namespace(number: int) -> Json:
    """A namespace."""
    return {
        "metadata": _metadata(f"team-{number:03d}", "", number, {"team": f"t{number}"}),
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def a_node(number: int) -> Json:
    """A node with 50 images."""
    name = f"node-{number:04d}"
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "m5.4xlarge",
        "topology.kubernetes.io/zone": f"zone-{'abc'[number % 3]}",
        "node-role.kubernetes.io/worker": "",
    }
    resources = {"cpu": "16", "memory": "65536000Ki", "pods": "110", "ephemeral-storage": "200Gi"}
    conditions = [
        _condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
        _condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
        _condition("PIDPressure", "False", "KubeletHasSufficientPID"),
        _condition("Ready", "True", "KubeletReady"),
    ]
    digest = f"{number:064x}"
    return {
        "metadata": _metadata(name, "", number, labels),
        "spec": {"podCIDR": f"10.{number // 256}.{number % 256}.0/24", "providerID": f"cloud:///{name}"},
        "status": {
            "capacity": resources,
            "allocatable": {**resources, "cpu": "15890m"},
            "conditions": conditions,
            "addresses": [
                {"type": "InternalIP", "address": f"172.16.{number // 256}.{number % 256}"},
                {"type": "Hostname", "address": name},
            ],
            "nodeInfo": {
                "kubeletVersion": "v1.36.2",
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "kernelVersion": "6.1.0-30-amd64",
                "containerRuntimeVersion": "containerd://2.1.4",
                "architecture": "amd64",
                "operatingSystem": "linux",
            },
            "images": [_image(image, digest) for image in range(50)],
        },
    }


def a_pod(number: int, nodes: int) -> Json:
    """A running pod of a ReplicaSet."""
    rng = random.Random(number)
    app = f"{_WORDS[number % len(_WORDS)]}-{number // 40}"
    namespace = f"team-{number % NAMESPACES:03d}"
    name = f"{app}-{rng.getrandbits(36):09x}-{rng.getrandbits(20):05x}"
    labels = {"app": app, "app.kubernetes.io/name": app, "pod-template-hash": f"{number // 40:09x}"}
    metadata = _metadata(name, namespace, number, labels)
    metadata["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": app, "uid": f"rs-{number // 40}", "controller": True}
    ]
    metadata["annotations"] = {"prometheus.io/scrape": "true", "checksum/config": f"{rng.getrandbits(256):064x}"}
    containers = [_container(app, index) for index in range(2)]
    return {
        "metadata": metadata,
        "spec": {
            "nodeName": f"node-{number % nodes:04d}",
            "serviceAccountName": app,
            "restartPolicy": "Always",
            "dnsPolicy": "ClusterFirst",
            "terminationGracePeriodSeconds": 30,
            "containers": containers,
            "volumes": [
                {"name": "config", "configMap": {"name": f"{app}-config"}},
                {"name": "tmp", "emptyDir": {}},
                {"name": "kube-api-access", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}},
            ],
            "tolerations": [
                {
                    "key": f"node.kubernetes.io/{key}",
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": 300,
                }
                for key in ("not-ready", "unreachable")
            ],
        },
        "status": {
            "phase": "Running",
            "qosClass": "Burstable",
            "podIP": f"10.{number // 65536}.{number // 256 % 256}.{number % 256}",
            "hostIP": f"172.16.0.{number % 256}",
            "conditions": [
                _condition(kind, "True", "")
                for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
            ],
            "containerStatuses": [
                {
                    "name": container["name"],
                    "image": container["image"],
                    "imageID": f"registry.example/x@sha256:{rng.getrandbits(256):064x}",
                    "containerID": f"containerd://{rng.getrandbits(256):064x}",
                    "ready": True,
                    "started": True,
                    "restartCount": number % 3,
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                    "lastState": {},
                }
                for container in containers
            ],
        },
    }


def pod_usage(pod: Json) -> Json:
    """What metrics-server says of a pod."""
    name = pod["metadata"]["name"]
    metadata = {"name": name, "namespace": pod["metadata"]["namespace"]}
    containers = [
        {
            "name": container["name"],
            "usage": {
                "cpu": f"{zlib.crc32(name.encode()) % 10**9}n",
                "memory": f"{zlib.crc32(name.encode()) % 10**6}Ki",
            },
        }
        for container in pod["spec"]["containers"]
    ]
    return {"metadata": metadata, "timestamp": "2026-01-01T00:00:00Z", "window": "15s", "containers": containers}


def node_usage(node: Json) -> Json:
    """What metrics-server says of a node."""
    usage = {"cpu": "2345678901n", "memory": "23456789Ki"}
    return {"metadata": {"name": node["metadata"]["name"]}, "window": "15s", "usage": usage}


def encode(value: Json) -> bytes:
    """As the API server writes it."""
    return json.dumps(value, separators=(",", ":")).encode()


def _image(number: int, digest: str) -> Json:
    repository = f"registry.example/platform-images/{_WORDS[number % len(_WORDS)]}-service-{number}"
    names = [f"{repository}@sha256:{digest}", f"{repository}:v1.{number}.0"]
    return {"names": names, "sizeBytes": 10_000_000 + number}


def _container(app: str, index: int) -> Json:
    return {
        "name": f"{app}-{index}" if index else app,
        "image": f"registry.example/team/{app}:v1.2.{index}",
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": 8080 + index, "protocol": "TCP"}],
        "env": [
            *({"name": f"SETTING_{number}", "value": f"value of setting {number} of {app}"} for number in range(13)),
            {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": f"{app}-db", "key": "password"}}},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
        "livenessProbe": {"httpGet": {"path": "/livez", "port": "http"}, "periodSeconds": 10, "timeoutSeconds": 1},
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 5, "timeoutSeconds": 1},
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/app", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - a path in an object
        ],
        "terminationMessagePath": "/dev/termination-log",
        "securityContext": {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}},
    }


def _condition(kind: str, status: str, reason: str) -> Json:
    condition = {"type": kind, "status": status, "lastTransitionTime": "2026-01-01T00:00:00Z"}
    return condition | {"reason": reason, "message": f"kubelet says {reason}"} if reason else condition


def _metadata(name: str, namespace: str, number: int, labels: dict[str, str]) -> Json:
    fields = {f"f:field-{index}": {".": {}, "f:sub": {}} for index in range(135)}
    metadata: Json = {
        "name": name,
        "uid": f"00000000-0000-4000-8000-{number:012x}",
        "resourceVersion": str(1000 + number),
        "creationTimestamp": f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}T{number % 24:02d}:00:00Z",
        "labels": labels,
        "managedFields": [
            {
                "manager": "kubelet",
                "operation": "Update",
                "apiVersion": "v1",
                "fieldsType": "FieldsV1",
                "fieldsV1": fields,
            }
        ],
    }
    return metadata | ({"namespace": namespace} if namespace else {})
