"""Two nodes with the same pods: kubectl drains one of them, the agent the other.

What is compared are the objects that are left: which pods went, which came anew, which stayed, and the node itself.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import ResultPost
from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, Json
from tests.kube.testbed.loopback import wait_for
from tests.kube.testbed.options import Options

SETTLE_SECONDS = 60
_CONTAINERS = [{"name": "app", "image": "registry.example/app:1"}]


@contextmanager
def two_nodes(binaries: Path) -> Iterator[Cluster]:
    """A cluster of two nodes and nothing else, with an audit log."""
    with Cluster(nodes=2, bin_dir=binaries, options=Options(audit=True)) as running:
        yield running


@dataclass(frozen=True)
class Thing:
    """An object to be made on a node, or beside its pods."""

    kind: str
    name: str
    spec: Json = field(default_factory=dict)
    pod: Json = field(default_factory=dict)
    """Additions to the spec of its pods."""
    annotations: Json = field(default_factory=dict)
    finalizers: tuple[str, ...] = ()
    count: int = 1
    """Pods that it has on the node."""


def workload(kind: str, name: str, replicas: int = 1, **members: object) -> Thing:
    """A ReplicaSet or StatefulSet; further members as those of Thing."""
    spec: Json = {"replicas": replicas} | ({"serviceName": name} if kind == "StatefulSet" else {})
    return Thing(kind, name, spec=spec, count=replicas, **members)  # type: ignore[arg-type] # as written


def budget(name: str, app: str, min_available: int = 1) -> Thing:
    """A budget for the pods of one app."""
    selector = {"matchLabels": {"app": app}}
    return Thing("PodDisruptionBudget", name, spec={"minAvailable": min_available, "selector": selector}, count=0)


_PATHS = {
    "Pod": ("/api/v1", "v1", "pods"),
    "ReplicaSet": ("/apis/apps/v1", "apps/v1", "replicasets"),
    "StatefulSet": ("/apis/apps/v1", "apps/v1", "statefulsets"),
    "DaemonSet": ("/apis/apps/v1", "apps/v1", "daemonsets"),
    "PodDisruptionBudget": ("/apis/policy/v1", "policy/v1", "poddisruptionbudgets"),
}


class Side:
    """One of the two nodes, with a namespace of its own."""

    def __init__(self, cluster: Cluster, node: str) -> None:
        self._cluster = cluster
        self.node = node
        self.namespace = f"twin-{secrets.token_hex(4)}"
        self._before: dict[str, str] = {}
        body: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}}
        cluster.api.request("POST", "/api/v1/namespaces", body)
        accounts = f"/api/v1/namespaces/{self.namespace}/serviceaccounts"
        wait_for("service account", lambda: bool(cluster.api.items(accounts)), SETTLE_SECONDS, cluster.check)

    def make(self, things: Sequence[Thing]) -> None:
        """Makes everything, and waits until its pods run on the node, or have ended there."""
        for thing in things:
            root, _, plural = _PATHS[thing.kind]
            self._cluster.api.request("POST", f"{root}/namespaces/{self.namespace}/{plural}", self._body(thing))
        wanted = sum(thing.count for thing in things)

        def are_there() -> bool:
            pods = self.pods()
            budgets = self._cluster.api.items(f"/apis/policy/v1/namespaces/{self.namespace}/poddisruptionbudgets")
            seen = all(one.get("status", {}).get("observedGeneration") for one in budgets)
            return seen and len(pods) == wanted and all(_is_at_rest(pod, self.node) for pod in pods)

        wait_for(f"{wanted} pods", are_there, SETTLE_SECONDS, self._cluster.check)
        self._before = {pod["metadata"]["uid"]: pod["metadata"]["name"] for pod in self.pods()}

    def make_account(self, name: str) -> None:
        """Makes a service account that may do everything."""
        path = f"/api/v1/namespaces/{self.namespace}/serviceaccounts"
        self._cluster.api.request("POST", path, {"metadata": {"name": name}})
        subject = {"kind": "ServiceAccount", "name": name, "namespace": self.namespace}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
        binding: Json = {"metadata": {"name": self.namespace}, "subjects": [subject], "roleRef": role}
        self._cluster.api.request("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)

    def pods(self) -> list[Json]:
        return self._cluster.api.items(f"/api/v1/namespaces/{self.namespace}/pods")

    def pod_names(self) -> set[str]:
        return {pod["metadata"]["name"] for pod in self.pods()}

    def kubectl_drain(self, *flags: str) -> tuple[bool, str]:
        """Whether kubectl calls it a success, and what it says."""
        done = self._cluster.kubectl("drain", self.node, *flags, check=False)
        return done.returncode == 0, done.stdout + done.stderr

    def state(self) -> list[tuple[object, ...]]:
        """Its pods: of which app, which phase, on the node or not, known from before or new, told to end or not."""
        return sorted(
            (
                pod["metadata"]["labels"]["app"],
                pod["status"].get("phase"),
                pod["spec"].get("nodeName") == self.node,
                pod["metadata"]["uid"] in self._before,
                "deletionTimestamp" in pod["metadata"],
            )
            for pod in self.pods()
        )

    def node_state(self) -> Json:
        """What a drain may change of a node."""
        node = self.read_node()
        taints = sorted(taint["key"] for taint in node["spec"].get("taints") or ())
        return {
            "unschedulable": node["spec"].get("unschedulable"),
            "taints": taints,
            "annotations": sorted(node["metadata"]["annotations"]),
            "labels": len(node["metadata"]["labels"]),
        }

    def read_node(self) -> Json:
        return self._cluster.api.get(f"/api/v1/nodes/{self.node}")

    def clear(self) -> None:
        """Puts the node back into service and ends everything of this side, also what does not want to end."""
        self._cluster.kubectl("uncordon", self.node)
        self._cluster.api.request("DELETE", f"/api/v1/namespaces/{self.namespace}")

        def is_empty() -> bool:
            for pod in self.pods():
                self.release(pod["metadata"]["name"])
            return not self._cluster.api.items(f"/api/v1/pods?fieldSelector=spec.nodeName={self.node}")

        wait_for("an empty node", is_empty, SETTLE_SECONDS, self._cluster.check)

    def release(self, name: str) -> None:
        """Takes away what keeps a pod from ending."""
        path = f"/api/v1/namespaces/{self.namespace}/pods/{name}"
        try:
            self._cluster.api.patch(path, {"metadata": {"finalizers": None}})
            self._cluster.api.request("DELETE", f"{path}?gracePeriodSeconds=0")
        except ApiError as error:
            if error.status not in {404, 409}:
                raise

    def _body(self, thing: Thing) -> Json:
        _, version, _ = _PATHS[thing.kind]
        metadata: Json = {"name": thing.name, "labels": {"app": thing.name}}
        spec = dict(thing.spec)
        place: Json = {"nodeSelector": {"kubernetes.io/hostname": self.node}}
        details: Json = {"annotations": thing.annotations, "finalizers": list(thing.finalizers)}
        if thing.kind == "Pod":
            metadata |= details
            spec = {"nodeName": self.node, "containers": _CONTAINERS, **thing.pod}
        elif thing.kind != "PodDisruptionBudget":
            labels = {"app": thing.name}
            template = {
                "metadata": {"labels": labels, **details},
                "spec": {"containers": _CONTAINERS, **place, **thing.pod},
            }
            spec |= {"selector": {"matchLabels": labels}, "template": template}
        return {"apiVersion": version, "kind": thing.kind, "metadata": metadata, "spec": spec}


def _is_at_rest(pod: Json, node: str) -> bool:
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions") or ())
    has_ended = pod["status"].get("phase") in {"Succeeded", "Failed"}
    ends_soon = "testbed/behaviour" in (pod["metadata"].get("annotations") or {})
    return pod["spec"].get("nodeName") == node and (has_ended or (ready and not ends_soon))


def order(agent: Agent, action: Action, node: str, params: Json | None = None, topic: Topic = Topic.OPS) -> ResultPost:
    """Orders something of a node through the Master, and gives the answer."""
    result = agent.order(a_request(agent, action, node, params, topic)).result
    assert result is not None
    return result


def a_request(
    agent: Agent, action: Action, node: str, params: Json | None = None, topic: Topic = Topic.OPS
) -> CommandRequest:
    """As it is queued."""
    return CommandRequest(
        action=action, cluster_id=agent.cluster_id, kind="Node", name=node, params=params or {}, topic=topic
    )


def settle_alike(cluster: Cluster, sides: Iterable[Side]) -> None:
    """Waits until controllers have brought both sides to the same state; fails with both when they do not."""
    first, second = sides

    def are_alike() -> bool:
        return (first.state(), first.node_state()) == (second.state(), second.node_state())

    wait_for("the same on both nodes", are_alike, SETTLE_SECONDS / 4, cluster.check)
