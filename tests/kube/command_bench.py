"""kubectl as the oracle of commands: the same objects twice, one changed by kubectl, the other by the agent.

What is compared is the object itself, and which fields were written by whoever changed it, without names of namespaces
and managers, UIDs, versions and times.
"""

import difflib
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import ResultPost
from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent
from tests.kube.command_objects import WIDGET_GROUP
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, ClusterError, Json
from tests.kube.testbed.loopback import wait_for

SETTLE_SECONDS: Final = 60
RESTARTED_AT: Final = "kubectl.kubernetes.io/restartedAt"
COLLECTIONS: Final = {
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{}/daemonsets",
    "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets",
    "ReplicationController": "/api/v1/namespaces/{}/replicationcontrollers",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "Pod": "/api/v1/namespaces/{}/pods",
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Service": "/api/v1/namespaces/{}/services",
    "Widget": f"/apis/{WIDGET_GROUP}/v1/namespaces/{{}}/widgets",
}
_UNLIKE: Final = {"uid", "resourceVersion", "creationTimestamp", "namespace", "managedFields", "selfLink"}
_TOKEN_VOLUME: Final = re.compile("kube-api-access-[a-z0-9]{5}")
_CONTROLLERS: Final = {"kube-controller-manager", "kube-scheduler", "kubelet", "kwok"}


