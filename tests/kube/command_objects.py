"""Objects that commands change: workloads of every kind, and a custom kind that can be scaled."""

from typing import Any, Final

from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

WIDGET_GROUP: Final = "tests.example"
_SERVED_SECONDS: Final = 60


def a_manifest(kind: str, name: str = "web", *, replicas: int = 2, **spec: Any) -> Json:
    """A workload, or a pod, with two containers and an init container."""
    labels = {"app": name}
    pods: Json = {
        "terminationGracePeriodSeconds": 1,
        "initContainers": [{"name": "prepare", "image": "registry.example/prepare:1"}],
        "containers": [
            {"name": "app", "image": "registry.example/app:1"},
            {"name": "side", "image": "registry.example/side:1"},
        ],
    }
    template: Json = {"metadata": {"labels": labels}, "spec": pods}
    selector: Json = {"matchLabels": labels}
    own: Json
    match kind:
        case "Pod":
            own = pods
        case "CronJob":
            pods["restartPolicy"] = "Never"
            own = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": {"spec": {"template": template}}}
        case "ReplicationController":
            own = {"replicas": replicas, "selector": labels, "template": template}
        case "DaemonSet":
            own = {"selector": selector, "template": template}
        case "StatefulSet":
            own = {"replicas": replicas, "serviceName": name, "selector": selector, "template": template}
        case "Widget":
            own = {"replicas": replicas}
        case _:
            own = {"replicas": replicas, "selector": selector, "template": template}
    version = {"Pod": "v1", "ReplicationController": "v1", "CronJob": "batch/v1", "Widget": f"{WIDGET_GROUP}/v1"}
    metadata: Json = {"name": name, "labels": labels}
    return {
        "apiVersion": version.get(kind, "apps/v1"),
        "kind": kind,
        "metadata": metadata,
        "spec": own | spec,
    }


def serve_widgets(cluster: Cluster) -> None:
    """A custom kind with a scale subresource."""
    count: Json = {"type": "integer"}
    fields: Json = {"type": "object", "properties": {"replicas": count}}
    schema: Json = {"type": "object", "properties": {"spec": fields, "status": fields}}
    version: Json = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {
            "status": {},
            "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
        },
    }
    name = f"widgets.{WIDGET_GROUP}"
    body: Json = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name},
        "spec": {
            "group": WIDGET_GROUP,
            "scope": "Namespaced",
            "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wd"]},
            "versions": [version],
        },
    }
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    cluster.api.ensure(path, body)

    def is_served() -> bool:
        conditions = cluster.api.get(f"{path}/{name}").get("status", {}).get("conditions") or ()
        return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)

    wait_for("widgets served", is_served, _SERVED_SECONDS, cluster.check)
