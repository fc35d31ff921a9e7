"""What happens in the cluster is in the snapshot of the next tick."""

from collections.abc import Callable, Iterator

import pytest

from tests.kube.agent import Agent, running_agent
from tests.kube.testbed.api import STRATEGIC_PATCH
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, Json
from tests.kube.testbed.loopback import wait_for

SETTLE_SECONDS = 60


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running
        assert running.master.rejections() == ()


@pytest.fixture
def node(cluster: Cluster) -> Iterator[str]:
    """A node of its own."""
    (name,) = cluster.add_nodes(1, prefix="changing", first=70)
    cluster.wait_nodes([name])
    yield name
    cluster.api.request("DELETE", f"/api/v1/nodes/{name}")


def new_pod(name: str) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"colour": "blue"}},
        "spec": {
            "schedulingGates": [{"name": "example.com/never"}],
            "containers": [{"name": "app", "image": "registry.example/app:1"}],
        },
    }


def find(snapshot: Json, kind: str, name: str, namespace: str = "") -> Json | None:
    found: list[Json] = [
        item
        for item in snapshot[kind]
        if (item["summary"]["name"], item["summary"].get("namespace", "")) == (name, namespace)
    ]
    assert len(found) <= 1
    return found[0] if found else None


def present(snapshot: Json, kind: str, name: str, namespace: str = "") -> Json:
    item = find(snapshot, kind, name, namespace)
    assert item is not None, f"{name} is not among the {kind}"
    return item


def test_a_new_pod_is_there_and_counted(agent: Agent, cluster: Cluster, namespace: str) -> None:
    cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/pods", new_pod("fresh"))
    snapshot = agent.next_snapshot()
    assert present(snapshot, "pods", "fresh", namespace)["labels"] == {"colour": "blue"}
    assert present(snapshot, "namespaces", namespace)["resources"]["pods"] == 1
    assert snapshot["summary"]["totalPods"] == len(snapshot["pods"])


def test_a_changed_label_is_there(agent: Agent, cluster: Cluster, namespace: str) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods"
    cluster.api.request("POST", path, new_pod("painted"))
    assert present(agent.next_snapshot(), "pods", "painted", namespace)["labels"] == {"colour": "blue"}
    cluster.api.patch(f"{path}/painted", {"metadata": {"labels": {"colour": "red"}}})
    assert present(agent.next_snapshot(), "pods", "painted", namespace)["labels"] == {"colour": "red"}


def test_a_deleted_pod_is_gone_and_not_counted(agent: Agent, cluster: Cluster, namespace: str) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods"
    cluster.api.request("POST", path, new_pod("brief"))
    assert find(agent.next_snapshot(), "pods", "brief", namespace)
    cluster.api.request("DELETE", f"{path}/brief?gracePeriodSeconds=0")
    snapshot = agent.next_snapshot()
    assert find(snapshot, "pods", "brief", namespace) is None
    assert present(snapshot, "namespaces", namespace)["resources"]["pods"] == 0


def test_a_pod_of_the_same_name_is_another_pod(agent: Agent, cluster: Cluster, namespace: str) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods"
    cluster.api.request("POST", path, new_pod("twin"))
    assert find(agent.next_snapshot(), "pods", "twin", namespace)
    cluster.api.request("DELETE", f"{path}/twin?gracePeriodSeconds=0")
    second = new_pod("twin")
    second["metadata"]["labels"] = {"number": "two"}
    cluster.api.request("POST", path, second)
    assert present(agent.next_snapshot(), "pods", "twin", namespace)["labels"] == {"number": "two"}


def test_a_cordoned_node_is_not_schedulable(agent: Agent, cluster: Cluster, node: str) -> None:
    assert present(agent.next_snapshot(), "nodes", node)["summary"]["schedulable"] is True
    for cordoned in (True, False):
        patch = {"spec": {"unschedulable": cordoned}}
        cluster.api.patch(f"/api/v1/nodes/{node}", patch, content_type=STRATEGIC_PATCH)
        assert present(agent.next_snapshot(), "nodes", node)["summary"]["schedulable"] is not cordoned


def test_a_node_that_leaves_is_gone(agent: Agent, cluster: Cluster) -> None:
    (name,) = cluster.add_nodes(1, prefix="leaving", first=71)
    assert find(agent.next_snapshot(), "nodes", name)
    cluster.api.request("DELETE", f"/api/v1/nodes/{name}")
    assert find(agent.next_snapshot(), "nodes", name) is None


def test_a_namespace_comes_terminates_and_goes(agent: Agent, cluster: Cluster) -> None:
    name = "passing"
    path = f"/api/v1/namespaces/{name}"
    finalizer = {"finalizers": ["example.com/keep"]}
    body: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, **finalizer}}
    cluster.api.request("POST", "/api/v1/namespaces", body)
    assert present(agent.next_snapshot(), "namespaces", name)["status"]["phase"] == "Active"
    cluster.api.request("DELETE", path)
    assert present(agent.next_snapshot(), "namespaces", name)["status"]["phase"] == "Terminating"
    cluster.api.patch(path, {"metadata": {"finalizers": None}})
    wait_for("the namespace to be gone", is_gone(cluster, path), SETTLE_SECONDS, cluster.check)
    assert find(agent.next_snapshot(), "namespaces", name) is None


def is_gone(cluster: Cluster, path: str) -> Callable[[], bool]:
    def probe() -> bool:
        try:
            cluster.api.get(path)
        except ApiError as error:
            return error.status == 404
        return False

    return probe
