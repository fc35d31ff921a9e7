"""Where the page offers each action, what is filled in there, what is sent then, and an answer with what it shows.

Answers are outputs as an agent writes them. The table is complete: the tests take a row for every member of the enum.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.commands.actions import Action
from tests.browser.full_cluster import WEB

POD = f"#/pods/shop/{WEB}-aaaaa"
DEPLOYMENT = "#/deployments/shop/web"
NODE = "#/nodes/node-1"
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n---\napiVersion: v1\nkind: Service\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How a person gives a command from the object it is about."""

    address: str
    """The object's panel, or the view of an action without an object."""
    link: str = ""
    """What is clicked in the panel's row of actions."""
    fill: Mapping[str, str] = field(default_factory=dict)
    """Fields by label, with what is typed into them."""
    at_once: bool = False
    """Whether opening it asks already."""
    topic: str = "ops"
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    params: Mapping[str, Any] | None = None
    """What the command carries beside its target."""
    output: str
    shown: tuple[str, ...]


def as_json(**members: Any) -> str:
    """An output."""
    return json.dumps(members)


CONTROLS: Final[Mapping[Action, Control]] = {
    Action.SCALE: Control(
        address=DEPLOYMENT,
        link="Scale",
        fill={"Replicas": "5"},
        kind="Deployment",
        namespace="shop",
        name="web",
        params={"replicas": 5},
        output=as_json(previousReplicas=3, replicas=5, changed=True, warnings=["HorizontalPodAutoscaler web decides"]),
        shown=("HorizontalPodAutoscaler web decides", "Previous replicas"),
    ),
    Action.RESTART: Control(
        address="#/daemonSets/shop/shipper",
        link="Restart",
        kind="DaemonSet",
        namespace="shop",
        name="shipper",
        output=as_json(restartedAt="2026-11-28T06:40:00Z", changed=True, warnings=[]),
        shown=("2026-11-28T06:40:00Z",),
    ),
    Action.UPDATE_IMAGE: Control(
        address="#/cronJobs/shop/nightly",
        link="Update image",
        fill={"New image": "registry.example.com/shop/nightly:2"},
        kind="CronJob",
        namespace="shop",
        name="nightly",
        params={"container": "main", "image": "registry.example.com/shop/nightly:2"},
        output=as_json(container="main", previousImage="shop/nightly:1", image="shop/nightly:2", changed=True),
        shown=("Previous image", "shop/nightly:1"),
    ),
    Action.DELETE: Control(
        address="#/services/shop/web",
        link="Delete",
        kind="Service",
        namespace="shop",
        name="web",
        output=as_json(state="terminating", uid="b7d2", finalizers=["example.com/guard"], warnings=[]),
        shown=("succeeded, terminating", "example.com/guard"),
    ),
    Action.DELETE_POD: Control(
        address=POD,
        link="Delete pod",
        kind="Pod",
        namespace="shop",
        name=f"{WEB}-aaaaa",
        output=as_json(state="deleted", uid="b7d2", warnings=[]),
        shown=("deleted",),
    ),
    Action.CORDON: Control(
        address=NODE,
        link="Cordon",
        kind="Node",
        name="node-1",
        output=as_json(node="node-1", unschedulable=True, changed=False),
        shown=("succeeded, nothing to do",),
    ),
    Action.UNCORDON: Control(
        address="#/nodes/node-2",
        link="Uncordon",
        kind="Node",
        name="node-2",
        output=as_json(node="node-2", unschedulable=False, changed=True),
        shown=("Unschedulable", "no"),
    ),
    Action.DRAIN: Control(
        address=NODE,
        link="Drain",
        fill={"Give up after, seconds": "60"},
        kind="Node",
        name="node-1",
        params={"timeoutSeconds": 60},
        output=as_json(
            node="node-1",
            evicted=[{"namespace": "shop", "name": "web-1", "warnings": []}],
            skipped=[{"namespace": "shop", "name": "shipper-1", "reason": "daemon_set"}],
        ),
        shown=("Evicted", "web-1", "daemon set"),
    ),
    Action.EXEC: Control(
        address=POD,
        link="Run a program",
        fill={"Program": "ls"},
        kind="Pod",
        namespace="shop",
        name=f"{WEB}-aaaaa",
        params={"command": ["ls"]},
        output=as_json(exitCode=2, container="main", encoding="utf-8", stdout="bin\n", stderr="no such file\n"),
        shown=("exit code 2", "Standard output", "bin", "Standard error", "no such file"),
    ),
    Action.GET_LOGS: Control(
        address=POD,
        link="Logs",
        at_once=True,
        kind="Pod",
        namespace="shop",
        name=f"{WEB}-aaaaa",
        params={"tailLines": 200},
        output="listening on 8080\nERROR no database\n",
        shown=("2 lines", "listening on 8080", "ERROR no database"),
    ),
    Action.GET_CONFIGMAP: Control(
        address="#/configMaps/shop/web-settings",
        link="Data",
        at_once=True,
        kind="ConfigMap",
        namespace="shop",
        name="web-settings",
        output=as_json(**{"a.conf": "listen 80;\n"}),
        shown=("a.conf", "listen 80;"),
    ),
    Action.GET_SECRET: Control(
        address="#/secrets/shop/db-login",
        link="Values",
        kind="Secret",
        namespace="shop",
        name="db-login",
        output=as_json(username="shop"),
        shown=("username", "••••"),
    ),
    Action.APPLY_MANIFESTS: Control(
        address="#/namespaces/shop",
        link="Apply manifests",
        fill={"Manifests (YAML)": MANIFEST},
        params={"manifests": MANIFEST, "defaultNamespace": "shop"},
        output=as_json(
            resourceTotal=2,
            resourceChanged=1,
            errorMessage="Service shop/api: conflict with hpa",
            objects=[
                {"kind": "ConfigMap", "namespace": "shop", "name": "settings", "outcome": "configured"},
                {"kind": "Service", "namespace": "shop", "name": "api", "outcome": "failed"},
            ],
        ),
        shown=("succeeded, in part", "Service shop/api: conflict with hpa", "configured"),
    ),
    Action.DYNAMIC: Control(
        address="#/pvcs/data/store-db-0",
        link="Describe",
        at_once=True,
        topic="ai",
        kind="PersistentVolumeClaim",
        namespace="data",
        name="store-db-0",
        params={"command": "describe"},
        output=as_json(kind="PersistentVolumeClaim", spec={"storageClassName": "fast"}),
        shown=("storageClassName", "fast"),
    ),
    Action.QUERY_TRACES: Control(
        address="#/traces?order=slowest&range=1h", at_once=True, output="[]", shown=("No traces",)
    ),
    Action.QUERY_TRACE_DETAIL: Control(
        address="#/traces/0af7651916cd43dd8448eb211c80319c", at_once=True, output="{}", shown=("Trace",)
    ),
    Action.QUERY_LOGS: Control(address="#/logs", at_once=True, output='{"logs": []}', shown=("Logs",)),
    Action.QUERY_METRICS: Control(
        address="#/hardware/node-1?range=24h", at_once=True, output="{}", shown=("No points in this time",)
    ),
    Action.QUERY_SLO: Control(address="#/slo/web", at_once=True, output="[]", shown=("web",)),
}
