"""Every object of the twenty kinds in the pushed snapshots, field by field, against what the API server says.

The expectations come from the oracles, which share no code with the product: the wire contract over the API's own
JSON, metrics.k8s.io for usage. What changes while a snapshot is taken is left out of that round, so there are rounds
until everything has been held against it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.kube.agent import Agent, running_agent
from tests.kube.oracles.coverage import WITHOUT_SOURCE, FieldName, read_schema
from tests.kube.oracles.judge import Verdict, by_key, judge, judge_usage
from tests.kube.oracles.pod_states import reason
from tests.kube.oracles.world import PATHS, Key, World, read_world
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ClusterError, Json
from tests.kube.testbed.pod_states import EXPECTED

ROUNDS_SECONDS = 120
MANY_PODS, MANY_NODES = 100, 5
COMES_AND_GOES = {"crash-loop", "oom"}


@pytest.fixture(scope="module")
def agent(
    cluster: Cluster,
    cluster_uid: str,
    pod_states: str,
    hostile: str,
    odd: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Agent]:
    """With short periods: pods that crash every other second must stand still for a round."""
    environ = {"AGENT_KUBECONFIG": str(cluster.kubeconfig), "AGENT_SNAPSHOT_INTERVAL": "200ms"}
    with running_agent(tmp_path_factory.mktemp("agent"), cluster_uid, environ) as running:
        running.push(1)
        yield running
        assert running.master.rejections() == ()


@dataclass(slots=True)
class Rounds:
    """What the rounds have held against each other so far."""

    compared: dict[str, set[Key]] = field(default_factory=lambda: {name: set() for name in PATHS})
    reasons: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in COMES_AND_GOES})

    def take(self, verdict: Verdict, after: World) -> None:
        """Notes a round in which everything was right."""
        for kind, keys in verdict.compared.items():
            self.compared[kind] |= keys
        for name, reasons in self.reasons.items():
            if ("states", name) in verdict.compared["pods"]:
                reasons.add(reason(after.lists["pods"]["states", name]).reason or "")

    def missing(self, after: World) -> dict[str, set[Key]]:
        """What no round has been able to compare, by kind."""
        return {name: left for name, compared in self.compared.items() if (left := after.lists[name].keys() - compared)}

    def is_complete(self, after: World) -> bool:
        """Whether everything has been compared, and what comes and goes in both of its states."""
        return not self.missing(after) and all({"CrashLoopBackOff", ""} <= seen for seen in self.reasons.values())


def test_every_field_of_every_object_is_what_the_api_server_says(agent: Agent, cluster: Cluster) -> None:
    rounds = Rounds()
    left: dict[str, set[Key]] = {}

    def round_completes() -> bool:
        before = read_world(cluster.api)
        snapshot = agent.next_snapshot()
        after = read_world(cluster.api)
        verdict = judge(snapshot, before, after)
        assert verdict.problems == []
        rounds.take(verdict, after)
        left.clear()
        left.update(rounds.missing(after))
        return rounds.is_complete(after)

    try:
        agent.wait_for("everything to be compared", round_completes, ROUNDS_SECONDS)
    except ClusterError as error:
        error.add_note(f"not compared: {left}; reasons seen: {rounds.reasons}")
        raise
    states = {name for namespace, name in rounds.compared["pods"] if namespace == "states"}
    assert states == EXPECTED.keys()
    assert [name for name, compared in rounds.compared.items() if not compared] == []
    assert len(rounds.compared["pods"]) > MANY_PODS
    assert len(rounds.compared["nodes"]) > MANY_NODES


def test_no_field_of_the_wire_is_never_filled(agent: Agent, usage: None) -> None:
    """Else a field could be forgotten and nobody would see it; what has no source is listed, each with its reason."""
    schema = read_schema()
    produced: set[FieldName] = set()
    never: list[FieldName] = []

    def all_filled() -> bool:
        produced.update(schema.produced(agent.next_snapshot()))
        never[:] = sorted(schema.declared - produced - WITHOUT_SOURCE.keys())
        return not never

    try:
        agent.wait_for("every field", all_filled, ROUNDS_SECONDS)
    except ClusterError as error:
        error.add_note(f"never filled: {never}")
        raise
    assert produced & WITHOUT_SOURCE.keys() == set()
    assert WITHOUT_SOURCE.keys() <= schema.declared


def test_usage_is_what_metrics_server_says(agent: Agent, cluster: Cluster, usage: None) -> None:
    """Numbers change every 10 s and are asked for every 15 s: a round counts when what was asked for is still said."""
    compared: dict[str, set[Key]] = {"pods": set(), "nodes": set()}
    problems: list[str] = []

    def round_completes() -> bool:
        before = read_world(cluster.api)
        snapshot = agent.next_snapshot()
        after = read_world(cluster.api)
        verdict = judge_usage(snapshot, before, after)
        problems[:] = verdict.problems
        if not problems:
            for kind, keys in verdict.compared.items():
                compared[kind] |= keys
        # A pod that has just started, or that has ended, has none.
        return len(compared["pods"]) > MANY_PODS and len(compared["nodes"]) > MANY_NODES

    try:
        agent.wait_for("usage of pods and nodes", round_completes, ROUNDS_SECONDS)
    except ClusterError as error:
        error.add_note("\n".join(problems))
        raise


def test_a_name_stands_once(agent: Agent) -> None:
    snapshot = agent.next_snapshot()
    for kind in PATHS:
        assert len(by_key(snapshot[kind])) == len(snapshot[kind]) > 0, kind


def test_the_totals_are_those_of_the_lists(agent: Agent) -> None:
    snapshot = agent.next_snapshot()
    pods, nodes, deployments = snapshot["pods"], snapshot["nodes"], snapshot["deployments"]
    phases = Counter(pod["status"]["phase"] for pod in pods)
    expected = {
        "totalNodes": len(nodes),
        "readyNodes": sum(node["summary"]["ready"] == "True" for node in nodes),
        "totalPods": len(pods),
        "runningPods": phases["Running"],
        "pendingPods": phases["Pending"],
        "failedPods": phases["Failed"],
        "totalDeployments": len(deployments),
        "healthyDeployments": sum(item["summary"]["ready"] == item["summary"]["replicas"] > 0 for item in deployments),
        "totalStatefulSets": len(snapshot["statefulSets"]),
        "totalDaemonSets": len(snapshot["daemonSets"]),
        "totalServices": len(snapshot["services"]),
        "totalIngresses": len(snapshot["ingresses"]),
        "totalNamespaces": len(snapshot["namespaces"]),
        "totalEvents": len(snapshot["events"]),
        "warningEvents": sum(item["type"] == "Warning" for item in snapshot["events"]),
    }
    assert all(expected.values())
    assert snapshot["summary"] == expected


def test_what_is_no_secret_is_sent_as_it_is(agent: Agent) -> None:
    """The oracles accept redaction anywhere, so this holds what must not be redacted."""
    pods = agent.next_snapshot()["pods"]
    web = next(pod for pod in pods if pod.get("labels", {}).items() >= {"app": "web", "role": "frontend"}.items())
    app = web["containers"][0]
    assert app["args"] == ["--config", "/etc/web/app.yaml"]
    assert {"name": "MODE", "value": "production"} in app["envs"]
    assert {"name": "PASSWORD", "valueFrom": "secret:web-secret"} in app["envs"]
    assert web["initContainers"][0]["command"] == ["/bin/migrate", "--to", "head"]
    odd = next(pod for pod in pods if pod["summary"]["name"] == "unicode")
    assert {"name": "MARKUP", "value": "</script><svg onload=alert(1)>"} in odd["containers"][0]["envs"]


def test_separators_and_odd_letters_arrive_as_they_are(agent: Agent, cluster: Cluster, namespace: str) -> None:
    """Created without kubectl, whose YAML takes a "next line" for a blank."""
    texts = [
        "a\u0085b",
        "a\u2028b\u2029c\u000bd\u000ce\u001cf\u001eg\r\nh",
        "\u202eleft\u202c \U0001f9ea e\u0301",
        "\ufffd\ud7ff",
    ]
    container = {
        "name": "app",
        "image": "registry.example/app:1",
        "args": texts,
        "env": [{"name": f"TEXT_{number}", "value": text} for number, text in enumerate(texts)],
    }
    metadata = {"name": "odd", "annotations": {f"example.com/{number}": text for number, text in enumerate(texts)}}
    body: Json = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}
    cluster.api.request("POST", f"/api/v1/namespaces/{namespace}/pods", body)
    pods = agent.next_snapshot()["pods"]
    (sent,) = [pod for pod in pods if pod["summary"]["namespace"] == namespace]
    assert sent["containers"][0]["args"] == texts
    assert sent["containers"][0]["envs"] == container["env"]
    assert sent["annotations"] == metadata["annotations"]


def test_a_sick_node_says_what_ails_it(agent: Agent) -> None:
    nodes = {node["summary"]["name"]: node["summary"] for node in agent.next_snapshot()["nodes"]}
    sick = nodes["sick-1"]
    assert sick["badges"] == ["NotReady", "Cordoned", "DiskPressure"]
    assert sick["reason"]
    assert not nodes["gpu-1"].get("badges")
