"""The components as an administrator installs them: each is accepted, `check` finds its actions granted, and no more.

Cases follow from the roles and from the table of actions.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import ResultPost
from adapters.kubernetes.action_rights import ACTION_RIGHTS
from adapters.kubernetes.kind_row import RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import role_name, rules
from domain.commands.actions import Action
from tests.kube.agent import running_agent, running_master
from tests.kube.test_least_privilege import ACCOUNT, BASE, NAMESPACE, in_cluster, user_of
from tests.kube.testbed.audit import denials
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ClusterError, Json
from tests.kube.testbed.loopback import wait_for
from tests.support.agent_process import CONSOLE_SCRIPT, clean_environment

COMPONENTS = BASE.parent / "components"
CHOSEN = [role for role in RbacRole if role is not RbacRole.READ]
SETTLE_SECONDS = 60


@pytest.fixture(scope="module")
def deployed(cluster: Cluster) -> None:
    """The base alone."""
    cluster.kubectl("apply", f"--kustomize={BASE}")
    accounts = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
    wait_for("service account", lambda: len(cluster.api.items(accounts)) > 1, SETTLE_SECONDS, cluster.check)


def install(cluster: Cluster, directory: Path, *roles: RbacRole) -> str:
    """Apply the base with these components, as an overlay; what kubectl said."""
    overlay = {
        "resources": [os.path.relpath(BASE, directory)],
        "components": [os.path.relpath(COMPONENTS / role.value, directory) for role in roles],
    }
    (directory / "kustomization.yaml").write_text(json.dumps(overlay))
    done = cluster.kubectl("apply", f"--kustomize={directory}")
    return done.stdout + done.stderr


def remove(cluster: Cluster, *roles: RbacRole) -> None:
    for role in roles:
        for plural in ("clusterrolebindings", "clusterroles"):
            path = f"/apis/rbac.authorization.k8s.io/v1/{plural}/{role_name(role)}"
            cluster.api.request("DELETE", path)


@pytest.fixture(params=CHOSEN, ids=[role.value for role in CHOSEN])
def chosen(request: pytest.FixtureRequest, cluster: Cluster, deployed: None, tmp_path: Path) -> Iterator[RbacRole]:
    """One component beside the base."""
    role: RbacRole = request.param
    said = install(cluster, tmp_path, role)
    assert "warning" not in said.lower()
    assert f"{role_name(role)} created" in said
    yield role
    remove(cluster, role)


def statuses(cluster: Cluster, directory: Path, **environ: str) -> dict[str, str]:
    """What `check` says of each subject, as the deployed account."""
    with running_master() as master:
        account = in_cluster(cluster, directory, NAMESPACE, ACCOUNT)
        everything = ",".join(Action)
        wanted = clean_environment(
            {**account, "AGENT_MASTER_URL": master.url, "AGENT_ALLOWED_ACTIONS": everything, **environ}
        )
        command = [str(CONSOLE_SCRIPT), "check", "--json"]
        done = subprocess.run(command, env=wanted, text=True, capture_output=True, check=False)
    assert done.stderr == ""
    report: Json = json.loads(done.stdout)
    return {one["subject"]: one["status"] for one in report["findings"]}


def expected_status(action: Action, chosen: RbacRole) -> str:
    """A role may grant what another one's action needs: who may apply workloads may restart them, too."""
    granted = {
        (rule.group, resource, verb)
        for role in (RbacRole.READ, chosen)
        for rule in rules(KINDS, role)
        for resource in rule.resources
        for verb in rule.verbs
    }
    needed = {
        (rule.group, resource, verb)
        for rule in ACTION_RIGHTS[action].rules
        for resource in rule.resources
        for verb in rule.verbs
    }
    return "ok" if needed <= granted else "off"


def test_a_component_grants_its_actions_and_no_others(cluster: Cluster, chosen: RbacRole, tmp_path: Path) -> None:
    expected = {action.value: expected_status(action, chosen) for action in Action if ACTION_RIGHTS[action].role}
    expected["Secret"] = "ok" if chosen is RbacRole.SECRETS else "off"
    expected["events on targets"] = "ok" if chosen is RbacRole.EVENTS else "off"
    found: dict[str, str] = {}

    def known() -> bool:
        found.update(statuses(cluster, tmp_path))
        return expected.items() <= found.items()

    with contextlib.suppress(ClusterError):
        wait_for("the rights to be known", known, SETTLE_SECONDS, cluster.check)
    assert {subject: found[subject] for subject in expected} == expected


def scale(
    cluster: Cluster, cluster_uid: str, namespace: str, directory: Path, *roles: RbacRole
) -> tuple[ResultPost | None, list[str]]:
    """Scale a Deployment to 3 as the deployed account with these components; the result, and what was denied."""
    install(cluster, directory, *roles)
    user = user_of(NAMESPACE, ACCOUNT)
    before = len(denials(cluster.audit_log, user))
    cluster.kubectl("create", "deployment", "web", f"--namespace={namespace}", "--image=registry.example/app:1")
    request = CommandRequest(
        action="scale",
        cluster_id=cluster_uid,
        kind="deploy",
        namespace=namespace,
        name="web",
        params={"replicas": 3},
    )
    try:
        with running_agent(directory, cluster_uid, in_cluster(cluster, directory, NAMESPACE, ACCOUNT)) as agent:
            result = agent.order(request).result
            if RbacRole.EVENTS in roles:
                agent.wait_for("the event", lambda: bool(left_by_the_agent(cluster, namespace)))
            else:
                agent.line("no events are left on what commands change: not granted")
            assert agent.stop() == 0
    finally:
        remove(cluster, *roles)
    return result, denials(cluster.audit_log, user)[before:]


def left_by_the_agent(cluster: Cluster, namespace: str) -> list[Json]:
    events = cluster.api.items(f"/apis/events.k8s.io/v1/namespaces/{namespace}/events")
    return [event for event in events if event.get("reportingController") == "atlhyper.io/agent"]


def test_scaling_with_its_component_is_denied_nothing_and_leaves_no_event(
    cluster: Cluster, cluster_uid: str, deployed: None, namespace: str, tmp_path: Path
) -> None:
    result, denied = scale(cluster, cluster_uid, namespace, tmp_path, RbacRole.WORKLOADS)
    assert result is not None
    assert (result.success, result.error) == (True, "")
    assert cluster.api.get(f"/apis/apps/v1/namespaces/{namespace}/deployments/web")["spec"]["replicas"] == 3
    assert denied == []
    assert left_by_the_agent(cluster, namespace) == []


def test_with_the_component_for_events_kubectl_tells_who_scaled(
    cluster: Cluster, cluster_uid: str, deployed: None, namespace: str, tmp_path: Path
) -> None:
    result, denied = scale(cluster, cluster_uid, namespace, tmp_path, RbacRole.WORKLOADS, RbacRole.EVENTS)
    assert result is not None
    assert result.success, result.error
    assert denied == []
    described = cluster.kubectl("describe", "deployment", "web", f"--namespace={namespace}").stdout
    (line,) = [text for text in described.splitlines() if "AtlhyperScaled" in text]
    assert "Normal" in line
    assert f"command {result.command_id}" in line
