"""Namespaces and what configures them: ConfigMaps, Secrets, ServiceAccounts, quotas, limits, storage."""

import base64
import random

from synthetic_parts import Json, Owner, app_labels, metadata


def a_namespace(number: int, name: str) -> Json:
    """A namespace."""
    labels = {"team": f"t{number}", "kubernetes.io/metadata.name": name}
    return {
        "metadata": metadata(name, "", number, labels),
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def a_config_map(number: int, name: str, namespace: str) -> Json:
    """A ConfigMap of about 5 KB in four keys."""
    rng = random.Random(number)
    lines = [f"setting.{index}.value = {rng.getrandbits(48):012x}" for index in range(32)]
    content = {f"{file}.properties": "\n".join(lines) for file in ("app", "log", "cache", "routes")}
    return {"metadata": metadata(name, namespace, number, {"config": "true"}, managed=12), "data": content}


def a_secret(number: int, name: str, namespace: str) -> Json:
    """A Secret with made-up values."""
    rng = random.Random(number)
    kinds = ("Opaque", "kubernetes.io/tls", "helm.sh/release.v1")
    values = {
        key: base64.b64encode(rng.randbytes(600)).decode() for key in ("tls.crt", "tls.key", "ca.crt")[: number % 3 + 1]
    }
    return {
        "metadata": metadata(name, namespace, number, {"owner": "platform"}, managed=12),
        "type": kinds[number % len(kinds)],
        "data": values,
    }


def a_service_account(number: int, app: str, namespace: str) -> Json:
    """A ServiceAccount."""
    return {
        "metadata": metadata(app, namespace, number, app_labels(app), managed=8),
        "secrets": [{"name": f"{app}-token"}],
        "imagePullSecrets": [{"name": "registry"}],
    }


def a_resource_quota(number: int, namespace: str) -> Json:
    """A ResourceQuota that is half used."""
    hard = {
        "requests.cpu": "200",
        "requests.memory": "400Gi",
        "limits.memory": "800Gi",
        "pods": "400",
        "services": "60",
    }
    used = {
        "requests.cpu": "102500m",
        "requests.memory": "210Gi",
        "limits.memory": "390Gi",
        "pods": "180",
        "services": "22",
    }
    return {
        "metadata": metadata("quota", namespace, number, {}, managed=20),
        "spec": {"hard": hard},
        "status": {"hard": hard, "used": used},
    }


def a_limit_range(number: int, namespace: str) -> Json:
    """A LimitRange for containers."""
    limit = {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "512Mi"},
        "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
        "max": {"cpu": "8", "memory": "32Gi"},
    }
    return {"metadata": metadata("limits", namespace, number, {}, managed=16), "spec": {"limits": [limit]}}


def a_volume(number: int, claim: str, namespace: str) -> Json:
    """A PersistentVolume that is bound to a claim."""
    return {
        "metadata": metadata(f"pvc-{number:08x}", "", number, {"topology.kubernetes.io/zone": "zone-a"}, managed=24),
        "spec": {
            "capacity": {"storage": "20Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": "ssd",
            "volumeMode": "Filesystem",
            "claimRef": {"kind": "PersistentVolumeClaim", "namespace": namespace, "name": claim},
            "csi": {"driver": "csi.example", "volumeHandle": f"vol-{number:016x}"},
        },
        "status": {"phase": "Bound"},
    }


def a_claim(number: int, name: str, app: str, namespace: str) -> Json:
    """A PersistentVolumeClaim."""
    owner = Owner("StatefulSet", app)
    return {
        "metadata": metadata(name, namespace, number, app_labels(app), managed=24, owner=owner),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "ssd",
            "volumeMode": "Filesystem",
            "volumeName": f"pvc-{number:08x}",
            "resources": {"requests": {"storage": "20Gi"}},
        },
        "status": {"phase": "Bound", "capacity": {"storage": "20Gi"}, "accessModes": ["ReadWriteOnce"]},
    }
