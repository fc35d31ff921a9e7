"""Builders of objects as the API server writes them: JSON in the form of plain dictionaries.

`a_pod()`, `a_node()` and `a_namespace()` are small and healthy; what a test is about is given by name. The `full_*`
builders hold every field that the agent reads.
"""

import json
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

CREATED = "2026-01-01T00:00:00Z"


def raw(value: Json) -> bytes:
    """The bytes of an object."""
    return json.dumps(value, separators=(",", ":")).encode()


def metadata(name: str, namespace: str = "", **fields: Any) -> Json:
    """Metadata; fields by their JSON names."""
    own: Json = {"name": name, "uid": f"uid-{name}", "resourceVersion": "1", "creationTimestamp": CREATED}
    return own | ({"namespace": namespace} if namespace else {}) | fields


def a_container(name: str = "app", **fields: Any) -> Json:
    """A declared container."""
    return {"name": name, "image": f"registry.example/{name}:1", **fields}


def running() -> Json:
    """The state of a container that runs."""
    return {"running": {"startedAt": CREATED}}


def waiting(reason: str = "", message: str = "") -> Json:
    """The state of a container that has not started."""
    return {"waiting": {key: value for key, value in (("reason", reason), ("message", message)) if value}}


def terminated(exit_code: int = 0, reason: str = "", **fields: Any) -> Json:
    """The state of a container that has ended."""
    return {"terminated": {"exitCode": exit_code, **({"reason": reason} if reason else {}), **fields}}


def a_status(name: str = "app", state: Json | None = None, *, restarts: int = 0, **fields: Any) -> Json:
    """The status of a container; one that runs is ready and started."""
    state = running() if state is None else state
    is_up = "running" in state
    return {"name": name, "ready": is_up, "started": is_up, "restartCount": restarts, "state": state, **fields}


def a_condition(kind: str, status: str = "True", reason: str = "", message: str = "") -> Json:
    """A condition."""
    texts = {key: value for key, value in (("reason", reason), ("message", message)) if value}
    return {"type": kind, "status": status, "lastTransitionTime": CREATED, **texts}


def a_pod(
    name: str = "web-1",
    namespace: str = "shop",
    *,
    meta: Json | None = None,
    spec: Json | None = None,
    status: Json | None = None,
) -> Json:
    """A running pod of one container; the parts given replace single fields of metadata, spec and status."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(name, namespace, **(meta or {})),
        "spec": {"nodeName": "node-1", "restartPolicy": "Always", "containers": [a_container()], **(spec or {})},
        "status": {
            "phase": "Running",
            "conditions": [a_condition("Initialized"), a_condition("Ready"), a_condition("PodScheduled")],
            "containerStatuses": [a_status()],
            **(status or {}),
        },
    }


def a_node(
    name: str = "node-1", *, meta: Json | None = None, spec: Json | None = None, status: Json | None = None
) -> Json:
    """A ready node of four cores."""
    resources = {"cpu": "4", "memory": "16384256Ki", "pods": "110", "ephemeral-storage": "100Gi"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata(name, **(meta or {})),
        "spec": spec or {},
        "status": {
            "capacity": resources,
            "allocatable": {**resources, "cpu": "3920m"},
            "conditions": [a_condition("Ready", reason="KubeletReady", message="kubelet is posting ready status")],
            "addresses": [
                {"type": "InternalIP", "address": "172.16.0.1"},
                {"type": "Hostname", "address": name},
            ],
            "nodeInfo": {"kubeletVersion": "v1.36.2", "osImage": "Debian GNU/Linux 12 (bookworm)"},
            **(status or {}),
        },
    }


def a_namespace(name: str = "shop", *, phase: str = "Active", **meta: Any) -> Json:
    """A namespace."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata(name, **meta),
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": phase},
    }
