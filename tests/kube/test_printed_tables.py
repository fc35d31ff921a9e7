"""The columns of `kubectl get` against the pushed snapshots, for each kind as far as both say the same."""

from collections.abc import Iterator

import pytest

from tests.kube.agent import Agent, running_agent
from tests.kube.oracles.judge import by_key
from tests.kube.oracles.kubectl import DELIBERATE_DIFFERENCES, Row, read_rows
from tests.kube.oracles.tables import TABLES, disagreements, read_table
from tests.kube.oracles.world import Key, read_world, version
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

ROUNDS_SECONDS = 120


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


def test_the_columns_of_pods(agent: Agent, cluster: Cluster) -> None:
    compared: set[Key] = set()
    used: set[str] = set()

    def round_completes() -> bool:
        before = read_world(cluster.api).lists["pods"]
        rows, snapshot = read_rows(cluster), agent.next_snapshot()
        after = read_world(cluster.api).lists["pods"]
        wire = by_key(snapshot["pods"])
        for key in before.keys() & after.keys() & rows.keys():
            if version(before[key]) == version(after[key]):
                used.update(check_pod(after[key], rows[key], wire[key]["status"]))
                compared.add(key)
        return after.keys() <= compared and used == {difference.why for difference in DELIBERATE_DIFFERENCES}

    agent.wait_for("every pod and every deliberate difference", round_completes, ROUNDS_SECONDS)


def check_pod(raw: Json, row: Row, status: Json) -> set[str]:
    """Holds a pod against its row; gives the deliberate difference that explains another STATUS."""
    name = raw["metadata"]["name"]
    assert (name, status["ready"], status["restarts"]) == (name, row.ready, row.restarts)
    given = status.get("reason")
    if given == row.status:
        return set()
    why = {difference.why for difference in DELIBERATE_DIFFERENCES if difference.applies(raw, row.status, given)}
    assert why, f"{name}: the wire says {given!r}, kubectl {row.status!r}"
    return why


def test_the_columns_of_every_other_kind(agent: Agent, cluster: Cluster) -> None:
    compared: dict[str, set[Key]] = {name: set() for name in TABLES}

    def round_completes() -> bool:
        before = {name: read_table(cluster.api, name) for name in TABLES}
        snapshot = agent.next_snapshot()
        after = {name: read_table(cluster.api, name) for name in TABLES}
        problems: list[str] = []
        for name, rows in after.items():
            wire = by_key(snapshot[name])
            for key, printed in rows.items():
                if key in before[name] and before[name][key].version == printed.version:
                    # Old events may be gone; what must be there is not this test's matter.
                    problems += disagreements(name, wire[key], printed) if key in wire else ()
                    compared[name].add(key)
        assert problems == []
        return all(rows.keys() <= compared[name] for name, rows in after.items())

    agent.wait_for("every row to be compared", round_completes, ROUNDS_SECONDS)
