"""The preflight against a real authoriser: each right that is taken away is missed, each line that it prints grants.

Cases follow from the rows and roles: a kind or an action that is added is tried here without a word more.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.needs import needs
from adapters.kubernetes.preflight import KubernetesPreflight
from domain.preflight.rights import Access, Need, Right
from tests.kube.agent import PATIENCE_SECONDS, running_master
from tests.kube.test_least_privilege import ACCOUNT, BASE, NAMESPACE, Rights, in_cluster, user_of
from tests.kube.testbed.audit import denials, entries
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for
from tests.support.agent_process import CONSOLE_SCRIPT, clean_environment

GROUP = "rbac.authorization.k8s.io"
NEEDS = needs()
SUBJECTS = [need.subject for need in NEEDS]


class Account:
    """A service account whose rights a test chooses, and the preflight as it sees it."""

    def __init__(self, cluster: Cluster, namespace: str, directory: Path, *, restricted: bool) -> None:
        self._cluster = cluster
        self.namespace = namespace
        self.name = f"check-{namespace}"
        self.scopes = (namespace,) if restricted else ()
        body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": self.name}}
        cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/serviceaccounts", body)
        self._kubeconfig = cluster.tokens.token_kubeconfig(
            directory / "kubeconfig", cluster.tokens.token(namespace, self.name)
        )
        self._roles = {"": self._bind(""), **({namespace: self._bind(namespace)} if restricted else {})}
        self.needs = {need.subject: need for need in needs(namespaces=self.scopes)}

    def grant(self, rights: Sequence[Right]) -> None:
        """Exactly these, everywhere or in the namespace."""
        for place, path in self._roles.items():
            rules = [_rule(right) for right in rights if right.namespace == place]
            self._cluster.api.patch(path, {"rules": rules})

    def access(self, need: Need) -> Access:
        """What the preflight says."""

        async def ask() -> Access:
            source = KubeconfigCredentials(self._kubeconfig)
            async with KubernetesConnection(source, version="test") as connection:
                preflight = KubernetesPreflight(connection, namespaces=self.scopes)
                await preflight.see()
                return await preflight.access(need)

        return anyio.run(ask)

    def missing(self, need: Need, expected: Sequence[Right]) -> Access:
        """What is missing, once the authoriser has heard of what was granted last."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.access(need)).missing != tuple(expected) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert found.missing == tuple(expected)
        return found

    def remove(self) -> None:
        """What is of the whole cluster; the rest goes with the namespace."""
        path = self._roles[""]
        self._cluster.api.request("DELETE", path)
        self._cluster.api.request("DELETE", path.replace("clusterroles", "clusterrolebindings"))

    def _bind(self, place: str) -> str:
        prefix, scope = ("", f"/namespaces/{place}") if place else ("Cluster", "")
        root = f"/apis/{GROUP}/v1{scope}/{prefix.lower()}"
        head: Json = {"apiVersion": f"{GROUP}/v1", "metadata": {"name": self.name}}
        reference = {"apiGroup": GROUP, "kind": f"{prefix}Role", "name": self.name}
        subject = {"kind": "ServiceAccount", "name": self.name, "namespace": self.namespace}
        self._cluster.api.request("POST", f"{root}roles", {**head, "kind": f"{prefix}Role", "rules": []})
        binding = {**head, "kind": f"{prefix}RoleBinding", "roleRef": reference, "subjects": [subject]}
        self._cluster.api.request("POST", f"{root}rolebindings", binding)
        return f"{root}roles/{self.name}"


def _rule(right: Right) -> Json:
    return {"apiGroups": [right.group], "resources": [right.resource], "verbs": [right.verb]}


