"""cordon and uncordon on a real API server: what kubectl does to a node, the agent does to another."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.commands.actions import Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ApiError, Json
from tests.kube.testbed.loopback import wait_for
from tests.kube.twin_nodes import Side, order, settle_alike, two_nodes

TAINT = "node.kubernetes.io/unschedulable"
SETTLE_SECONDS = 30


@pytest.fixture(scope="module")
def nodes(binaries: Path) -> Iterator[Cluster]:
    with two_nodes(binaries) as running:
        yield running


@pytest.fixture(scope="module")
def agent(nodes: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    uid = str(nodes.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"])
    environ = {"AGENT_KUBECONFIG": str(nodes.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), uid, environ) as running:
        running.push(1)
        yield running


@pytest.fixture
def sides(nodes: Cluster) -> Iterator[tuple[Side, Side]]:
    """The node that kubectl changes, and the one that the agent changes."""
    made = (Side(nodes, "node-0001"), Side(nodes, "node-0002"))
    yield made
    for side in made:
        side.clear()


def test_a_node_goes_out_of_service_and_back_as_by_kubectl(
    nodes: Cluster, agent: Agent, sides: tuple[Side, Side]
) -> None:
    theirs, ours = sides
    before = ours.read_node()["spec"]
    for action, unschedulable in ((Action.CORDON, True), (Action.UNCORDON, False)):
        nodes.kubectl(action.value, theirs.node)
        result = order(agent, action, ours.node)
        assert (result.success, result.error) == (True, "")
        assert json.loads(result.output) == {"node": ours.node, "unschedulable": unschedulable, "changed": True}
        settle_alike(nodes, sides)
        assert (TAINT in ours.node_state()["taints"]) is unschedulable

    def shown() -> bool:
        snapshot = agent.next_snapshot()
        return all(node["summary"]["schedulable"] for node in snapshot["nodes"])

    agent.wait_for("the node in service", shown)
    assert ours.read_node()["spec"] == before


def test_what_is_so_already_is_a_success_that_changes_nothing(
    nodes: Cluster, agent: Agent, sides: tuple[Side, Side]
) -> None:
    _, ours = sides
    for action in (Action.UNCORDON, Action.CORDON, Action.CORDON):
        order(agent, action, ours.node)
    wait_for("the taint", lambda: TAINT in ours.node_state()["taints"], SETTLE_SECONDS, nodes.check)
    before = ours.read_node()
    result = order(agent, Action.CORDON, ours.node)
    assert (result.success, json.loads(result.output)["changed"]) == (True, False)
    after = ours.read_node()
    assert _settled(after) == _settled(before)


def _settled(node: Json) -> Json:
    """A node without what its kubelet writes by itself."""
    fields = [one for one in node["metadata"]["managedFields"] if one.get("subresource") != "status"]
    return {"spec": node["spec"], "fields": fields}


@pytest.mark.parametrize("action", [Action.CORDON, Action.UNCORDON, Action.DRAIN])
def test_a_node_that_is_not_there_is_not_found(agent: Agent, action: Action) -> None:
    result = order(agent, action, "no-such-node")
    assert (result.success, result.output) == (False, "")
    assert "no-such-node" in result.error
    assert "not found" in result.error


@pytest.mark.parametrize("action", [Action.CORDON, Action.UNCORDON, Action.DRAIN])
def test_the_assistant_changes_no_node(agent: Agent, sides: tuple[Side, Side], action: Action) -> None:
    _, ours = sides
    before = ours.node_state()
    result = order(agent, action, ours.node, topic=Topic.AI)
    assert not result.success
    assert "topic ai may only read" in result.error
    assert ours.node_state() == before


@pytest.mark.parametrize("name", ["", "../pods", "Node-1", "node-0002/status", "a b"])
def test_what_is_no_name_of_a_node_names_the_field(agent: Agent, name: str) -> None:
    result = order(agent, Action.CORDON, name)
    assert not result.success
    assert result.error.startswith("name: ")


def test_a_patch_that_carries_another_uid_is_refused_by_the_server(nodes: Cluster, sides: tuple[Side, Side]) -> None:
    """On which the agent relies, so that another node of the same name stays as it is."""
    _, ours = sides
    patch: Json = {"metadata": {"uid": "00000000-0000-4000-8000-000000000000"}, "spec": {"unschedulable": True}}
    with pytest.raises(ApiError) as caught:
        nodes.api.patch(f"/api/v1/nodes/{ours.node}", patch)
    assert caught.value.status in {409, 422}
    assert ours.node_state()["unschedulable"] is None