class CommandBench:
    """Two namespaces, one for each side."""

    def __init__(self, cluster: Cluster, agent: Agent, by_kubectl: str, by_agent: str) -> None:
        self.cluster = cluster
        self.agent = agent
        self.by_kubectl = by_kubectl
        self.by_agent = by_agent

    @property
    def sides(self) -> tuple[str, str]:
        """kubectl's namespace, then the agent's."""
        return self.by_kubectl, self.by_agent

    def create(self, manifest: Json) -> None:
        """The same object on both sides."""
        for namespace in self.sides:
            self.cluster.api.request("POST", COLLECTIONS[manifest["kind"]].format(namespace), manifest)

    def path(self, kind: str, name: str = "web", namespace: str = "") -> str:
        """Of an object, on the agent's side unless said otherwise."""
        return f"{COLLECTIONS[kind].format(namespace or self.by_agent)}/{name}"

    def read(self, kind: str, name: str = "web", namespace: str = "") -> Json:
        """An object, on the agent's side unless said otherwise."""
        return self.cluster.api.get(self.path(kind, name, namespace))

    def exists(self, kind: str, name: str = "web", namespace: str = "") -> bool:
        """Whether an object is there, also if it is on its way out."""
        try:
            self.read(kind, name, namespace)
        except ApiError as error:
            if error.status == 404:
                return False
            raise
        return True

    def items(self, kind: str, namespace: str = "") -> list[Json]:
        """All objects of a kind, on the agent's side unless said otherwise."""
        return self.cluster.api.items(COLLECTIONS[kind].format(namespace or self.by_agent))

    def pods(self, namespace: str = "") -> dict[str, str]:
        """Names by UID of the pods that are not on their way out."""
        found = self.items("Pod", namespace)
        return {
            pod["metadata"]["uid"]: pod["metadata"]["name"]
            for pod in found
            if "deletionTimestamp" not in pod["metadata"]
        }

    def kubectl(self, *args: str) -> str:
        """Run on kubectl's side; it must succeed."""
        done = self.cluster.kubectl(f"--namespace={self.by_kubectl}", *args, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def order(
        self,
        action: Action,
        kind: str,
        name: str = "web",
        *,
        namespace: str | None = None,
        topic: Topic = Topic.OPS,
        **params: Any,
    ) -> ResultPost:
        """Give the agent a command on its side through the Master, and give the answer."""
        return order(
            self.agent,
            action,
            kind,
            self.by_agent if namespace is None else namespace,
            name,
            topic=topic,
            params=params,
        )

    def obeyed(self, action: Action, kind: str, name: str = "web", **params: Any) -> Json:
        """The same for a command that must succeed; its output, parsed."""
        result = self.order(action, kind, name, **params)
        assert result.success, result.error
        output: Json = json.loads(result.output)
        return output

    def refused(self, action: Action, kind: str, name: str = "web", **params: Any) -> str:
        """The same for a command that must fail; why."""
        result = self.order(action, kind, name, **params)
        assert (result.success, result.output) == (False, "")
        return result.error

    def wait(self, what: str, probe: Callable[[], bool]) -> None:
        """Until a condition holds."""
        wait_for(what, probe, SETTLE_SECONDS, self.cluster.check)

    def wait_for_both(self, what: str, probe: Callable[[str], bool]) -> None:
        """Until a condition holds in both namespaces."""
        for namespace in self.sides:
            self.wait(f"{what} in {namespace}", partial(probe, namespace))

    def settle(self, kind: str, name: str = "web") -> None:
        """Until the controllers have brought the pods about on both sides."""
        self.wait_for_both(f"{kind} {name}", lambda side: _is_settled(self.read(kind, name, side)))

    def require_alike(self, kind: str, name: str = "web") -> None:
        """Both sides must be alike once they have settled."""

        def both() -> list[Json]:
            return [comparable(self.read(kind, name, namespace)) for namespace in self.sides]

        def alike() -> bool:
            expected, found = both()
            return bool(expected == found)

        try:
            self.wait("both sides alike", alike)
        except ClusterError as error:
            expected, found = (json.dumps(one, indent=1, sort_keys=True).splitlines() for one in both())
            raise AssertionError("\n".join(difflib.unified_diff(expected, found, "kubectl", "agent"))) from error


def order(
    agent: Agent, action: str, kind: str, namespace: str, name: str, *, topic: Topic = Topic.OPS, params: Json
) -> ResultPost:
    """Give the agent any command at all."""
    request = CommandRequest(
        action=action,
        cluster_id=agent.cluster_id,
        kind=kind,
        namespace=namespace,
        name=name,
        params=params,
        topic=topic,
    )
    record = agent.order(request)
    assert record.result is not None
    return record.result


def comparable(found: Json) -> Json:
    """An object without what two of them can never have in common."""
    metadata = {key: value for key, value in found["metadata"].items() if key not in _UNLIKE}
    # Copied from the node that a pod happened to get.
    labels = found["metadata"].get("labels", {})
    metadata["labels"] = {key: value for key, value in labels.items() if not key.startswith("topology.kubernetes.io/")}
    metadata["ownerReferences"] = [
        {"kind": owner["kind"], "controller": owner.get("controller")}
        for owner in found["metadata"].get("ownerReferences", ())
    ]
    status = {key: value for key, value in found.get("status", {}).items() if isinstance(value, int)}
    alike = {
        "metadata": metadata,
        "spec": {key: value for key, value in found.get("spec", {}).items() if key != "nodeName"},
        "data": found.get("data"),
        "status": status,
        "written": _written(found),
    }
    text = json.dumps(alike, sort_keys=True)
    for time in (_restarted_at(found), found["metadata"].get("deletionTimestamp", "")):
        text = text.replace(time, "TIME") if time else text
    result: Json = json.loads(_TOKEN_VOLUME.sub("kube-api-access", text))
    return result


def _written(found: Json) -> list[str]:
    """Which fields were written, in which way, by others than controllers."""
    return sorted(
        f"{entry['operation']} {entry.get('subresource', '')} {json.dumps(entry['fieldsV1'], sort_keys=True)}"
        for entry in found["metadata"].get("managedFields", ())
        if entry["manager"] not in _CONTROLLERS
    )


def _restarted_at(found: Json) -> str:
    template = found.get("spec", {}).get("template", {})
    return str(template.get("metadata", {}).get("annotations", {}).get(RESTARTED_AT, ""))


def _is_settled(found: Json) -> bool:
    status, wanted = found.get("status", {}), found["spec"].get("replicas")
    if status.get("observedGeneration") != found["metadata"]["generation"]:
        return False
    if found["kind"] == "DaemonSet":
        counts = [status.get(name, 0) for name in ("numberAvailable", "updatedNumberScheduled")]
        return counts == [status["desiredNumberScheduled"]] * 2
    names = ["replicas", "availableReplicas"]
    names += ["updatedReplicas"] if found["kind"] in {"Deployment", "StatefulSet"} else []
    return [status.get(name, 0) for name in names] == [wanted] * len(names)


@contextmanager
def bench_of(cluster: Cluster, agent: Agent) -> Iterator[CommandBench]:
    """Two new namespaces; their deletion begins at the end."""
    names = [f"test-{side}-{secrets.token_hex(4)}" for side in ("kubectl", "agent")]
    for name in names:
        body: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        cluster.api.request("POST", "/api/v1/namespaces", body)
    for name in names:

        def ready(path: str = f"/api/v1/namespaces/{name}/serviceaccounts") -> bool:
            return bool(cluster.api.items(path))

        # A pod is refused until its namespace has its default service account.
        wait_for("service account", ready, SETTLE_SECONDS, cluster.check)
    yield CommandBench(cluster, agent, *names)
    for name in names:
        cluster.api.request("DELETE", f"/api/v1/namespaces/{name}")
