"""Every action under exactly the rights of its component, and without them.

With them nothing is denied; without them the answer names the right that is missing, and nothing is changed. Whether an
action does the right thing is for its own tests; here it has to get as far as its rights let it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import pytest

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.kubernetes.action_rights import ACTION_RIGHTS
from adapters.kubernetes.kind_row import RbacRole
from domain.commands.actions import Action
from tests.kube.agent import Agent, running_agent
from tests.kube.test_least_privilege import ACCOUNT, BASE, NAMESPACE, in_cluster, user_of
from tests.kube.test_roles import CHOSEN, install, remove
from tests.kube.testbed.audit import denials
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

SETTLE_SECONDS = 60
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {key: value}\n"


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered of one action."""

    kind: str
    name: str = "web"
    params: Json = field(default_factory=dict)


ORDERS = {
    Action.SCALE: Order("Deployment", params={"replicas": 2}),
    Action.RESTART: Order("Deployment"),
    Action.UPDATE_IMAGE: Order("Deployment", params={"image": "registry.example/app:2"}),
    Action.DELETE: Order("ConfigMap", "doomed"),
    Action.DELETE_POD: Order("Pod"),
    Action.CORDON: Order("Node", "NODE"),
    Action.UNCORDON: Order("Node", "CORDONED"),
    Action.DRAIN: Order("Node", "NODE"),
    Action.GET_LOGS: Order("Pod"),
    Action.EXEC: Order("Pod", params={"command": ["true"]}),
    Action.GET_CONFIGMAP: Order("ConfigMap"),
    Action.GET_SECRET: Order("Secret"),
    Action.APPLY_MANIFESTS: Order("", "", {"manifests": MANIFEST, "defaultNamespace": "PLACE"}),
    Action.DYNAMIC: Order("", "", {"command": "list", "kind": "hpa"}),
}
"""Every action that asks the API server for something."""
NEEDS_A_KUBELET = {Action.GET_LOGS, Action.EXEC}
"""Nobody runs the pods here: these get past their rights and no further."""


@dataclass(frozen=True, slots=True)
class World:
    """What there is to be changed."""

    namespace: str
    node: str

    def request(self, action: Action, cluster_id: str) -> CommandRequest:
        order = ORDERS[action]
        nodes = {"NODE": self.node, "CORDONED": f"{self.node}-off"}
        params = {key: self.namespace if value == "PLACE" else value for key, value in order.params.items()}
        return CommandRequest(
            action=action.value,
            cluster_id=cluster_id,
            kind=order.kind,
            namespace="" if order.kind == "Node" else self.namespace,
            name=nodes.get(order.name, order.name),
            params=params,
        )


@pytest.fixture
def world(cluster: Cluster, namespace: str) -> Iterator[World]:
    pod: Json = {
        "schedulingGates": [{"name": "example.com/never"}],
        "containers": [{"name": "app", "image": "registry.example/app:1"}],
    }
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    node, core = f"roles-{token_hex(4)}", f"/api/v1/namespaces/{namespace}"
    request = cluster.api.request
    request("POST", "/api/v1/nodes", {"metadata": {"name": node}})
    request("POST", "/api/v1/nodes", {"metadata": {"name": f"{node}-off"}, "spec": {"unschedulable": True}})
    request("POST", f"{core}/pods", {"metadata": {"name": "web"}, "spec": pod})
    for name in ("web", "doomed"):
        request("POST", f"{core}/configmaps", {"metadata": {"name": name}, "data": {"key": "value"}})
    request("POST", f"{core}/secrets", {"metadata": {"name": "web"}, "stringData": {"key": "value"}})
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    request("POST", f"/apis/apps/v1/namespaces/{namespace}/deployments", {"metadata": {"name": "web"}, "spec": spec})
    yield World(namespace, node)
    for name in (node, f"{node}-off"):
        request("DELETE", f"/api/v1/nodes/{name}")


@pytest.fixture(scope="module")
def deployed(cluster: Cluster) -> None:
    """The base alone."""
    cluster.kubectl("apply", f"--kustomize={BASE}")
    accounts = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
    wait_for("service account", lambda: len(cluster.api.items(accounts)) > 1, SETTLE_SECONDS, cluster.check)


def run(cluster: Cluster, cluster_uid: str, directory: Path) -> dict[str, str]:
    """The environment of the deployed account, with every action allowed."""
    return {**in_cluster(cluster, directory, NAMESPACE, ACCOUNT), "AGENT_ALLOWED_ACTIONS": ",".join(Action)}


def answered(agent: Agent, world: World, action: Action) -> tuple[bool, str]:
    """Whether it succeeded, and what was said otherwise."""
    result = agent.order(world.request(action, agent.cluster_id)).result
    assert result is not None
    return result.success, result.error


def test_every_action_that_asks_for_something_is_ordered_here() -> None:
    assert set(ORDERS) == {action for action in Action if ACTION_RIGHTS[action].role is not None}


@pytest.mark.parametrize("role", [RbacRole.READ, *CHOSEN])
def test_with_its_component_an_action_is_denied_nothing(
    cluster: Cluster, cluster_uid: str, deployed: None, world: World, tmp_path: Path, role: RbacRole
) -> None:
    actions = [action for action in ORDERS if ACTION_RIGHTS[action].role is role]
    if not actions:
        assert role in {RbacRole.SECRETS, RbacRole.EVENTS}
        return
    chosen = [] if role is RbacRole.READ else [role]
    install(cluster, tmp_path, *chosen)
    user = user_of(NAMESPACE, ACCOUNT)
    before = len(denials(cluster.audit_log, user))
    try:
        with running_agent(tmp_path, cluster_uid, run(cluster, cluster_uid, tmp_path)) as agent:
            answers = {action: answered(agent, world, action) for action in actions}
            assert agent.stop() == 0
    finally:
        remove(cluster, *chosen)
    assert denials(cluster.audit_log, user)[before:] == []
    for action, (success, error) in answers.items():
        assert "forbidden" not in error
        assert success or action in NEEDS_A_KUBELET, (action, error)


def test_without_its_component_an_action_is_answered_with_the_right_that_is_missing(
    cluster: Cluster, cluster_uid: str, deployed: None, world: World, tmp_path: Path
) -> None:
    def state() -> list[Json]:
        core = f"/api/v1/namespaces/{world.namespace}"
        paths = (
            f"/api/v1/nodes/{world.node}",
            f"/api/v1/nodes/{world.node}-off",
            f"{core}/pods/web",
            f"{core}/configmaps/doomed",
            f"/apis/apps/v1/namespaces/{world.namespace}/deployments/web",
        )
        specs = [cluster.api.get(path).get("spec", {}) for path in paths]
        # Taints are put on nodes by a controller, whenever it gets to them.
        return [{name: value for name, value in spec.items() if name != "taints"} for spec in specs]

    before = state()
    actions = [action for action in ORDERS if ACTION_RIGHTS[action].role is not RbacRole.READ]
    with running_agent(tmp_path, cluster_uid, run(cluster, cluster_uid, tmp_path)) as agent:
        answers = {action: answered(agent, world, action) for action in actions}
        assert agent.stop() == 0
    for action, (success, error) in answers.items():
        assert not success, action
        assert "forbidden" in error, (action, error)
        plurals = {name.partition("/")[0] for rule in ACTION_RIGHTS[action].rules for name in rule.resources}
        assert any(plural in error for plural in plurals), (action, error)
    assert state() == before
