"""Snapshots as an agent sends them, built by hand: a small cluster with the troubles that operators look for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

JsonObject = dict[str, Any]
EMPTY_LISTS = (
    "deployments",
    "statefulSets",
    "daemonSets",
    "replicaSets",
    "jobs",
    "cronJobs",
    "services",
    "ingresses",
    "configMaps",
    "secrets",
    "resourceQuotas",
    "limitRanges",
    "networkPolicies",
    "serviceAccounts",
    "pvs",
    "pvcs",
)


def ago(seconds: float) -> str:
    """A timestamp that long before now."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def a_pod(name: str, namespace: str = "shop", **overrides: Any) -> JsonObject:
    """A healthy pod, but for what is overridden: `reason`, `phase`, `node`, `owner` (kind, name), `restarts`, texts.

    Further what it uses: `volumes` (type, source), `envs` (name, valueFrom), `account`, `pull_secrets`.
    """
    reason = overrides.get("reason", "")
    owner_kind, owner_name = overrides.get("owner", ("ReplicaSet", "web-7c9d8f6b5c"))
    container = {
        "name": "main",
        "image": "registry.example.com/shop/web:1.2.3",
        "state": "waiting" if reason else "running",
        "stateReason": reason,
        "ready": not reason,
        "restartCount": overrides.get("restarts", 0),
        "requests": {"cpu": "250m", "memory": "256Mi"},
        "lastTerminationReason": "OOMKilled" if reason else "",
        "envs": [{"name": env, "valueFrom": source} for env, source in overrides.get("envs", ())],
    }
    return {
        "summary": {
            "name": name,
            "namespace": namespace,
            "nodeName": overrides.get("node", "node-1"),
            "ownerKind": owner_kind,
            "ownerName": owner_name,
            "createdAt": ago(7200),
            "age": "2h",
        },
        "spec": {
            "restartPolicy": "Always",
            "serviceAccountName": overrides.get("account", ""),
            "imagePullSecrets": list(overrides.get("pull_secrets", ())),
        },
        "status": {
            "phase": overrides.get("phase", "Running"),
            "ready": "0/1" if reason else "1/1",
            "restarts": overrides.get("restarts", 0),
            "podIP": "10.1.0.7",
            "reason": reason,
            "message": overrides.get("message", ""),
            "cpuUsage": overrides.get("cpu", "120m"),
            "memoryUsage": "200Mi",
            "conditions": [{"type": "Ready", "status": "False" if reason else "True", "lastTransitionTime": ago(60)}],
        },
        "containers": [container],
        "volumes": [
            {"name": f"volume-{number}", "type": kind, "source": source}
            for number, (kind, source) in enumerate(overrides.get("volumes", ()))
        ],
        "labels": overrides.get("labels", {"app": "web"}),
        "annotations": overrides.get("annotations", {}),
    }


def a_node(name: str, *, ready: str = "True") -> JsonObject:
    """A node with 4 CPUs and 8 GiB, a quarter used."""
    return {
        "summary": {
            "name": name,
            "roles": ["worker"],
            "ready": ready,
            "schedulable": True,
            "age": "9d",
            "creationTime": ago(777_600),
        },
        "spec": {},
        "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
        "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
        "addresses": {"internalIP": "192.168.7.1"},
        "info": {"kubeletVersion": "v1.37.1"},
        "conditions": [{"type": "Ready", "status": ready, "reason": "KubeletReady", "message": "posting ready status"}],
        "metrics": {
            "cpu": {"usage": "1", "allocatable": "4", "capacity": "4", "utilPct": 25},
            "memory": {"usage": "2Gi", "allocatable": "8Gi", "capacity": "8Gi", "utilPct": 25},
            "pods": {"used": 11, "capacity": 110, "utilPct": 10},
        },
    }


def a_namespace(name: str) -> JsonObject:
    """An active namespace."""
    return {
        "summary": {"name": name, "createdAt": ago(777_600), "age": "9d"},
        "status": {"phase": "Active"},
        "resources": {"pods": 1, "podsRunning": 1},
    }


def an_event(pod: str, reason: str, message: str, namespace: str = "shop") -> JsonObject:
    """A warning about a pod."""
    return {
        "uid": f"uid-{pod}-{reason}",
        "name": f"{pod}.{reason.lower()}",
        "namespace": namespace,
        "kind": "Event",
        "createdAt": ago(90),
        "type": "Warning",
        "reason": reason,
        "message": message,
        "source": "kubelet",
        "involvedObject": {"kind": "Pod", "namespace": namespace, "name": pod},
        "count": 7,
        "firstTimestamp": ago(900),
        "lastTimestamp": ago(30),
    }


def a_snapshot(
    pods: Sequence[Mapping[str, Any]],
    nodes: Sequence[Mapping[str, Any]] | None = None,
    events: Sequence[Mapping[str, Any]] = (),
    **lists: Sequence[Mapping[str, Any]],
) -> JsonObject:
    """A snapshot of these pods, in the namespaces they name, on one node unless others are given."""
    listed_nodes = [a_node("node-1")] if nodes is None else list(nodes)
    namespaces = sorted({pod["summary"]["namespace"] for pod in pods})
    phases = [pod["status"]["phase"] for pod in pods]
    return {
        "clusterId": "test-cluster",
        "fetchedAt": ago(0),
        **{name: [] for name in EMPTY_LISTS},
        **{name: list(objects) for name, objects in lists.items()},
        "pods": list(pods),
        "nodes": listed_nodes,
        "namespaces": [a_namespace(name) for name in namespaces],
        "events": list(events),
        "summary": {
            "totalNodes": len(listed_nodes),
            "readyNodes": sum(node["summary"]["ready"] == "True" for node in listed_nodes),
            "totalPods": len(pods),
            "runningPods": phases.count("Running"),
            "pendingPods": phases.count("Pending"),
            "failedPods": phases.count("Failed"),
            "totalNamespaces": len(namespaces),
            "totalEvents": len(events),
            "warningEvents": len(events),
        },
    }


def a_small_cluster() -> JsonObject:
    """Three pods of a Deployment, two of a StatefulSet; one crashes, one has no node; one of three nodes not ready."""
    pods = [
        a_pod("web-7c9d8f6b5c-aaaaa"),
        a_pod("web-7c9d8f6b5c-bbbbb", restarts=3),
        a_pod("web-7c9d8f6b5c-ccccc", reason="CrashLoopBackOff", restarts=12),
        a_pod("db-0", "data", owner=("StatefulSet", "db"), node="node-2"),
        a_pod("db-1", "data", owner=("StatefulSet", "db"), reason="Unschedulable", phase="Pending", node=""),
    ]
    events = [an_event("web-7c9d8f6b5c-ccccc", "BackOff", "Back-off restarting failed container main")]
    return a_snapshot(pods, [a_node("node-1"), a_node("node-2"), a_node("node-10", ready="False")], events)
