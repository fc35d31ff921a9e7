"""Pods, nodes and namespaces of the pushed snapshots, field by field, against what the API server says.

The expectations come from the oracles, which share no code with the product: the wire contract over the API's own
JSON, kubectl for the columns that people compare with, metrics.k8s.io for usage. What changes while a snapshot is
taken is left out of that round, so there are rounds until everything has been held against it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.kube.agent import Agent, running_agent
from tests.kube.oracles.judge import Key, Verdict, World, judge, judge_usage, read_world
from tests.kube.oracles.kubectl import DELIBERATE_DIFFERENCES, Row, read_rows
from tests.kube.oracles.pod_states import reason
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ClusterError, Json
from tests.kube.testbed.pod_states import EXPECTED

ROUNDS_SECONDS = 120
MANY_PODS, MANY_NODES = 100, 5
COMES_AND_GOES = {"crash-loop", "oom"}


@pytest.fixture(scope="module")
def agent(
    cluster: Cluster, cluster_uid: str, pod_states: str, hostile: str, tmp_path_factory: pytest.TempPathFactory
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

    compared: dict[str, set[Key]] = field(default_factory=lambda: {"pods": set(), "nodes": set(), "namespaces": set()})
    reasons: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in COMES_AND_GOES})

    def take(self, verdict: Verdict, after: World) -> None:
        """Notes a round in which everything was right."""
        for kind, keys in verdict.compared.items():
            self.compared[kind] |= keys
        for name, reasons in self.reasons.items():
            if ("states", name) in verdict.compared["pods"]:
                reasons.add(reason(after.pods["states", name]).reason or "")

    def missing(self, after: World) -> dict[str, set[Key]]:
        """What no round has been able to compare."""
        return {
            "pods": set(after.pods) - self.compared["pods"],
            "nodes": set(after.nodes) - self.compared["nodes"],
            "namespaces": set(after.namespaces) - self.compared["namespaces"],
        }

    def is_complete(self, after: World) -> bool:
        """Whether everything has been compared, and what comes and goes in both of its states."""
        everything = not any(self.missing(after).values())
        return everything and all({"CrashLoopBackOff", ""} <= reasons for reasons in self.reasons.values())


def test_every_field_of_every_object_is_what_the_api_server_says(agent: Agent, cluster: Cluster) -> None:
    rounds = Rounds()

    def round_completes() -> bool:
        before = read_world(cluster.api)
        snapshot = agent.next_snapshot()
        after = read_world(cluster.api)
        verdict = judge(snapshot, before, after)
        assert verdict.problems == []
        rounds.take(verdict, after)
        return rounds.is_complete(after)

    agent.wait_for("everything to be compared", round_completes, ROUNDS_SECONDS)
    states = {name for namespace, name in rounds.compared["pods"] if namespace == "states"}
    assert states == EXPECTED.keys()
    assert len(rounds.compared["pods"]) > MANY_PODS
    assert len(rounds.compared["nodes"]) > MANY_NODES


def test_the_columns_of_kubectl(agent: Agent, cluster: Cluster) -> None:
    compared: set[Key] = set()
    used: set[str] = set()

    def round_completes() -> bool:
        before = read_world(cluster.api).pods
        rows, snapshot = read_rows(cluster), agent.next_snapshot()
        after = read_world(cluster.api).pods
        wire = {(pod["summary"]["namespace"], pod["summary"]["name"]): pod["status"] for pod in snapshot["pods"]}
        for key in before.keys() & after.keys() & rows.keys():
            if before[key]["metadata"]["resourceVersion"] == after[key]["metadata"]["resourceVersion"]:
                used.update(check_columns(after[key], rows[key], wire[key]))
                compared.add(key)
        return after.keys() <= compared and used == {difference.why for difference in DELIBERATE_DIFFERENCES}

    agent.wait_for("every pod and every deliberate difference", round_completes, ROUNDS_SECONDS)


def check_columns(raw: Json, row: Row, status: Json) -> set[str]:
    """Holds a pod against its row; gives the deliberate difference that explains another STATUS."""
    name = raw["metadata"]["name"]
    assert (name, status["ready"], status["restarts"]) == (name, row.ready, row.restarts)
    given = status.get("reason")
    if given == row.status:
        return set()
    why = {difference.why for difference in DELIBERATE_DIFFERENCES if difference.applies(raw, row.status, given)}
    assert why, f"{name}: the wire says {given!r}, kubectl {row.status!r}"
    return why


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
    for kind in ("pods", "nodes", "namespaces"):
        names = [(item["summary"].get("namespace", ""), item["summary"]["name"]) for item in snapshot[kind]]
        assert len(set(names)) == len(names) > 0


def test_the_totals_are_those_of_the_lists(agent: Agent) -> None:
    snapshot = agent.next_snapshot()
    pods, nodes = snapshot["pods"], snapshot["nodes"]
    phases = Counter(pod["status"]["phase"] for pod in pods)
    expected = {
        "totalNodes": len(nodes),
        "readyNodes": sum(node["summary"]["ready"] == "True" for node in nodes),
        "totalPods": len(pods),
        "runningPods": phases["Running"],
        "pendingPods": phases["Pending"],
        "failedPods": phases["Failed"],
        "totalNamespaces": len(snapshot["namespaces"]),
    }
    assert all(expected.values())
    assert {name: snapshot["summary"][name] for name in expected} == expected


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
