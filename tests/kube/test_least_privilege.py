"""The agent under exactly the rights that its manifests grant, and under fewer.

The API server's audit log is the judge: nothing was denied, nothing was written.
"""

import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.demo_master.actions import CommandRequest
from tests.kube.agent import running_agent
from tests.kube.oracles.judge import by_key
from tests.kube.oracles.world import PATHS
from tests.kube.testbed.audit import denials, entries
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

BASE = Path(__file__).parents[2] / "deploy" / "kustomize" / "base"
NAMESPACE, ACCOUNT = "atlhyper", "atlhyper-agent"
READING_VERBS = {"get", "list", "watch"}
SETTLE_SECONDS = 60
TICKS = 5
USAGE_PERIOD_SECONDS = 15
AUDIT_SECONDS = 30
CLUSTER_SCOPED = ("nodes", "namespaces", "pvs")


def user_of(namespace: str, account: str) -> str:
    return f"system:serviceaccount:{namespace}:{account}"


def in_cluster(cluster: Cluster, directory: Path, namespace: str, account: str) -> dict[str, str]:
    """The environment of a pod of this service account."""
    files = directory / "serviceaccount"
    environ = cluster.tokens.write_service_account(files, namespace, account)
    return {**environ, "AGENT_SERVICE_ACCOUNT_DIRECTORY": str(files)}


@pytest.fixture(scope="module")
def deployed(cluster: Cluster) -> str:
    """What kubectl said when the manifests were tried, and when they were applied; without warnings."""
    said = []
    # A dry run makes no namespace that the others could be tried in.
    said.append(cluster.kubectl("apply", f"--filename={BASE / 'namespace.yaml'}"))
    said.append(cluster.kubectl("apply", "--dry-run=server", f"--kustomize={BASE}"))
    said.append(cluster.kubectl("apply", f"--kustomize={BASE}"))
    accounts = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
    wait_for("service account", lambda: len(cluster.api.items(accounts)) > 1, SETTLE_SECONDS, cluster.check)
    return "".join(done.stdout + done.stderr for done in said)


def test_the_manifests_are_accepted_without_a_warning(deployed: str) -> None:
    lines = deployed.splitlines()
    assert [line for line in lines if "warning" in line.lower()] == []
    for what in ("namespace", "serviceaccount", "configmap", "deployment.apps"):
        assert any(line.startswith(f"{what}/") and "(server dry run)" in line for line in lines), deployed
        assert any(line.startswith(f"{what}/") and "(server dry run)" not in line for line in lines), deployed


def test_its_pod_meets_pod_security_restricted_and_runs(cluster: Cluster, deployed: str) -> None:
    labels = cluster.api.get(f"/api/v1/namespaces/{NAMESPACE}")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"

    def one_runs() -> bool:
        pods = cluster.api.items(f"/api/v1/namespaces/{NAMESPACE}/pods")
        return [pod["status"].get("phase") for pod in pods] == ["Running"]

    wait_for("the pod", one_runs, SETTLE_SECONDS, cluster.check)
    (pod,) = cluster.api.items(f"/api/v1/namespaces/{NAMESPACE}/pods")
    assert pod["spec"]["serviceAccountName"] == ACCOUNT


def test_applying_the_manifests_again_changes_nothing(cluster: Cluster, deployed: str) -> None:
    done = cluster.kubectl("apply", f"--kustomize={BASE}")
    assert done.stderr == ""
    assert all(line.endswith(" unchanged") for line in done.stdout.splitlines())


def test_the_granted_role_is_enough_for_all_but_secrets_and_nothing_is_written(
    cluster: Cluster, cluster_uid: str, deployed: str, usage: None, tmp_path: Path
) -> None:
    user = user_of(NAMESPACE, ACCOUNT)
    # Other tests give the same account more rights for a while, and take them away.
    refused_before, written_before = len(denials(cluster.audit_log, user)), len(writes(cluster, user))
    with running_agent(tmp_path, cluster_uid, in_cluster(cluster, tmp_path, NAMESPACE, ACCOUNT)) as agent:
        snapshot = agent.push(TICKS).parsed()
        agent.wait_for("another poll of usage", lambda: polled_again(cluster, user), 4 * USAGE_PERIOD_SECONDS)
        status = agent.status()
        assert agent.stop() == 0
        output = agent.output
    expected = dict.fromkeys(status["kinds"], "live") | {"Secret": "forbidden"}
    assert {kind: known["state"] for kind, known in status["kinds"].items()} == expected
    assert status["usage"]["state"] == "live"
    assert [kind for kind in PATHS if not snapshot[kind]] == ["secrets"]
    assert any(pod["status"].get("cpuUsage") for pod in snapshot["pods"])
    assert [line for line in output.splitlines() if '"level": "info"' not in line] == []
    assert "kind is not followed" in output
    watched = {path.rpartition("/")[2] for path in PATHS.values()} - {"secrets"} | {"endpointslices"}
    wait_for("the entries of the watches", lambda: watched <= watches(cluster, user), AUDIT_SECONDS)
    # Secrets are asked about first, because their right is likely to be missing.
    assert denials(cluster.audit_log, user)[refused_before:] == []
    # Who one is and whether a right is there is asked by creating a review, which is not kept.
    written = {entry["objectRef"]["resource"] for entry in writes(cluster, user)[written_before:]}
    assert written <= {"selfsubjectaccessreviews", "selfsubjectreviews"}


