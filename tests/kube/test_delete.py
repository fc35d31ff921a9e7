"""`delete` and `delete_pod`, with `kubectl delete` as the oracle."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.command_bench import CommandBench, bench_of
from tests.kube.command_objects import a_manifest, serve_widgets
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

OWNERS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]
LEFT = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod"]


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


def left(bench: CommandBench, namespace: str) -> dict[str, list[tuple[str, ...]]]:
    """What there is in a namespace, by kind: for every object the kinds that own it."""
    return {
        kind: sorted(
            tuple(owner["kind"] for owner in found["metadata"].get("ownerReferences", ()))
            for found in bench.items(kind, namespace)
            if "deletionTimestamp" not in found["metadata"]
        )
        for kind in LEFT
    }


def require_the_same_is_left(bench: CommandBench, expected: dict[str, int]) -> None:
    """Both sides end with so many objects of each kind, and with the same owners."""

    def ended() -> bool:
        expected_left, found = (left(bench, namespace) for namespace in bench.sides)
        return expected_left == found and {kind: len(objects) for kind, objects in found.items()} == expected

    try:
        bench.wait("what is left", ended)
    finally:
        assert left(bench, bench.by_agent) == left(bench, bench.by_kubectl)


def pod(name: str = "web", **metadata: object) -> Json:
    made = a_manifest("Pod", name)
    made["metadata"] |= metadata
    return made


def uid_of(bench: CommandBench, kind: str, name: str = "web") -> str:
    return str(bench.read(kind, name)["metadata"]["uid"])


@pytest.mark.parametrize("policy", ["Background", "Foreground", "Orphan"])
@pytest.mark.parametrize("kind", OWNERS)
def test_what_an_object_owns_goes_or_stays_as_by_kubectl(bench: CommandBench, kind: str, policy: str) -> None:
    bench.create(a_manifest(kind))
    bench.settle(kind)
    pods, sets = len(bench.pods()), len(bench.items("ReplicaSet"))
    uid = uid_of(bench, kind)
    bench.kubectl("delete", f"{kind.lower()}/web", f"--cascade={policy.lower()}", "--wait=false")
    output = bench.obeyed(Action.DELETE, kind, propagationPolicy=policy)
    assert output["uid"] == uid
    if policy == "Background":
        assert output == {"state": "deleted", "uid": uid, "warnings": []}
    else:
        finalizer = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}[policy]
        assert (output["state"], output["finalizers"]) == ("terminating", [finalizer])
    nothing = dict.fromkeys(LEFT, 0)
    kept = {"ReplicaSet": 0 if kind == "ReplicaSet" else sets, "Pod": pods} if policy == "Orphan" else {}
    require_the_same_is_left(bench, nothing | kept)


@pytest.mark.parametrize("named", ["Widget", "wd", "ConfigMap", "cm"])
def test_any_kind_is_deleted_by_any_of_its_names(bench: CommandBench, named: str) -> None:
    kind = {"wd": "Widget", "cm": "ConfigMap"}.get(named, named)
    manifest = a_manifest(kind) if kind == "Widget" else _config_map()
    bench.create(manifest)
    bench.kubectl("delete", named, "web")
    assert bench.obeyed(Action.DELETE, named)["state"] == "deleted"
    assert not any(bench.exists(kind, namespace=namespace) for namespace in bench.sides)


def _config_map(name: str = "web") -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"key": "value"}}


@pytest.mark.parametrize("action", [Action.DELETE, Action.DELETE_POD])
def test_a_pod_that_is_deleted_gets_its_grace_as_by_kubectl(bench: CommandBench, action: Action) -> None:
    slow = pod(annotations={"testbed/stop-after": "grace"})
    slow["spec"]["terminationGracePeriodSeconds"] = 600
    bench.create(slow)
    bench.wait_for_both("running", lambda side: bool(bench.read("Pod", "web", side)["status"]["phase"] == "Running"))
    bench.kubectl("delete", "pod/web", "--wait=false", "--grace-period=300")
    output = bench.obeyed(action, "Pod", gracePeriodSeconds=300)
    uid = uid_of(bench, "Pod")
    assert (output["state"], output["uid"], output["gracePeriodSeconds"]) == ("terminating", uid, 300)
    assert output["warnings"] == ["no controller makes it again"]
    bench.require_alike("Pod")
    again = bench.obeyed(action, "Pod", force=True)
    assert again["state"] == "deleted"
    assert any("terminating already" in warning for warning in again["warnings"])
    bench.kubectl("delete", "pod/web", "--force")
    assert not any(bench.exists("Pod", namespace=namespace) for namespace in bench.sides)


@pytest.mark.parametrize("params", [{"force": True}, {"force": True, "gracePeriodSeconds": 0}])
def test_a_forced_deletion_is_kubectls(bench: CommandBench, params: Json) -> None:
    bench.create(pod(annotations={"testbed/stop-after": "grace"}))
    bench.kubectl("delete", "pod/web", "--force", "--wait=false")
    output = bench.obeyed(Action.DELETE_POD, "Pod", **params)
    assert output["state"] == "deleted"
    assert any("may run on its node" in warning for warning in output["warnings"])
    assert not any(bench.exists("Pod", namespace=namespace) for namespace in bench.sides)


def test_finalizers_that_hold_a_pod_are_reported(bench: CommandBench) -> None:
    bench.create(pod(finalizers=["tests.example/hold"]))
    bench.kubectl("delete", "pod/web", "--wait=false", "--grace-period=5")
    output = bench.obeyed(Action.DELETE, "Pod", gracePeriodSeconds=5)
    assert (output["state"], output["finalizers"]) == ("terminating", ["tests.example/hold"])
    for namespace in bench.sides:
        bench.cluster.api.patch(bench.path("Pod", namespace=namespace), {"metadata": {"finalizers": None}})
    bench.wait_for_both("gone", lambda side: not bench.exists("Pod", namespace=side))


def test_a_pod_that_came_back_under_its_name_is_not_hit(bench: CommandBench) -> None:
    bench.create(a_manifest("StatefulSet"))
    bench.settle("StatefulSet")
    first = uid_of(bench, "Pod", "web-0")
    bench.obeyed(Action.DELETE_POD, "Pod", "web-0", uid=first)
    bench.wait("back", lambda: bench.exists("Pod", "web-0") and uid_of(bench, "Pod", "web-0") != first)
    second = uid_of(bench, "Pod", "web-0")
    error = bench.refused(Action.DELETE_POD, "Pod", "web-0", uid=first)
    assert f"its uid is {second}, not {first}" in error
    bench.settle("StatefulSet")
    assert uid_of(bench, "Pod", "web-0") == second
    assert "deletionTimestamp" not in bench.read("Pod", "web-0")["metadata"]


def test_preconditions_and_dry_runs_change_nothing(bench: CommandBench) -> None:
    bench.create(_config_map())
    before = bench.read("ConfigMap")
    assert bench.obeyed(Action.DELETE, "ConfigMap", dryRun=True)["state"] == "dry_run"
    assert "its resourceVersion is" in bench.refused(Action.DELETE, "ConfigMap", resourceVersion="1")
    assert "its uid is" in bench.refused(Action.DELETE, "ConfigMap", uid="another")
    assert bench.read("ConfigMap") == before
    version = before["metadata"]["resourceVersion"]
    bench.obeyed(Action.DELETE, "ConfigMap", resourceVersion=version, uid=before["metadata"]["uid"])
    assert not bench.exists("ConfigMap")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Namespace", "shop"),
        ("ns", "shop"),
        ("Node", "node-0"),
        ("no", "node-0"),
        ("PersistentVolume", "pv"),
        ("crd", "widgets.tests.example"),
        ("CustomResourceDefinition", "widgets.tests.example"),
        ("apiservices", "v1beta1.metrics.k8s.io"),
    ],
)
def test_what_takes_others_with_it_is_refused_by_any_name(bench: CommandBench, kind: str, name: str) -> None:
    result = bench.order(Action.DELETE, kind, name, namespace="")
    assert not result.success
    assert "is not among the kinds that may be deleted (AGENT_DELETE_KINDS)" in result.error


def test_what_is_not_there_or_not_permitted_is_refused(bench: CommandBench) -> None:
    assert "not found" in bench.refused(Action.DELETE, "ConfigMap", "gone")
    assert "not found" in bench.refused(Action.DELETE_POD, "Pod", "gone")
    assert "nothing that is served has this name" in bench.refused(Action.DELETE, "Gadget")
    assert "AGENT_PROTECTED_NAMESPACES" in bench.refused(Action.DELETE, "cm", namespace="kube-system")
    assert "AGENT_PROTECTED_NAMESPACES" in bench.refused(Action.DELETE_POD, "Pod", namespace="kube-system")
    assert "topic ai may only read" in bench.refused(Action.DELETE, "ConfigMap", topic=Topic.AI)
    assert bench.refused(Action.DELETE, "ConfigMap", namespace="").startswith("namespace: is required")
    assert bench.refused(Action.DELETE, "clusterroles", "view").startswith("namespace: must be left out")
    assert bench.refused(Action.DELETE, "ConfigMap", "../secrets/x").startswith("name: ")
    assert bench.refused(Action.DELETE_POD, "Deployment").startswith("kind: must be Pod")
    assert "only with force=true" in bench.refused(Action.DELETE_POD, "Pod", gracePeriodSeconds=0)
    assert bench.refused(Action.DELETE, "Pod", propagationPolicy="Cascade").startswith("propagationPolicy: ")


@pytest.fixture
def account(bench: CommandBench) -> Iterator[str]:
    """A service account on the agent's side that may do everything."""
    name, binding = "own", f"own-{bench.by_agent}"
    body: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    bench.cluster.api.request("POST", f"/api/v1/namespaces/{bench.by_agent}/serviceaccounts", body)
    bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    body = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": binding},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": bench.by_agent}],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    }
    bench.cluster.api.request("POST", bindings, body)
    yield name
    bench.cluster.api.request("DELETE", f"{bindings}/{binding}")


