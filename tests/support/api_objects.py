"""Kubernetes objects as the API server writes them, with what tests care for and little else."""

from typing import Any

Json = dict[str, Any]


def a_pod(name: str = "web-1", namespace: str = "shop", *, phase: str = "Running", image: str = "web:1") -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": "2026-01-01T00:00:00Z", "labels": None},
        "spec": {"nodeName": "node-1", "containers": [{"name": "web", "image": image}]},
        "status": {"phase": phase, "containerStatuses": None},
    }


def a_namespace(name: str = "shop", *, uid: str | None = None) -> Json:
    metadata = {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"} | ({"uid": uid} if uid else {})
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "status": {"phase": "Active"}}


def a_node(name: str = "node-1") -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "status": {"capacity": {"cpu": "4", "memory": "8Gi"}, "conditions": [{"type": "Ready", "status": "True"}]},
    }


def a_workload(kind: str = "Deployment", name: str = "web", namespace: str = "shop", *, replicas: int = 2) -> Json:
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": replicas},
        "status": {"replicas": replicas},
    }


def an_autoscaler(kind: str = "Deployment", target: str = "web", namespace: str = "shop") -> Json:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": f"{target}-hpa", "namespace": namespace},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": target},
            "minReplicas": 2,
            "maxReplicas": 10,
        },
    }


def pod_metrics(name: str = "web-1", namespace: str = "shop", *, cpu: str = "12m", memory: str = "34Mi") -> Json:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "timestamp": "2026-01-01T00:00:00Z",
        "window": "15s",
        "containers": [{"name": "web", "usage": {"cpu": cpu, "memory": memory}}],
    }


def node_metrics(name: str = "node-1", *, cpu: str = "250m", memory: str = "2Gi") -> Json:
    return {"metadata": {"name": name}, "timestamp": "2026-01-01T00:00:00Z", "usage": {"cpu": cpu, "memory": memory}}


def a_templated_workload(
    kind: str = "Deployment",
    name: str = "web",
    namespace: str = "shop",
    *,
    containers: tuple[tuple[str, str], ...] = (("web", "web:1"),),
    init_containers: tuple[tuple[str, str], ...] = (),
    **spec: Any,
) -> Json:
    """A workload with the template of its pods; containers by name and image."""
    pods: Json = {"containers": [{"name": one, "image": image} for one, image in containers]}
    if init_containers:
        pods["initContainers"] = [{"name": one, "image": image} for one, image in init_containers]
    template: Json = {"metadata": {"labels": {"app": name}}, "spec": pods}
    group = {"CronJob": "batch/v1", "Pod": "v1"}.get(kind, "apps/v1")
    job = {"jobTemplate": {"spec": {"template": template}}}
    inner = {"CronJob": job, "Pod": pods}.get(kind, {"template": template})
    return {
        "apiVersion": group,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {**({} if kind in {"CronJob", "Pod"} else {"replicas": 2}), **inner, **spec},
        "status": {"replicas": 2},
    }
