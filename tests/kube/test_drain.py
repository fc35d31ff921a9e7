"""drain on a real API server, with kubectl as the judge: two nodes with the same pods, one drained by each."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from domain.commands.actions import Action
from tests.kube.agent import Agent, running_agent
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.twin_nodes import Side, Thing, a_request, budget, order, settle_alike, two_nodes, workload

WEB = workload("ReplicaSet", "web", 2)
DB = workload("StatefulSet", "db", 2)
PROXY = Thing("DaemonSet", "proxy")
STATIC = Thing("Pod", "static", annotations={"kubernetes.io/config.mirror": "checksum"})
SINGLE = Thing("Pod", "single")
SCRATCH: Json = {"volumes": [{"name": "tmp", "emptyDir": {}}]}
CACHE = workload("ReplicaSet", "cache", pod=SCRATCH)
DONE = Thing("Pod", "done", annotations={"testbed/behaviour": "complete"}, pod={"restartPolicy": "Never", **SCRATCH})
BROKEN = Thing("Pod", "broken", annotations={"testbed/behaviour": "fail"}, pod={"restartPolicy": "Never", **SCRATCH})
SLOW = workload("ReplicaSet", "slow", annotations={"testbed/stop-after": "4s"})
LONG = workload(
    "ReplicaSet", "long", annotations={"testbed/stop-after": "grace"}, pod={"terminationGracePeriodSeconds": 120}
)


EVICTED = r"evicting pod \S+/(\S+)|pod/(\S+) (?:evicted|deleted)"
"""What kubectl prints of a pod that goes."""


@dataclass(frozen=True)
class Case:
    """What is on the node, and what both are told."""

    things: tuple[Thing, ...]
    flags: tuple[str, ...] = ()
    params: tuple[tuple[str, object], ...] = ()
    succeeds: bool = True
    says: str = ""
    """What the agent's answer must hold."""
    seconds: int = 30


CASES = {
    "controlled, static and finished pods, and those of a DaemonSet": Case(
        (WEB, DB, PROXY, STATIC, DONE, BROKEN), says='"static"'
    ),
    "pods of a DaemonSet that are not ignored": Case(
        (WEB, PROXY), params=(("ignoreDaemonSets", False),), succeeds=False, says="ignoreDaemonSets"
    ),
    "data in an emptyDir": Case((WEB, CACHE), succeeds=False, says="deleteEmptyDirData"),
    "data in an emptyDir that is given up": Case(
        (WEB, CACHE), ("--delete-emptydir-data",), (("deleteEmptyDirData", True),), says="emptyDir is lost"
    ),
    "a pod without a controller": Case((WEB, SINGLE), succeeds=False, says="force"),
    "a pod without a controller by force": Case(
        (WEB, SINGLE), ("--force",), (("force", True),), says="has no controller"
    ),
    "a budget that permits one pod and no more": Case(
        (WEB, DB, budget("keep", "web")), succeeds=False, says="The disruption budget keep needs 1", seconds=8
    ),
    "a budget that deletion passes": Case(
        (WEB, budget("keep", "web", 2)), ("--disable-eviction",), (("disableEviction", True),)
    ),
    "two budgets for one pod": Case(
        (WEB, DB, budget("keep", "web"), budget("also", "web")),
        succeeds=False,
        says="more than one PodDisruptionBudget",
    ),
    "a pod that takes its time": Case((SLOW,)),
    "a pod that takes more time than there is": Case(
        (WEB, LONG), succeeds=False, says="its grace period ends", seconds=5
    ),
    "less time to end than a pod wants": Case((LONG,), ("--grace-period=2",), (("gracePeriodSeconds", 2),)),
    "no time to end": Case((LONG,), ("--grace-period=0",), (("gracePeriodSeconds", 0),)),
    "only some pods": Case((WEB, DB, SINGLE), ("--pod-selector=app=db",), (("podSelector", "app=db"),)),
    "a dry run": Case((WEB, DB, PROXY), ("--dry-run=server",), (("dryRun", True),)),
    "a dry run that finds an obstacle": Case(
        (WEB, SINGLE), ("--dry-run=server",), (("dryRun", True),), succeeds=False, says="nothing was changed"
    ),
    "no pods at all": Case(()),
}


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
    """The node that kubectl drains, and the one that the agent drains."""
    made = (Side(nodes, "node-0001"), Side(nodes, "node-0002"))
    yield made
    for side in made:
        side.clear()


