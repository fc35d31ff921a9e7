"""Pods of about 10 KB and nodes of about 17 KB, and what metrics-server says of them."""

import random
import zlib

from synthetic_parts import LONG_AGO, WORDS, Json, Owner, app_labels, condition, metadata, pod_spec

IMAGES_PER_NODE = 50


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
    digest = f"{number:064x}"
    return {
        "metadata": metadata(name, "", number, labels, managed=135),
        "spec": {"podCIDR": f"10.{number // 256}.{number % 256}.0/24", "providerID": f"cloud:///{name}"},
        "status": {
            "capacity": resources,
            "allocatable": {**resources, "cpu": "15890m"},
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID"),
                condition("Ready", "True", "KubeletReady"),
            ],
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
            "images": [_image(image, digest) for image in range(IMAGES_PER_NODE)],
        },
    }


def a_pod(
    number: int, *, name: str, namespace: str, app: str, node: str, owner: Owner, has_ended: bool = False
) -> Json:
    """A pod that runs, or one of a job that has ended."""
    rng = random.Random(number)
    spec = pod_spec(app)
    spec["nodeName"] = node
    spec["volumes"].append(
        {"name": "kube-api-access", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
    )
    spec["tolerations"] = [
        {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for key in ("not-ready", "unreachable")
    ]
    state: Json = {"running": {"startedAt": LONG_AGO}}
    if has_ended:
        state = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": LONG_AGO, "finishedAt": LONG_AGO}}
    ready = "False" if has_ended else "True"
    return {
        "metadata": metadata(
            name,
            namespace,
            number,
            {**app_labels(app), "pod-template-hash": f"{zlib.crc32(app.encode()):09x}"},
            managed=130,
            owner=owner,
            annotations={"prometheus.io/scrape": "true", "checksum/config": f"{rng.getrandbits(256):064x}"},
        ),
        "spec": spec,
        "status": {
            "phase": "Succeeded" if has_ended else "Running",
            "qosClass": "Burstable",
            "podIP": pod_ip(number),
            "podIPs": [{"ip": pod_ip(number)}],
            "hostIP": f"172.16.0.{number % 256}",
            "startTime": LONG_AGO,
            "conditions": [
                condition("PodReadyToStartContainers", "True"),
                condition("Initialized", "True"),
                condition("Ready", ready),
                condition("ContainersReady", ready),
                condition("PodScheduled", "True"),
            ],
            "containerStatuses": [
                {
                    "name": one["name"],
                    "image": one["image"],
                    "imageID": f"registry.example/x@sha256:{rng.getrandbits(256):064x}",
                    "containerID": f"containerd://{rng.getrandbits(256):064x}",
                    "ready": not has_ended,
                    "started": not has_ended,
                    "restartCount": number % 3,
                    "state": state,
                    "lastState": {},
                }
                for one in spec["containers"]
            ],
        },
    }


def pod_ip(number: int) -> str:
    """Of the pod with that number."""
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


def _image(number: int, digest: str) -> Json:
    repository = f"registry.example/platform-images/{WORDS[number % len(WORDS)]}-service-{number}"
    names = [f"{repository}@sha256:{digest}", f"{repository}:v1.{number}.0"]
    return {"names": names, "sizeBytes": 10_000_000 + number}
