"""Pods for commands about pods, orders for them, and kubectl's own answer as bytes."""

import subprocess
from collections.abc import Sequence

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import ResultPost
from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

_SETTLE_SECONDS = 60


def order(
    agent: Agent,
    action: Action,
    target: tuple[str, str, str],
    params: Json | None = None,
    *,
    topic: Topic = Topic.OPS,
) -> ResultPost:
    """Orders something through the Master, and gives the answer; the target is kind, namespace, name."""
    kind, namespace, name = target
    record = agent.order(
        CommandRequest(
            action=action,
            cluster_id=agent.cluster_id,
            kind=kind,
            namespace=namespace,
            name=name,
            params=params or {},
            topic=topic,
        )
    )
    assert record.result is not None
    return record.result


def output(result: ResultPost) -> str:
    """What a command that went well said."""
    assert (result.success, result.error) == (True, ""), result.error
    return result.output


def run_pod(
    cluster: Cluster, namespace: str, name: str, containers: Sequence[str], annotations: Json | None = None
) -> tuple[str, str, str]:
    """Makes a pod and waits until all its containers run; gives it as a target."""
    body: Json = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": annotations or {}},
        "spec": {"containers": [{"name": one, "image": "registry.example/app:1"} for one in containers]},
    }
    path = f"/api/v1/namespaces/{namespace}/pods"
    cluster.api.request("POST", path, body)

    def runs() -> bool:
        status = cluster.api.get(f"{path}/{name}")["status"]
        states = [one.get("state", {}) for one in status.get("containerStatuses", [])]
        return len(states) == len(containers) and all("running" in state for state in states)

    wait_for(f"pod {name}", runs, _SETTLE_SECONDS, cluster.check)
    return "Pod", namespace, name


def kubectl(cluster: Cluster, *args: str) -> subprocess.CompletedProcess[bytes]:
    """kubectl as the administrator, what it says as bytes, whatever its exit code."""
    options = (f"--kubeconfig={cluster.kubeconfig}", f"--cache-dir={cluster.site.state / 'kubectl'}")
    return subprocess.run([str(cluster.site.bin / "kubectl"), *options, *args], capture_output=True, check=False)