@pytest.mark.parametrize("name", CASES)
def test_a_drain_leaves_what_kubectl_leaves(nodes: Cluster, agent: Agent, sides: tuple[Side, Side], name: str) -> None:
    case, (theirs, ours) = CASES[name], sides
    for side in sides:
        side.make(case.things)
    ignored = () if dict(case.params).get("ignoreDaemonSets") is False else ("--ignore-daemonsets",)
    succeeded, said = theirs.kubectl_drain(f"--timeout={case.seconds}s", *ignored, *case.flags)
    result = order(agent, Action.DRAIN, ours.node, {"timeoutSeconds": case.seconds, **dict(case.params)})
    assert (succeeded, result.success) == (case.succeeds, case.succeeds), f"{said}\n{result.output}{result.error}"
    assert case.says in result.output + result.error, result.output + result.error
    if result.success:
        told = {pod["name"] for pod in json.loads(result.output)["evicted"]}
        assert _generic(told) == _generic(set(re.findall(EVICTED, said)))
    else:
        assert result.error.startswith(f"drain {ours.node}: ")
        assert ("the node stays cordoned" in result.error) is ("dryRun" not in dict(case.params))
    settle_alike(nodes, sides)


def _generic(names: set[object]) -> set[str]:
    """Names of pods without the letters that a ReplicaSet adds; of several groups the one that matched."""
    plain = {next(filter(None, name)) if isinstance(name, tuple) else str(name) for name in names}
    return {re.sub(r"^(web|cache|slow|long)-.*", r"\1", name) for name in plain}


def test_pods_that_come_back_under_the_same_name_are_evicted_once(
    nodes: Cluster, agent: Agent, sides: tuple[Side, Side]
) -> None:
    _, ours = sides
    ours.make((DB, PROXY))
    before = {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in ours.pods()}
    result = order(agent, Action.DRAIN, ours.node, {"timeoutSeconds": 30})
    assert result.success, result.error
    assert sorted(pod["name"] for pod in json.loads(result.output)["evicted"]) == ["db-0", "db-1"]
    evictions = [entry["objectRef"]["name"] for entry in _evictions(nodes, ours)]
    assert sorted(evictions) == ["db-0", "db-1"]
    after = {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in ours.pods()}
    assert after["db-0"] != before["db-0"]


def test_a_drain_waits_for_a_budget_says_so_and_goes_on(nodes: Cluster, agent: Agent, sides: tuple[Side, Side]) -> None:
    _, ours = sides
    ours.make((WEB, budget("keep", "web", 2)))
    command_id = agent.master.queue(a_request(agent, Action.DRAIN, ours.node, {"timeoutSeconds": 60}))

    def says_so() -> bool:
        running = agent.status()["commands"]["running"]
        return any("The disruption budget keep needs 2" in one["progress"] for one in running)

    agent.wait_for("the budget in /statusz", says_so)
    nodes.api.patch(
        f"/apis/policy/v1/namespaces/{ours.namespace}/poddisruptionbudgets/keep", {"spec": {"minAvailable": 0}}
    )
    result = agent.result_of(command_id).result
    assert result is not None
    assert result.success, result.error
    assert len(json.loads(result.output)["evicted"]) == 2
    assert agent.lines("command goes on")