def test_the_component_for_secrets_adds_what_is_missing(
    cluster: Cluster, cluster_uid: str, deployed: str, tmp_path: Path
) -> None:
    user = user_of(NAMESPACE, ACCOUNT)
    refused_before = len(denials(cluster.audit_log, user))
    component = BASE.parent / "components" / "secrets"
    overlay = {"resources": [os.path.relpath(BASE, tmp_path)], "components": [os.path.relpath(component, tmp_path)]}
    (tmp_path / "kustomization.yaml").write_text(json.dumps(overlay))
    cluster.kubectl("apply", f"--kustomize={tmp_path}")
    try:
        with running_agent(tmp_path, cluster_uid, in_cluster(cluster, tmp_path, NAMESPACE, ACCOUNT)) as agent:
            snapshot = agent.push(1).parsed()
            status = agent.status()
            assert agent.stop() == 0
    finally:
        cluster.kubectl("delete", "clusterrolebinding", "atlhyper-agent-secrets")
    assert {known["state"] for known in status["kinds"].values()} == {"live"}
    assert [kind for kind in PATHS if not snapshot[kind]] == []
    assert denials(cluster.audit_log, user)[refused_before:] == []


def polled_again(cluster: Cluster, user: str) -> bool:
    return sum(path == "/apis/metrics.k8s.io/v1beta1/pods" for path in requests(cluster, user)) > 1


def requests(cluster: Cluster, user: str) -> list[str]:
    return [entry["requestURI"].partition("?")[0] for entry in entries(cluster.audit_log, user)]


def writes(cluster: Cluster, user: str) -> list[Json]:
    return [entry for entry in entries(cluster.audit_log, user) if entry["verb"] not in READING_VERBS]


def watches(cluster: Cluster, user: str) -> set[str]:
    """Resources whose watch has ended."""
    return {entry["objectRef"]["resource"] for entry in entries(cluster.audit_log, user) if entry["verb"] == "watch"}


class Rights:
    """A service account that may do what a test says."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self.namespace = namespace
        self.user = user_of(namespace, "agent")
        self._made: list[str] = []
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "agent"}}
        cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", account)

    def grant(self, *rules: Json, everywhere: bool) -> None:
        """In the whole cluster, or in the account's namespace only."""
        prefix = "Cluster" if everywhere else ""
        group = "rbac.authorization.k8s.io"
        scope = "" if everywhere else f"/namespaces/{self.namespace}"
        root, name = f"/apis/{group}/v1{scope}", f"agent-{self.namespace}"
        head: Json = {"apiVersion": f"{group}/v1", "metadata": {"name": name}}
        role = {**head, "kind": f"{prefix}Role", "rules": list(rules)}
        subject = {"kind": "ServiceAccount", "name": "agent", "namespace": self.namespace}
        reference = {"apiGroup": group, "kind": role["kind"], "name": name}
        binding = {**head, "kind": f"{prefix}RoleBinding", "subjects": [subject], "roleRef": reference}
        for plural, body in ((f"{prefix.lower()}roles", role), (f"{prefix.lower()}rolebindings", binding)):
            self._cluster.api.request("POST", f"{root}/{plural}", body)
            self._made.append(f"{root}/{plural}/{name}")

    def revoke(self) -> None:
        for path in self._made:
            self._cluster.api.request("DELETE", path)

    def environ(self, directory: Path) -> dict[str, str]:
        return in_cluster(self._cluster, directory, self.namespace, "agent")


@pytest.fixture
def rights(cluster: Cluster, namespace: str) -> Iterator[Rights]:
    made = Rights(cluster, namespace)
    yield made
    made.revoke()


def reading(*resources: str, group: str = "") -> Json:
    return {"apiGroups": [group], "resources": list(resources), "verbs": ["get", "list", "watch"]}


