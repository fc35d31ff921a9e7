"""`scale`, with `kubectl scale` as the oracle."""

from collections.abc import Iterator

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.command_bench import CommandBench, bench_of
from tests.kube.command_objects import a_manifest, serve_widgets
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

SETTLING = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"]


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    serve_widgets(cluster)
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


@pytest.fixture
def bench(cluster: Cluster, agent: Agent) -> Iterator[CommandBench]:
    with bench_of(cluster, agent) as made:
        yield made


@pytest.fixture
def deployment(bench: CommandBench) -> CommandBench:
    """Two replicas, running or not."""
    bench.create(a_manifest("Deployment"))
    return bench


def replicas(bench: CommandBench, kind: str = "Deployment") -> int:
    return int(bench.read(kind)["spec"].get("replicas", 0))


@pytest.mark.parametrize("kind", SETTLING)
def test_scaling_is_kubectls_and_makes_pods_run_and_end(bench: CommandBench, kind: str) -> None:
    bench.create(a_manifest(kind))
    bench.settle(kind)
    for before, after in ((2, 4), (4, 0), (0, 1)):
        bench.kubectl("scale", f"{kind.lower()}/web", f"--replicas={after}")
        output = bench.obeyed(Action.SCALE, kind, replicas=after)
        assert output == {"previousReplicas": before, "replicas": after, "changed": True, "warnings": []}
        assert replicas(bench, kind) == after
        bench.settle(kind)
        bench.require_alike(kind)
    assert len(bench.pods()) == 1


@pytest.mark.parametrize("named", ["Widget", "widgets", "wd", "widgets.tests.example"])
def test_a_custom_resource_is_scaled_by_any_of_its_names(bench: CommandBench, named: str) -> None:
    bench.create(a_manifest("Widget"))
    bench.kubectl("scale", "widget/web", "--replicas=5")
    assert bench.obeyed(Action.SCALE, named, replicas=5)["previousReplicas"] == 2
    bench.require_alike("Widget")


def test_new_pods_are_in_the_next_snapshots(bench: CommandBench) -> None:
    bench.create(a_manifest("Deployment"))
    bench.obeyed(Action.SCALE, "deploy", replicas=3)

    def shown() -> bool:
        pods = bench.agent.next_snapshot()["pods"]
        return [pod["summary"]["namespace"] for pod in pods].count(bench.by_agent) == 3

    bench.agent.wait_for("three pods in the snapshot", shown)


@pytest.mark.parametrize("kind", [*SETTLING, "Widget"])
def test_the_number_it_has_already_is_a_success_that_changes_nothing(bench: CommandBench, kind: str) -> None:
    bench.create(a_manifest(kind))
    if kind != "Widget":
        bench.settle(kind)
    before = bench.read(kind)
    assert bench.obeyed(Action.SCALE, kind, replicas=2)["changed"] is False
    after = bench.read(kind)
    assert after["metadata"]["generation"] == before["metadata"]["generation"]
    assert after["metadata"].get("managedFields") == before["metadata"].get("managedFields")


def test_a_precondition_that_does_not_hold_changes_nothing(deployment: CommandBench) -> None:
    error = deployment.refused(Action.SCALE, "Deployment", replicas=5, currentReplicas=3)
    assert "2 replicas, not for 3 (currentReplicas)" in error
    error = deployment.refused(Action.SCALE, "Deployment", replicas=5, resourceVersion="1")
    assert "not at 1 (resourceVersion)" in error
    assert replicas(deployment) == 2


def test_preconditions_that_hold_let_the_change_through(deployment: CommandBench) -> None:
    deployment.settle("Deployment")
    version = deployment.read("Deployment")["metadata"]["resourceVersion"]
    deployment.obeyed(Action.SCALE, "Deployment", replicas=3, currentReplicas=2, resourceVersion=version)
    assert replicas(deployment) == 3


