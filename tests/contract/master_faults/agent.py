"""The agent's loops over HTTP to a Master on loopback: everything as in production, but for the speed of its clock."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import anyio

from adapters.gateway.client import HttpMasterGateway
from adapters.gateway.settings import GatewaySettings
from adapters.gateway.wire.results import WireOutputRenderer
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.kind_resolver import InMemoryKindResolver
from adapters.memory.ledger import InMemoryLedger
from adapters.memory.workload_operator import InMemoryWorkloadOperator
from adapters.scheduler.command_loop import CommandLoop
from adapters.scheduler.scheduler import LoopTimings, Scheduler
from adapters.scheduler.supervisor import Supervisor
from application.collect_snapshot import CollectSnapshot
from application.deliver_results import DeliverResults
from application.execute_command import ExecuteCommand
from application.handlers.workloads import WorkloadHandlers
from application.identify_cluster import IdentifyCluster
from application.lanes import LaneLimits, Lanes
from application.send_heartbeat import SendHeartbeat
from application.target_keys import TargetKeys
from domain.commands.actions import Topic
from domain.commands.policy import Policy
from domain.commands.workload_requests import ScaleRequest
from tests.support.api_client import eventually
from tests.support.master_faults import Endpoint
from tests.support.master_server import Answer, MasterServer
from tests.support.observers import RecordingObserver, RecordingTargetEvents
from tests.support.quick_clock import QuickClock

PATIENCE_SECONDS: Final = 60.0
"""Of the test, in real time: only there so that a failure has a name."""
SPEED: Final = 12.0
CLUSTER: Final = "cluster-1"
PERIOD_SECONDS: Final = 10.0
POLL_INTERVAL_SECONDS: Final = 1.0
"""Ten times the real one: a pause of 100 ms could not be told from the time that a request takes here."""


@dataclass(slots=True)
class Agent:
    """The loops, and the Master they talk to."""

    server: MasterServer
    clock: QuickClock
    cluster: InMemoryCluster
    observer: RecordingObserver
    port: int
    host: AsyncExitStack
    orders: list[str] = field(default_factory=list)

    def fail(self, answer: Answer, *endpoints: Endpoint) -> None:
        for endpoint in endpoints or Endpoint:
            self.server.fail(endpoint, answer)

    async def stop_listening(self) -> None:
        await self.host.aclose()

    async def mend(self) -> datetime:
        """Answer as one should from now on; when that is, by the agent's clock."""
        self.server.heal()
        await self.host.aclose()
        await self.host.enter_async_context(self.server.serving(self.port))
        return self.clock.now()

    async def hold(self, seconds: float) -> dict[Endpoint, int]:
        """Let so much time pass; how many requests came meanwhile."""
        before = {one: self.server.count(one) for one in Endpoint}
        await self.clock.sleep(seconds)
        return {one: self.server.count(one) - before[one] for one in Endpoint}

    def order(self, replicas: int) -> str:
        """Somebody wants a workload scaled."""
        command_id = self.server.order(
            "scale", CLUSTER, kind="Deployment", namespace="shop", name="web", params={"replicas": replicas}
        )
        self.orders.append(command_id)
        return command_id

    @property
    def collected_at(self) -> list[datetime]:
        """When the snapshots that the Master took were collected, in the order in which it took them."""
        return [datetime.fromisoformat(one.fetched_at or "") for one in self.server.pushes(CLUSTER)]

    @property
    def heartbeats(self) -> int:
        return self.server.store.heartbeats(CLUSTER)

    async def is_fresh(self, since: datetime) -> None:
        """Wait for a snapshot from after that moment; none that came was older than a period before it."""
        taken = len(self.collected_at)
        await eventually(lambda: self.collected_at and self.collected_at[-1] >= since, PATIENCE_SECONDS)
        stamps = self.collected_at
        assert stamps == sorted(stamps)
        assert all(one >= since - timedelta(seconds=PERIOD_SECONDS) for one in stamps[taken:])

    async def is_reported(self, command_id: str) -> None:
        """Wait until a command has succeeded as far as the Master knows."""
        await eventually(lambda: self.server.command(command_id).status == "success", PATIENCE_SECONDS)


@asynccontextmanager
async def working() -> AsyncIterator[Agent]:
    """The agent has pushed, sent a heartbeat and polls both topics."""
    clock, observer = QuickClock(SPEED), RecordingObserver()
    # The hold is longer than any test: what a poll waits for is a command or a fault.
    server = MasterServer(poll_hold_seconds=60.0 / SPEED)
    host = AsyncExitStack()
    await host.enter_async_context(server.serving())
    settings = GatewaySettings(
        url=server.url,
        http_timeout_seconds=10.0 / SPEED,
        poll_timeout_seconds=75.0 / SPEED,
        heartbeat_timeout_seconds=4.0 / SPEED,
    )
    cluster = InMemoryCluster(clock)
    async with HttpMasterGateway(settings, lambda: CLUSTER, clock) as gateway, anyio.create_task_group() as group:
        scheduler = _scheduler(gateway, cluster, clock, observer)
        await group.start(scheduler.run)
        agent = Agent(server, clock, cluster, observer, int(server.url.rpartition(":")[2]), host)
        await eventually(lambda: agent.collected_at and agent.heartbeats and server.store.commands.open_polls == 2)
        yield agent
        group.cancel_scope.cancel()
    await host.aclose()


def _scheduler(
    gateway: HttpMasterGateway, cluster: InMemoryCluster, clock: QuickClock, observer: RecordingObserver
) -> Scheduler:
    ledger, lanes, supervisor = InMemoryLedger(clock), Lanes(LaneLimits(), clock), Supervisor(clock, observer)
    outbox = DeliverResults(ledger, gateway, clock, timeout_seconds=10)
    identify = IdentifyCluster(cluster, clock, configured_id=CLUSTER)
    execute = ExecuteCommand(
        Policy(),
        ledger,
        lanes,
        {ScaleRequest: WorkloadHandlers(InMemoryWorkloadOperator(cluster), InMemoryKindResolver(), clock).scale},
        WireOutputRenderer(),
        outbox,
        clock,
        observer,
        target_keys=TargetKeys(InMemoryKindResolver()),
        target_events=RecordingTargetEvents(),
        timeout_seconds=25,
    )
    return Scheduler(
        identify,
        CollectSnapshot(cluster, lambda: None, identify.current, clock, initial_sync_timeout_seconds=60),
        gateway,
        SendHeartbeat(gateway, clock, timeout_seconds=4),
        [
            CommandLoop(
                topic,
                gateway,
                execute,
                lanes,
                clock,
                observer,
                poll_interval_seconds=POLL_INTERVAL_SECONDS,
                finish_seconds=0.05,
            )
            for topic in Topic
        ],
        outbox,
        None,
        supervisor,
        clock,
        observer,
        LoopTimings(
            snapshot_interval_seconds=PERIOD_SECONDS, snapshot_timeout_seconds=10, heartbeat_interval_seconds=30
        ),
    )
