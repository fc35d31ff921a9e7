"""The oracles for pods against kubectl itself, pod by pod, on a living cluster."""

from collections.abc import Mapping

import pytest

from tests.kube.oracles.kinds import KINDS
from tests.kube.oracles.kubectl import DELIBERATE_DIFFERENCES, Difference, Row, explain, parse_rows, read_rows
from tests.kube.oracles.pod_states import ready_text, reason, restarts
from tests.kube.oracles.tables import TABLES, disagreements, read_table
from tests.kube.oracles.test_wire import NOW, render
from tests.kube.oracles.world import Key, read_world, version
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for
from tests.kube.testbed.pod_states import EXPECTED

Pairs = Mapping[Key, tuple[Json, Row]]


def read_pairs(cluster: Cluster) -> Pairs:
    """Each pod that did not change while kubectl looked, with what kubectl printed."""
    before = read_world(cluster.api).lists["pods"]
    rows = read_rows(cluster)
    after = read_world(cluster.api).lists["pods"]
    return {
        key: (raw, rows[key])
        for key, raw in after.items()
        if key in before
        and key in rows
        and before[key]["metadata"]["resourceVersion"] == raw["metadata"]["resourceVersion"]
    }


@pytest.mark.parametrize("kind", TABLES)
def test_what_the_oracles_say_is_what_kubectl_prints(cluster: Cluster, odd: str, kind: str) -> None:
    printed = read_table(cluster.api, kind)
    world = read_world(cluster.api)
    same = {
        key: raw for key, raw in world.lists[kind].items() if key in printed and printed[key].version == version(raw)
    }
    problems: list[str] = []
    for key, raw in same.items():
        problems += disagreements(kind, render(KINDS[kind].expect(raw, NOW, world)), printed[key])
    assert problems == []
    assert same


def test_restarts_may_be_followed_by_their_time() -> None:
    rows = parse_rows("ns   a   1/2     Init:1/2   4 (3s ago)   6s\nns   b   0/1   Pending   0   6s\n")
    assert rows == {("ns", "a"): Row("1/2", "Init:1/2", 4), ("ns", "b"): Row("0/1", "Pending", 0)}


def test_every_state_of_the_manifest_is_reached(cluster: Cluster, pod_states: str) -> None:
    seen: dict[str, set[str]] = {name: set() for name in EXPECTED}

    def all_seen() -> bool:
        for (namespace, name), row in read_rows(cluster).items():
            if namespace == pod_states:
                seen[name].add(row.status)
        return all(EXPECTED[name] in states for name, states in seen.items())

    wait_for("every state", all_seen, 60)


def test_ready_and_restarts_are_kubectls(cluster: Cluster, pod_states: str, hostile: str) -> None:
    pairs = read_pairs(cluster)
    wrong = {
        key: (ready_text(pod), restarts(pod), row)
        for key, (pod, row) in pairs.items()
        if (ready_text(pod), restarts(pod)) != (row.ready, row.restarts)
    }
    assert wrong == {}
    assert len(pairs) > 120


def test_reasons_are_kubectls_but_for_the_deliberate_differences(cluster: Cluster, pod_states: str) -> None:
    used: set[Difference] = set()

    def all_used() -> bool:
        used.update(found for pod, row in read_pairs(cluster).values() if (found := explain(pod, row)))
        return used == set(DELIBERATE_DIFFERENCES)

    wait_for("a pod for each deliberate difference", all_used, 60)


def test_reasons_of_the_states_that_the_contract_names(cluster: Cluster, pod_states: str) -> None:
    expected = {
        "image-pull": "ImagePullBackOff",
        "init-crash": "Init:CrashLoopBackOff",
        "evicted": "Evicted",
        "unschedulable": "Unschedulable",
        "gated": "SchedulingGated",
        "sidecar": None,
        "terminating": "Terminating",
        "node-lost": "Unknown",
        "completed": "Completed",
        "failed": "Error",
        "unready": "ContainersNotReady",
        "init-running": "Init:1/2",
        "init-exit-code": "Init:ExitCode:3",
        "signal": "Signal:9",
        "half-completed": "ContainersNotReady",
        "sidecar-restarted": None,
    }
    pods = read_world(cluster.api).lists["pods"]
    assert {name: reason(pods[pod_states, name]).reason for name in expected} == expected


def test_a_crash_is_seen_between_two_runs(cluster: Cluster, pod_states: str) -> None:
    def both_seen() -> bool:
        pods = read_world(cluster.api).lists["pods"]
        for name in ("crash-loop", "oom"):
            seen[name].add(reason(pods[pod_states, name]).reason)
        return all({"CrashLoopBackOff", None} <= texts for texts in seen.values())

    seen: dict[str, set[str | None]] = {"crash-loop": set(), "oom": set()}
    wait_for("a crash and a run of both pods", both_seen, 90)