def token_of_pod(bench: CommandBench, account: str, name: str) -> str:
    """A token that is bound to a pod, as every one is that a kubelet gives out."""
    reference = {"apiVersion": "v1", "kind": "Pod", "name": name, "uid": uid_of(bench, "Pod", name)}
    body: Json = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": 3600, "boundObjectRef": reference},
    }
    path = f"/api/v1/namespaces/{bench.by_agent}/serviceaccounts/{account}/token"
    return str(bench.cluster.api.request("POST", path, body)["status"]["token"])


def test_an_agent_never_deletes_what_it_runs_in(bench: CommandBench, account: str, tmp_path: Path) -> None:
    workload = a_manifest("Deployment", "mine", replicas=1)
    workload["spec"]["template"]["spec"]["serviceAccountName"] = account
    path = f"/apis/apps/v1/namespaces/{bench.by_agent}/deployments"
    bench.cluster.api.request("POST", path, workload)
    bench.wait("a pod", lambda: len(bench.pods()) == 1)
    ((uid, name),) = bench.pods().items()
    bench.create(pod("other"))
    token = token_of_pod(bench, account, name)
    kubeconfig = bench.cluster.tokens.token_kubeconfig(tmp_path / "kubeconfig", token)
    environ = {"AGENT_KUBECONFIG": str(kubeconfig), "AGENT_CLUSTER_ID": "own"}
    with running_agent(tmp_path, "own", environ) as own:
        own_bench = CommandBench(bench.cluster, own, *bench.sides)
        (replica_set,) = bench.items("ReplicaSet")
        assert "this is the agent's own pod" in own_bench.refused(Action.DELETE_POD, "Pod", name, force=True)
        for kind, of_kind in (("po", name), ("deploy", "mine"), ("rs", replica_set["metadata"]["name"])):
            assert "agent" in own_bench.refused(Action.DELETE, kind, of_kind)
        assert uid in bench.pods()
        assert own_bench.obeyed(Action.DELETE_POD, "Pod", "other")["uid"]