def test_where_only_namespaces_may_be_listed_they_are_sent_and_the_rest_is_explained(
    cluster: Cluster, cluster_uid: str, rights: Rights, tmp_path: Path
) -> None:
    rights.grant(reading("namespaces"), everywhere=True)
    with running_agent(tmp_path, cluster_uid, rights.environ(tmp_path)) as agent:
        snapshot = agent.push(1).parsed()
        start = agent.line("cluster synced")
        status = agent.status()
        ready, _ = agent.ask("/readyz")
        assert agent.stop() == 0
    assert len(snapshot["namespaces"]) > 4
    assert [kind for kind in PATHS if snapshot[kind]] == ["namespaces"]
    assert ready == http.client.OK
    assert status["usage"]["state"] == "forbidden"
    assert {kind for kind, known in status["kinds"].items() if known["state"] == "live"} == {"Namespace"}
    assert start["missing"].keys() == status["kinds"].keys() - {"Namespace"}
    resources = set(map(resource_of, PATHS.values())) - {"namespaces"} | {"endpointslices.discovery.k8s.io"}
    reasons = {kind: known["reason"] for kind, known in status["kinds"].items() if kind != "Namespace"}
    for texts in (reasons, start["missing"]):
        granted = {text.partition("grant get, list, watch on ")[2].split()[0].strip(",;") for text in texts.values()}
        assert granted == resources


def resource_of(path: str) -> str:
    """As roles name it: `pods`, `deployments.apps`."""
    _, root, group, *_, plural = path.split("/")
    return f"{plural}.{group}" if root == "apis" else plural


def test_a_missing_right_is_asked_about_and_not_tried_again_and_again(
    cluster: Cluster, cluster_uid: str, rights: Rights, tmp_path: Path
) -> None:
    rights.grant(reading("namespaces"), everywhere=True)
    with running_agent(tmp_path, cluster_uid, rights.environ(tmp_path)) as agent:
        agent.push(TICKS)
        assert agent.stop() == 0
    refused = denials(cluster.audit_log, rights.user)
    # Once for each list but that of namespaces, for EndpointSlices, and for usage of pods and of nodes.
    assert len(refused) == len(set(refused)) <= len(PATHS) - 1 + 1 + 2, refused


def test_restricted_to_a_namespace_no_cluster_role_is_needed_and_nothing_is_denied(
    cluster: Cluster, rights: Rights, tmp_path: Path
) -> None:
    groups: dict[str, list[str]] = {}
    for path in [path for kind, path in PATHS.items() if kind not in CLUSTER_SCOPED]:
        _, root, group, *_, plural = path.split("/")
        groups.setdefault(group if root == "apis" else "", []).append(plural)
    groups["discovery.k8s.io"] = ["endpointslices"]
    groups["metrics.k8s.io"] = ["pods"]
    rules = [reading(*plurals, group=group) for group, plurals in groups.items()]
    rights.grant(*rules, everywhere=False)
    cluster.kubectl("run", "alone", f"--namespace={rights.namespace}", "--image=registry.example/app:1")
    environ = {"AGENT_NAMESPACES": rights.namespace, "AGENT_CLUSTER_ID": "restricted", **rights.environ(tmp_path)}
    with running_agent(tmp_path, "restricted", environ) as agent:
        snapshot = agent.push(TICKS).parsed()
        status = agent.status()
        assert agent.stop() == 0
    assert [pod["summary"]["name"] for pod in snapshot["pods"]] == ["alone"]
    assert [kind for kind in CLUSTER_SCOPED if snapshot[kind]] == []
    namespaces = {key[0] for kind in PATHS for key in by_key(snapshot[kind])}
    assert namespaces == {rights.namespace}
    expected = dict.fromkeys(status["kinds"], "live")
    expected |= dict.fromkeys(("Node", "Namespace", "PersistentVolume"), "forbidden")
    assert {kind: known["state"] for kind, known in status["kinds"].items()} == expected
    assert denials(cluster.audit_log, rights.user) == []


def test_without_the_right_to_scale_a_command_is_answered_with_what_is_missing(
    cluster: Cluster, cluster_uid: str, rights: Rights, tmp_path: Path
) -> None:
    rights.grant(reading("pods", "nodes", "namespaces"), everywhere=True)
    cluster.kubectl("create", "deployment", "web", f"--namespace={rights.namespace}", "--image=registry.example/app:1")
    request = CommandRequest(
        action="scale",
        cluster_id=cluster_uid,
        kind="Deployment",
        namespace=rights.namespace,
        name="web",
        params={"replicas": 3},
    )
    with running_agent(tmp_path, cluster_uid, rights.environ(tmp_path)) as agent:
        result = agent.order(request).result
        assert agent.stop() == 0
    assert result is not None
    assert not result.success
    assert "forbidden" in result.error
    assert "deployments/scale" in result.error
    deployment = cluster.api.get(f"/apis/apps/v1/namespaces/{rights.namespace}/deployments/web")
    assert deployment["spec"]["replicas"] == 1