@pytest.fixture(scope="module", params=[False, True], ids=["everywhere", "in a namespace"])
def account(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Account]:
    namespace = f"check-{'restricted' if request.param else 'wide'}"
    body: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    cluster.api.request("POST", "/api/v1/namespaces", body)
    made = Account(cluster, namespace, tmp_path_factory.mktemp(namespace), restricted=request.param)
    yield made
    made.remove()
    cluster.api.request("DELETE", f"/api/v1/namespaces/{namespace}")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_right_that_is_taken_away_is_missed_alone(account: Account, subject: str) -> None:
    need = account.needs[subject]
    account.grant(need.rights)
    account.missing(need, ())
    for right in need.rights:
        account.grant([other for other in need.rights if other != right])
        account.missing(need, (right,))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_line_that_is_printed_grants_what_is_missing(
    cluster: Cluster, account: Account, subject: str, tmp_path: Path
) -> None:
    need = account.needs[subject]
    account.grant(())
    line = account.missing(need, need.rights).grant
    environ = {"PATH": f"{cluster.site.bin}{os.pathsep}{os.defpath}", "KUBECONFIG": str(cluster.kubeconfig)}
    # Without a home kubectl would keep its cache where the tests run.
    environ["HOME"] = str(tmp_path)
    done = subprocess.run(["/bin/sh", "-c", line], env=environ, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    account.missing(need, ())
    made = [out.split()[0] for out in done.stdout.splitlines()]
    cluster.kubectl("delete", f"--namespace={account.namespace}", *made)


def check(environ: dict[str, str]) -> tuple[int, Json]:
    """The console script's verdict."""
    command = [str(CONSOLE_SCRIPT), "check", "--json"]
    done = subprocess.run(command, env=clean_environment(environ), text=True, capture_output=True, check=False)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_what_is_deployed_lacks_nothing_changes_nothing_and_is_denied_nothing(
    cluster: Cluster, cluster_uid: str, usage: None, tmp_path: Path
) -> None:
    cluster.kubectl("apply", f"--kustomize={BASE}")
    accounts = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
    wait_for("service account", lambda: len(cluster.api.items(accounts)) > 1, PATIENCE_SECONDS, cluster.check)
    user = user_of(NAMESPACE, ACCOUNT)
    before, denied_before = len(list(entries(cluster.audit_log, user))), len(denials(cluster.audit_log, user))
    with running_master() as master:
        environ = in_cluster(cluster, tmp_path, NAMESPACE, ACCOUNT) | {"AGENT_MASTER_URL": master.url}
        code, report = check(environ)
        assert (master.heartbeats(cluster_uid), master.pushes(cluster_uid), master.rejections()) == (0, (), ())
    assert [one for one in report["findings"] if one["status"] not in {"ok", "off"}] == []
    assert (code, report["verdict"], report["clusterId"]) == (0, "ok", cluster_uid)
    off = {one["subject"]: one["detail"] for one in report["findings"] if one["status"] == "off"}
    assert off.pop("ClickHouse") == "not configured"
    assert set(off) == {need.subject for need in NEEDS if need.optional}
    assert denials(cluster.audit_log, user)[denied_before:] == []
    asked = list(entries(cluster.audit_log, user))[before:]
    written = {entry["objectRef"]["resource"] for entry in asked if entry["verb"] not in {"get", "list"}}
    assert written == {"selfsubjectreviews", "selfsubjectaccessreviews"}


def test_an_account_without_any_right_cannot_work_and_is_denied_nothing(
    cluster: Cluster, namespace: str, tmp_path: Path
) -> None:
    rights = Rights(cluster, namespace)
    code, report = check({**rights.environ(tmp_path), "AGENT_CLUSTER_ID": "nobody"})
    assert code == 2
    found = {one["subject"]: one for one in report["findings"]}
    assert found["all kinds"]["status"] == "failed"
    assert rights.user in found["API server"]["detail"]
    for need in NEEDS:
        assert len(found[need.subject]["missing"]) == len(need.rights)
        assert f"--serviceaccount={namespace}:agent" in found[need.subject]["remedy"]
    assert denials(cluster.audit_log, rights.user) == []
