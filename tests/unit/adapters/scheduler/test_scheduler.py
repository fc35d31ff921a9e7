"""The loops together, in simulated time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.gateway import InMemoryMaster
from adapters.memory.ledger import InMemoryLedger
from adapters.scheduler.scheduler import LoopTimings, Scheduler
from adapters.scheduler.supervisor import Supervisor
from application.collect_snapshot import CollectSnapshot
from application.deliver_results import DeliverResults
from application.identify_cluster import IdentifyCluster
from application.send_heartbeat import SendHeartbeat
from domain.cluster.all_readings import RESOURCES
from domain.cluster.namespaces import Namespace
from domain.cluster.readings import ReadingState
from tests.support.observers import RecordingObserver


class Bench:
    """A scheduler without commands, on an in-memory cluster and Master."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.cluster = InMemoryCluster(self.clock)
        self.master = InMemoryMaster(self.clock)
        self.observer = RecordingObserver()
        identify = IdentifyCluster(self.cluster, self.clock, configured_id="c1")
        self.scheduler = Scheduler(
            identify,
            CollectSnapshot(self.cluster, lambda: None, identify.current, self.clock, initial_sync_timeout_seconds=60),
            self.master,
            SendHeartbeat(self.master, self.clock, timeout_seconds=4),
            (),
            DeliverResults(InMemoryLedger(self.clock), self.master, self.clock, timeout_seconds=10),
            None,
            Supervisor(self.clock, self.observer),
            self.clock,
            self.observer,
            LoopTimings(snapshot_interval_seconds=10, snapshot_timeout_seconds=10, heartbeat_interval_seconds=30),
        )

    def errors_of(self, loop: str) -> list[str]:
        return [error for name, error in self.observer.rounds if name == loop]


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:
        await group.start(bench.scheduler.run)
        yield
        group.cancel_scope.cancel()


@pytest.mark.parametrize("state", [ReadingState.SYNCING, ReadingState.FORBIDDEN])
async def test_a_cluster_of_which_nothing_was_read_is_not_told_as_an_empty_one(state: ReadingState) -> None:
    bench = Bench()
    for resource in RESOURCES.values():
        bench.cluster.set_state(resource, state, "connection refused")
    async with running(bench):
        await bench.clock.advance(95)
        assert bench.master.pushed == ()
        assert bench.master.heartbeats == 4
        assert set(bench.errors_of("snapshot")) == {
            "push snapshot: nothing of the cluster is known: connection refused"
        }
        bench.cluster.set_state(Namespace, ReadingState.LIVE)
        await bench.clock.advance(10)
        assert len(bench.master.pushed) == 1
        assert len(bench.master.pushed[0].readings.namespaces.objects) > 0
    assert bench.observer.crashes == []
