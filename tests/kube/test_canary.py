"""Planted secrets leave the agent nowhere: not to the Master, not into its log, not by its own endpoints.

Every planted secret of hostile.yaml and leaky.py contains one word, and nothing else in the cluster does.
"""

import http.client
import json
from collections.abc import Iterator

import pytest

from adapters.embedded.demo_master.actions import CommandRequest
from tests.kube.agent import Agent, running_agent
from tests.kube.oracles.judge import by_key
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.hostile import CANARY

WITH_ANNOTATIONS = (
    "namespaces",
    "deployments",
    "statefulSets",
    "daemonSets",
    "services",
    "ingresses",
    "resourceQuotas",
    "limitRanges",
    "networkPolicies",
    "serviceAccounts",
)
PLANTED = {"example.com/webhook", "example.com/dsn", "example.com/api-token"}
WITH_TEMPLATE = ("deployments", "statefulSets", "daemonSets", "jobs", "cronJobs")
WORD = CANARY.decode()
SOME_PUSHES = 4


@pytest.fixture(scope="module")
def agent(
    cluster: Cluster, cluster_uid: str, hostile: str, usage: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    """With everything that it could say in its log, and a while of life behind it."""
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), "AGENT_LOG_LEVEL": "debug"}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(SOME_PUSHES)
        yield running


def test_the_objects_with_secrets_are_in_the_snapshot(agent: Agent, hostile: str) -> None:
    """Otherwise the other tests would prove nothing."""
    pods = agent.next_snapshot()["pods"]
    leaky = next(pod for pod in pods if (pod["summary"]["namespace"], pod["summary"]["name"]) == (hostile, "leaky"))
    assert len(leaky["containers"][0]["envs"]) > 20
    assert leaky["containers"][0]["livenessProbe"]["type"] == "exec"
    assert leaky["annotations"].keys() >= {"example.com/dsn", "example.com/jwt", "example.com/api-token"}


def test_every_kind_that_can_carry_a_secret_carries_one(agent: Agent, hostile: str) -> None:
    """Names stay where values go."""
    snapshot = agent.next_snapshot()
    objects = {kind: by_key(snapshot[kind]) for kind in (*WITH_ANNOTATIONS, *WITH_TEMPLATE, "events")}
    for kind in WITH_ANNOTATIONS:
        key = ("", hostile) if kind == "namespaces" else (hostile, "leaky")
        planted = {name for name in objects[kind][key]["annotations"] if name in PLANTED}
        assert planted == PLANTED, kind
    for kind in WITH_TEMPLATE:
        template = objects[kind][hostile, "leaky"]["template"]
        assert template["annotations"].keys() == {"example.com/dsn", "example.com/password"}, kind
        assert [item["name"] for item in template["containers"][0]["envs"]] == ["DB_PASSWORD", "PLAIN_URL", "PEM"], kind
    assert objects["events"][hostile, "leaky"]["message"].startswith("cannot reach postgres://app:")


def test_no_byte_sent_to_the_master_holds_a_planted_secret(agent: Agent) -> None:
    agent.push(agent.pushed() + 1)
    pushes = agent.master.pushes(agent.cluster_id)
    assert len(pushes) >= SOME_PUSHES
    for push in pushes:
        assert CANARY not in push.document.lower()
        # Once more without escapes, which could hide a letter of it.
        assert WORD not in json.dumps(push.parsed(), ensure_ascii=False).lower()


def test_no_answer_to_a_command_holds_a_planted_secret(agent: Agent, hostile: str) -> None:
    for action in ("get_secret", "get_configmap", "get_logs", "dynamic", "scale"):
        request = CommandRequest(
            action=action, cluster_id=agent.cluster_id, kind="Pod", namespace=hostile, name="leaky", params={}
        )
        agent.order(request)
    results = agent.master.results()
    assert len(results) >= 5
    assert [result for result in results if WORD in f"{result.output}{result.error}".lower()] == []


def test_a_secret_in_a_command_is_not_logged(agent: Agent, hostile: str) -> None:
    """What was asked for is logged by action and target, never by its parameters."""
    params = {"command": ["login", f"--password={WORD}-of-a-command"], "env": {"TOKEN": f"{WORD}-parameter"}}
    request = CommandRequest(
        action="exec", cluster_id=agent.cluster_id, kind="Pod", namespace=hostile, name="leaky", params=params
    )
    record = agent.order(request)
    agent.wait_for("the audit line", lambda: record.id in agent.output)
    assert WORD not in agent.output.lower()


def test_nothing_logged_holds_a_planted_secret(agent: Agent) -> None:
    agent.line("cluster synced")
    assert {line["level"] for line in agent.lines("cluster synced")} == {"info"}
    assert WORD not in agent.output.lower()


@pytest.mark.parametrize("path", ["/statusz", "/metrics", "/livez", "/readyz", "/health"])
def test_no_endpoint_of_the_agent_holds_a_planted_secret(agent: Agent, path: str) -> None:
    status, body = agent.ask(path)
    assert status == http.client.OK
    assert body
    assert WORD not in body.lower()
