"""What the synthetic objects have in common: metadata, owners, conditions, containers.

Sizes follow production clusters: managed fields make about a third of every object. Names are made up; the same number
gives the same bytes.
"""

import random
import uuid
import zlib
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

Json = dict[str, Any]

WORDS: Final = (
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
)
LONG_AGO: Final = "2026-01-01T00:00:00Z"

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Owner:
    """Who made an object."""

    kind: str
    name: str
    api_version: str = "apps/v1"

    def reference(self) -> Json:
        """As the object carries it."""
        return {
            "apiVersion": self.api_version,
            "kind": self.kind,
            "name": self.name,
            "uid": f"uid-{self.kind}-{self.name}".lower(),
            "controller": True,
            "blockOwnerDeletion": True,
        }


def metadata(
    name: str,
    namespace: str,
    number: int,
    labels: dict[str, str],
    *,
    managed: int = 12,
    owner: Owner | None = None,
    annotations: dict[str, str] | None = None,
) -> Json:
    """ObjectMeta; `managed` counts managed fields of about 28 bytes each."""
    made: Json = {"name": name}
    if namespace:
        made["namespace"] = namespace
    made |= {
        "uid": str(uuid.UUID(int=random.Random(number).getrandbits(128), version=4)),
        "resourceVersion": str(1000 + number),
        "creationTimestamp": f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}T{number % 24:02d}:00:00Z",
        "labels": labels,
    }
    if annotations:
        made["annotations"] = annotations
    if owner is not None:
        made["ownerReferences"] = [owner.reference()]
    made["managedFields"] = managed_fields(managed)
    return made


@cache
def managed_fields(count: int) -> msgspec.Raw:
    """Encoded once: nearly all objects of a kind have the same."""
    fields: Json = {f"f:field-{index}": {".": {}, "f:sub": {}} for index in range(count)}
    manager = {"manager": "kubelet", "operation": "Update", "apiVersion": "v1", "time": LONG_AGO}
    return msgspec.Raw(encode([{**manager, "fieldsType": "FieldsV1", "fieldsV1": fields}]))


def condition(kind: str, status: str, reason: str = "") -> Json:
    """A condition of anything."""
    made = {"type": kind, "status": status, "lastTransitionTime": LONG_AGO, "lastUpdateTime": LONG_AGO}
    return made | {"reason": reason, "message": f"it says {reason}"} if reason else made


def app_labels(app: str) -> dict[str, str]:
    """Labels of everything that belongs to an application."""
    return {"app": app, "app.kubernetes.io/name": app, "app.kubernetes.io/part-of": app.partition("-")[0]}


def pod_template(app: str, *, containers: int = 2) -> Json:
    """What a workload makes pods from."""
    return {
        "metadata": {"labels": app_labels(app), "annotations": {"prometheus.io/scrape": "true"}},
        "spec": pod_spec(app, containers=containers),
    }


def pod_spec(app: str, *, containers: int = 2) -> Json:
    """The part of a pod that its template says."""
    return {
        "serviceAccountName": app,
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "terminationGracePeriodSeconds": 30,
        "containers": [container(app, index) for index in range(containers)],
        "volumes": [
            {"name": "config", "configMap": {"name": f"{app}-config", "defaultMode": 420}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }


def container(app: str, index: int) -> Json:
    """A container with 15 variables and two probes, or the one beside it with fewer."""
    return {
        "name": f"{app}-{index}" if index else app,
        "image": f"registry.example/team/{app}:v1.2.{index}",
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": 8080 + index, "protocol": "TCP"}],
        "env": [
            *({"name": f"SETTING_{number}", "value": _setting(app, number)} for number in range(3 if index else 13)),
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


@cache
def _setting(app: str, number: int) -> str:
    """Different for every application, alike in its pods: how much a snapshot can be compressed depends on it."""
    mark = zlib.crc32(f"{app}/{number}".encode())
    if number % 4 == 0:
        return f"http://{WORDS[mark % len(WORDS)]}-{mark % 1500:04d}.team-{mark % 100:03d}.svc:8080/v1"
    if number % 4 == 1:
        return str(mark % 100_000)
    return f"{'value of' if number % 2 else 'setting for'} {app} {mark:08x}"