def test_a_controller_that_writes_at_the_same_time_is_no_failure(bench: CommandBench) -> None:
    for number in range(6):
        bench.create(a_manifest("Deployment", f"busy-{number}", replicas=3))
        output = bench.obeyed(Action.SCALE, "Deployment", f"busy-{number}", replicas=4)
        assert output["changed"]


def test_an_autoscaler_that_may_undo_the_change_is_named(deployment: CommandBench) -> None:
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 1,
        "maxReplicas": 9,
    }
    body: Json = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "keeper"},
        "spec": spec,
    }
    path = f"/apis/autoscaling/v2/namespaces/{deployment.by_agent}/horizontalpodautoscalers"
    deployment.cluster.api.request("POST", path, body)
    (warning,) = deployment.obeyed(Action.SCALE, "Deployment", replicas=3)["warnings"]
    assert "keeper keeps 1 to 9 replicas" in warning


def test_the_replica_set_of_a_deployment_is_scaled_with_a_warning_and_set_back(deployment: CommandBench) -> None:
    deployment.settle("Deployment")
    (found,) = deployment.items("ReplicaSet")
    name = found["metadata"]["name"]
    (warning,) = deployment.obeyed(Action.SCALE, "ReplicaSet", name, replicas=1)["warnings"]
    assert warning.endswith("is controlled by Deployment web, which may override this number")
    deployment.wait("set back", lambda: deployment.read("ReplicaSet", name)["spec"]["replicas"] == 2)


@pytest.mark.parametrize("kind", ["DaemonSet", "Pod", "ConfigMap", "Job", "no"])
def test_what_has_no_scale_is_refused_by_name(bench: CommandBench, kind: str) -> None:
    error = bench.refused(Action.SCALE, kind, replicas=3)
    assert error.startswith("kind: ")
    assert error.endswith("cannot be scaled: it has no scale subresource")


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Widget"])
def test_what_does_not_exist_is_not_found(bench: CommandBench, kind: str) -> None:
    error = bench.refused(Action.SCALE, kind, "nothing", replicas=1)
    assert "not found" in error
    assert f"{kind} {bench.by_agent}/nothing" in error


def test_a_kind_that_is_not_served_or_is_none_is_refused(bench: CommandBench) -> None:
    assert "nothing that is served has this name" in bench.refused(Action.SCALE, "Gadget", replicas=1)
    for kind in ("deployments/scale", "../secrets", "%2e%2e"):
        assert "cannot be the name of a kind" in bench.refused(Action.SCALE, kind, replicas=1)


def test_a_protected_namespace_stays_as_it_is(bench: CommandBench) -> None:
    path = "/apis/apps/v1/namespaces/kube-system/deployments"
    bench.cluster.api.request("POST", path, a_manifest("Deployment", "guarded", replicas=1))
    error = bench.refused(Action.SCALE, "deploy", "guarded", namespace="kube-system", replicas=0)
    assert error == "namespace kube-system is protected (AGENT_PROTECTED_NAMESPACES)"
    assert bench.cluster.api.get(f"{path}/guarded")["spec"]["replicas"] == 1
    bench.cluster.api.request("DELETE", f"{path}/guarded")


def test_the_assistant_changes_nothing(deployment: CommandBench) -> None:
    assert "topic ai may only read" in deployment.refused(Action.SCALE, "Deployment", topic=Topic.AI, replicas=0)
    assert replicas(deployment) == 2


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "replicas"),
        ({"replicas": "many"}, "replicas"),
        ({"replicas": -1}, "replicas"),
        ({"replicas": 2**31}, "replicas"),
        ({"replicas": 1.5}, "1.5"),
        ({"replicas": 1, "currentReplicas": "x"}, "currentReplicas"),
        ({"replicas": 1, "resourceVersion": []}, "resourceVersion"),
    ],
)
def test_what_cannot_be_understood_is_answered_by_the_name_of_the_field(
    deployment: CommandBench, params: Json, field: str
) -> None:
    assert field in deployment.refused(Action.SCALE, "Deployment", **params)
    assert replicas(deployment) == 2
