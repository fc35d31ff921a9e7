"""A small object of each kind for the tests of what happens to it: created, changed, deleted.

None of them makes a pod run, so nothing but the test changes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.kube.oracles.world import PATHS, Key
from tests.kube.testbed.errors import Json

NAME = "sample"
_LABELS = {"app": NAME}
_SELECTOR: Json = {"matchLabels": _LABELS}
_GATED: Json = {
    "schedulingGates": [{"name": "example.com/never"}],
    "containers": [{"name": "app", "image": "registry.example/app:1"}],
}
_TEMPLATE: Json = {"metadata": {"labels": _LABELS}, "spec": _GATED}
_JOB: Json = {"suspend": True, "template": {"spec": {**_GATED, "restartPolicy": "Never"}}}
_EVERYWHERE = ("nodes", "namespaces", "pvs")


@dataclass(frozen=True, slots=True)
class Sample:
    """What is made, what is changed of it, and where the wire shows that."""

    body: Json
    change: Json = field(default_factory=dict)
    """A merge patch."""
    shown: Callable[[Json], object] = lambda wire: None
    """The changed part of the wire object."""
    changed: object = None
    """What it shows after the change."""


SAMPLES: Mapping[str, Sample] = {
    "pods": Sample(
        {"spec": _GATED},
        {"metadata": {"annotations": {"example.com/note": "changed"}}},
        lambda wire: (wire.get("annotations") or {}).get("example.com/note"),
        "changed",
    ),
    "nodes": Sample(
        {"metadata": {"annotations": {"testbed/behaviour": "not-ready"}}},
        {"spec": {"unschedulable": True}},
        lambda wire: wire["summary"]["schedulable"],
        changed=False,
    ),
    "deployments": Sample(
        {"spec": {"replicas": 0, "selector": _SELECTOR, "template": _TEMPLATE}},
        {"spec": {"minReadySeconds": 7}},
        lambda wire: wire["spec"].get("minReadySeconds"),
        7,
    ),
    "statefulSets": Sample(
        {"spec": {"replicas": 0, "selector": _SELECTOR, "template": _TEMPLATE}},
        {"spec": {"minReadySeconds": 7}},
        lambda wire: wire["spec"].get("minReadySeconds"),
        7,
    ),
    "daemonSets": Sample(
        {
            "spec": {
                "selector": _SELECTOR,
                "template": {**_TEMPLATE, "spec": {**_GATED, "schedulingGates": [], "nodeSelector": {"disk": "none"}}},
            }
        },
        {"spec": {"minReadySeconds": 7}},
        lambda wire: wire["spec"].get("minReadySeconds"),
        7,
    ),
    "replicaSets": Sample(
        {"spec": {"replicas": 0, "selector": _SELECTOR, "template": _TEMPLATE}},
        {"spec": {"replicas": 1}},
        lambda wire: wire["replicas"],
        1,
    ),
    "jobs": Sample({"spec": _JOB}, {"spec": {"parallelism": 7}}, lambda wire: wire["parallelism"], 7),
    "cronJobs": Sample(
        {"spec": {"schedule": "@yearly", "suspend": True, "jobTemplate": {"spec": _JOB}}},
        {"spec": {"schedule": "@monthly"}},
        lambda wire: wire["schedule"],
        "@monthly",
    ),
    "services": Sample(
        {"spec": {"ports": [{"port": 80}]}},
        {"spec": {"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 81}]}},
        lambda wire: [item["port"] for item in wire["ports"]],
        [80, 81],
    ),
    "ingresses": Sample(
        {"spec": {"defaultBackend": {"service": {"name": NAME, "port": {"number": 80}}}}},
        {"spec": {"rules": [{"host": "sample.example.com"}]}},
        lambda wire: wire["summary"].get("hosts"),
        ["sample.example.com"],
    ),
    "namespaces": Sample(
        {},
        {"metadata": {"annotations": {"example.com/note": "changed"}}},
        lambda wire: (wire.get("annotations") or {}).get("example.com/note"),
        "changed",
    ),
    "configMaps": Sample({"data": {"a": "1"}}, {"data": {"b": "2"}}, lambda wire: wire["dataKeys"], ["a", "b"]),
    "secrets": Sample({"data": {"a": "MQ=="}}, {"data": {"b": "Mg=="}}, lambda wire: wire["dataKeys"], ["a", "b"]),
    "resourceQuotas": Sample(
        {"spec": {"hard": {"count/widgets.example.com": "1"}}},
        {"spec": {"hard": {"count/widgets.example.com": "2"}}},
        lambda wire: wire["hard"],
        {"count/widgets.example.com": "2"},
    ),
    "limitRanges": Sample(
        {"spec": {"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}]}},
        {"spec": {"limits": [{"type": "PersistentVolumeClaim", "max": {"storage": "2Gi"}}]}},
        lambda wire: wire["items"][0]["max"],
        {"storage": "2Gi"},
    ),
    "serviceAccounts": Sample(
        {},
        {"automountServiceAccountToken": False},
        lambda wire: wire.get("automountServiceAccountToken"),
        changed=False,
    ),
    "networkPolicies": Sample(
        {"spec": {"podSelector": {}}},
        {"spec": {"egress": [{}], "policyTypes": ["Egress"]}},
        lambda wire: (wire["egressRuleCount"], wire["policyTypes"]),
        (1, ["Egress"]),
    ),
    "pvs": Sample(
        {
            "spec": {
                "capacity": {"storage": "1Gi"},
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "of-samples",
                "persistentVolumeReclaimPolicy": "Retain",
                "nfs": {"server": "nfs.example.com", "path": "/"},
            }
        },
        {"spec": {"capacity": {"storage": "2Gi"}}},
        lambda wire: wire["capacity"],
        "2Gi",
    ),
    "pvcs": Sample(
        {
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "none-such",
                "resources": {"requests": {"storage": "1Gi"}},
            }
        },
        {"spec": {"volumeName": "no-such-volume"}},
        lambda wire: wire["volumeName"],
        "no-such-volume",
    ),
    "events": Sample(
        {"type": "Warning", "reason": "Failed", "message": "it failed", "count": 1},
        {"count": 2},
        lambda wire: wire["count"],
        2,
    ),
}
"""By the names of the lists on the wire."""


def collection(kind: str, namespace: str) -> str:
    """The path at which objects of this kind are made."""
    root, plural = PATHS[kind].rsplit("/", 1)
    return PATHS[kind] if kind in _EVERYWHERE else f"{root}/namespaces/{namespace}/{plural}"


def key_of(kind: str, namespace: str) -> Key:
    """How a sample is found in a snapshot; without a namespace its name says whose it is."""
    return ("", f"{NAME}-{namespace}") if kind in _EVERYWHERE else (namespace, NAME)


def body_of(kind: str, namespace: str) -> Json:
    """A sample to create, blue."""
    body = SAMPLES[kind].body
    metadata = {**body.get("metadata", {}), "name": key_of(kind, namespace)[1], "labels": {"colour": "blue"}}
    return {**body, **_about(kind, namespace), "metadata": metadata}


def change_of(kind: str) -> Json:
    """The merge patch that changes it, red."""
    change = SAMPLES[kind].change
    return {**change, "metadata": {**change.get("metadata", {}), "labels": {"colour": "red"}}}


def _about(kind: str, namespace: str) -> Json:
    if kind != "events":
        return {}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    involved = {"kind": "Pod", "namespace": namespace, "name": NAME}
    return {"involvedObject": involved, "firstTimestamp": now, "lastTimestamp": now}
