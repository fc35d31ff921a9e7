"""What no agent carries out unless its operator wants it, for every action; and what nobody could carry out."""

from collections.abc import Iterator

import pytest

from domain.commands.actions import OFF_UNTIL_ALLOWED, Action, Topic
from tests.kube.agent import Agent, running_agent
from tests.kube.command_bench import order
from tests.kube.testbed.cluster import Cluster
from tests.support.commands import PARAMS, TARGETS

CHANGES = [action for action in Action if action.is_change and action not in OFF_UNTIL_ALLOWED]
QUERIES = sorted(action for action in Action if action.startswith("query_"))


@pytest.fixture(scope="module")
def agent(cluster: Cluster, cluster_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running


def error_of(agent: Agent, action: str, topic: Topic = Topic.OPS) -> str:
    target = {"kind": "Pod", "name": "web-1"} | (dict(TARGETS.get(Action(action), {})) if action in set(Action) else {})
    params = dict(PARAMS.get(Action(action), {})) if action in set(Action) else {}
    result = order(agent, action, target["kind"], "shop", target["name"], topic=topic, params=params)
    assert (result.success, result.output) == (False, "")
    return result.error


@pytest.mark.parametrize(
    "action", [action for action in Action if action.is_change and action not in OFF_UNTIL_ALLOWED]
)
def test_the_assistant_changes_nothing(agent: Agent, action: Action) -> None:
    expected = f"{action} changes the cluster, and topic ai may only read"
    assert error_of(agent, action, Topic.AI) == expected


@pytest.mark.parametrize("topic", list(Topic))
@pytest.mark.parametrize("action", sorted(OFF_UNTIL_ALLOWED))
def test_what_ends_up_in_the_masters_history_is_off(agent: Agent, action: Action, topic: Topic) -> None:
    expected = f"{action} is not among the allowed actions (AGENT_ALLOWED_ACTIONS)"
    assert error_of(agent, action, topic) == expected


@pytest.mark.parametrize("action", QUERIES)
def test_a_question_about_telemetry_is_answered_without_a_store_by_what_is_missing(
    agent: Agent, action: Action
) -> None:
    assert "AGENT_CLICKHOUSE_ENDPOINT" in error_of(agent, action)


def test_an_action_nobody_knows_is_answered(agent: Agent) -> None:
    assert "unknown action 'explode'" in error_of(agent, "explode")
