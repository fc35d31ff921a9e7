"""One picture of the cluster, whatever is ill."""

import logging

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from application.collect_snapshot import CollectSnapshot
from domain.cluster.all_readings import FOLLOWED_KINDS
from domain.cluster.kinds import Kind
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState

RESOURCES = (Pod, Node, Namespace)


class Bench:
    """CollectSnapshot on the in-memory cluster."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.cluster = InMemoryCluster(self.clock)
        self.collect = CollectSnapshot(
            self.cluster, lambda: None, lambda: "c1", self.clock, initial_sync_timeout_seconds=60
        )


def test_a_snapshot_holds_every_kind_and_what_follows_from_them() -> None:
    bench = Bench()
    snapshot = bench.collect.collect()
    assert snapshot.cluster_id == "c1"
    assert snapshot.collected_at == bench.clock.now()
    assert snapshot.otel is None
    pods, nodes = snapshot.readings.pods.objects, snapshot.readings.nodes.objects
    assert snapshot.summary.total_pods == len(pods) > 0
    assert set(snapshot.joins.nodes) == {node.name for node in nodes}
    assert sum(held.resources.pods for held in snapshot.joins.namespaces.values()) == len(pods)


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("state", [state for state in ReadingState if state is not ReadingState.LIVE])
def test_trouble_with_one_kind_changes_one_reading(resource: type[Pod], state: ReadingState) -> None:
    bench = Bench()
    before = bench.collect.collect().readings.by_kind()
    bench.cluster.set_state(resource, state, "trouble")
    after = bench.collect.collect().readings.by_kind()
    for kind in before:
        if kind is resource.kind:
            assert after[kind].state is state
            assert bool(after[kind].objects) is (state is ReadingState.STALE)
        else:
            assert after[kind] == before[kind]


async def test_the_first_snapshot_waits_for_every_readable_kind(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.cluster.set_state(Pod, ReadingState.SYNCING, "listing")
    bench.cluster.set_state(Node, ReadingState.FORBIDDEN, "grant get, list, watch on nodes")
    with caplog.at_level(logging.INFO):
        async with anyio.create_task_group() as group:
            group.start_soon(bench.collect.wait_until_complete)
            await bench.clock.advance(5)
            assert not bench.collect.is_synced
            bench.cluster.set_state(Pod, ReadingState.LIVE, "")
            await bench.clock.advance(0.2)
    assert bench.collect.is_synced
    (line,) = [record for record in caplog.records if record.message == "cluster synced"]
    assert vars(line)["kinds"] == len(FOLLOWED_KINDS) == 21
    assert vars(line)["missing"]["Node"] == "forbidden: grant get, list, watch on nodes"


async def test_a_kind_that_never_syncs_delays_the_first_snapshot_only_so_long(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    bench.cluster.set_state(Pod, ReadingState.SYNCING, "listing")
    async with anyio.create_task_group() as group:
        group.start_soon(bench.collect.wait_until_complete)
        await bench.clock.advance(59)
        assert not bench.collect.is_synced
        await bench.clock.advance(2)
        assert bench.collect.is_synced
    (line,) = caplog.records
    assert (line.message, vars(line)["never_synced"]) == ("first snapshot is not complete", [Kind.POD.value])
    assert bench.collect.collect().readings.pods.objects == ()