def test_a_pod_that_does_not_end_is_not_waited_for_where_that_is_asked(
    nodes: Cluster, agent: Agent, sides: tuple[Side, Side]
) -> None:
    for side in sides:
        side.make((Thing("Pod", "stuck", finalizers=("example.com/nobody",)),))
        nodes.api.request("DELETE", f"/api/v1/namespaces/{side.namespace}/pods/stuck?gracePeriodSeconds=0")
    theirs, ours = sides
    waiting = order(agent, Action.DRAIN, ours.node, {"timeoutSeconds": 3, "force": True})
    assert not waiting.success
    assert "still ending" in waiting.error
    flags = ("--skip-wait-for-delete-timeout=1", "--timeout=20s")
    succeeded, said = theirs.kubectl_drain(*flags)
    result = order(agent, Action.DRAIN, ours.node, {"timeoutSeconds": 20, "skipWaitForDeleteTimeoutSeconds": 1})
    assert (succeeded, result.success) == (True, True), said + result.error
    assert "grace period ended long ago" in result.output
    settle_alike(nodes, sides)


def test_a_pod_in_a_namespace_that_ends_is_waited_for(nodes: Cluster, agent: Agent, sides: tuple[Side, Side]) -> None:
    _, ours = sides
    ours.make((workload("ReplicaSet", "stuck", finalizers=("example.com/nobody",)),))
    nodes.api.request("DELETE", f"/api/v1/namespaces/{ours.namespace}")
    result = order(agent, Action.DRAIN, ours.node, {"timeoutSeconds": 4})
    assert not result.success
    assert "still ending" in result.error


def test_the_agents_own_pod_goes_last_and_the_answer_still_arrives(
    nodes: Cluster, sides: tuple[Side, Side], tmp_path: Path
) -> None:
    _, ours = sides
    ours.make_account("agent")
    ours.make((workload("ReplicaSet", "agent", pod={"serviceAccountName": "agent"}), SLOW))
    own = next(pod for pod in ours.pods() if pod["metadata"]["labels"]["app"] == "agent")
    token = nodes.tokens.token(ours.namespace, "agent", pod=own)
    environ = {"AGENT_KUBECONFIG": str(nodes.tokens.token_kubeconfig(tmp_path / "kubeconfig", token))}
    uid = str(nodes.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"])
    with running_agent(tmp_path, uid, environ) as agent:
        agent.push(1)
        result = order(agent, Action.DRAIN, ours.node, {"timeoutSeconds": 30})
    assert result.success, result.error
    output = json.loads(result.output)
    assert output["ownPod"] == {"namespace": ours.namespace, "name": own["metadata"]["name"]}
    assert _generic({pod["name"] for pod in output["evicted"]}) == {"slow"}
    first, last = (datetime.fromisoformat(one["requestReceivedTimestamp"]) for one in _evictions(nodes, ours))
    assert (last - first).total_seconds() >= 4, "not before the other pod was gone"


def _evictions(nodes: Cluster, side: Side) -> list[Json]:
    """What was asked about the ends of the pods of one side, from the audit log."""
    entries = map(json.loads, nodes.audit_log.read_text().splitlines())
    return [
        entry
        for entry in entries
        if entry["stage"] == "ResponseComplete"
        and entry.get("objectRef", {}).get("subresource") == "eviction"
        and entry["objectRef"]["namespace"] == side.namespace
    ]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"timeoutSeconds": 0}, "timeoutSeconds"),
        ({"timeoutSeconds": 1801}, "timeoutSeconds"),
        ({"timeoutSeconds": "soon"}, "timeoutSeconds"),
        ({"gracePeriodSeconds": -2}, "gracePeriodSeconds"),
        ({"force": "maybe"}, "force"),
        ({"podSelector": "x" * 3000}, "podSelector"),
        ({"podSelector": 7}, "podSelector"),
    ],
)
def test_a_bad_parameter_is_named_and_nothing_changes(
    agent: Agent, sides: tuple[Side, Side], params: Json, field: str
) -> None:
    _, ours = sides
    before = ours.node_state()
    result = order(agent, Action.DRAIN, ours.node, params)
    assert not result.success
    assert result.error.startswith(f"{field}: ")
    assert ours.node_state() == before


def test_a_text_that_is_no_selector_is_refused_by_the_server_and_named(agent: Agent, sides: tuple[Side, Side]) -> None:
    _, ours = sides
    result = order(agent, Action.DRAIN, ours.node, {"podSelector": "a in b"})
    assert not result.success
    assert "nothing was evicted" in result.error
    assert "a in b" in result.error or "parse" in result.error
