"""The loops of the agent, and the order in which they end.

| loop | period | does |
|---|---|---|
| snapshot | 10 s | collect, push |
| heartbeat | 30 s, again after 2 s when it failed | send heartbeat |
| commands.ops, commands.ai | long poll | execute commands |
| results | on demand | deliver results |
| otel | per part | refresh the OTel summary |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import anyio
from anyio.abc import TaskStatus

from adapters.scheduler.command_loop import CommandLoop
from adapters.scheduler.observer import LoopObserver
from adapters.scheduler.periodic import Periodic
from adapters.scheduler.supervisor import Run, Supervisor
from application.collect_snapshot import CollectSnapshot
from application.deliver_results import DeliverResults
from application.identify_cluster import IdentifyCluster
from application.refresh_otel_summary import RefreshOTelSummary
from application.send_heartbeat import SendHeartbeat
from ports.clock import Clock
from ports.errors import Unavailable
from ports.gateway import MasterGateway

_HEARTBEAT_RETRY_SECONDS = 2.0
_LAST_DELIVERY_SECONDS = 8.0
"""For results that are left at a stop; with the time for running commands it stays within the grace period."""
_OTEL_PAUSE_SECONDS = 1.0
"""Least pause between two refreshes: a part that stays due must not spin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopTimings:
    """Periods and deadlines of the loops."""

    snapshot_interval_seconds: float
    snapshot_timeout_seconds: float
    heartbeat_interval_seconds: float


class Scheduler:
    """Runs every loop until it is told to stop."""

    def __init__(
        self,
        identify: IdentifyCluster,
        collect: CollectSnapshot,
        gateway: MasterGateway,
        heartbeat: SendHeartbeat,
        command_loops: Sequence[CommandLoop],
        deliver: DeliverResults,
        refresh_otel: RefreshOTelSummary | None,
        supervisor: Supervisor,
        clock: Clock,
        observer: LoopObserver,
        timings: LoopTimings,
    ) -> None:
        """`refresh_otel`: None where no OTel store is configured."""
        self._identify = identify
        self._collect = collect
        self._gateway = gateway
        self._command_loops = tuple(command_loops)
        self._deliver = deliver
        self._refresh_otel = refresh_otel
        self._supervisor = supervisor
        self._clock = clock
        self._observer = observer
        self._snapshot = Periodic(
            "snapshot",
            self._push_snapshot,
            clock,
            observer,
            period_seconds=timings.snapshot_interval_seconds,
            timeout_seconds=timings.snapshot_timeout_seconds,
        )
        self._heartbeat = Periodic(
            "heartbeat",
            heartbeat.send,
            clock,
            observer,
            period_seconds=timings.heartbeat_interval_seconds,
            retry_seconds=min(_HEARTBEAT_RETRY_SECONDS, timings.heartbeat_interval_seconds),
        )
        self._stopping = anyio.Event()

    def stop(self) -> None:
        """End as the design asks: no more polls, what runs is finished, results are delivered; then `run` returns."""
        self._stopping.set()
        for loop in self._command_loops:
            loop.stop()

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Identify the cluster, then run every loop until `stop`."""
        task_status.started()
        async with anyio.create_task_group() as loops:
            with anyio.CancelScope() as identifying:
                loops.start_soon(self._cancel_at_stop, identifying)
                await self._identify.resolve()
            if not self._stopping.is_set():
                await self._run_loops(loops)
            loops.cancel_scope.cancel()

    async def _run_loops(self, loops: anyio.abc.TaskGroup) -> None:
        background: list[tuple[str, Run]] = [
            ("heartbeat", self._heartbeat.run),
            ("results", self._deliver_results),
            ("snapshot", self._push_snapshots),
        ]
        if self._refresh_otel is not None:
            background.append(("otel", partial(self._refresh, self._refresh_otel)))
        for name, run in background:
            loops.start_soon(self._supervisor.keep, name, run)
        async with anyio.create_task_group() as polls:
            for loop in self._command_loops:
                run = partial(loop.run, supervisor=self._supervisor)
                polls.start_soon(self._supervisor.keep, loop.name, run)
        # All polls have ended and what they brought is finished: deliver what is there, whatever the loop waits for.
        await self._stopping.wait()
        await self._deliver.finish(_LAST_DELIVERY_SECONDS)

    async def _cancel_at_stop(self, scope: anyio.CancelScope) -> None:
        await self._stopping.wait()
        scope.cancel()

    async def _push_snapshots(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        await self._collect.wait_until_complete()
        await self._snapshot.run()

    async def _push_snapshot(self) -> None:
        snapshot = self._collect.collect()
        if snapshot.readings.is_blank:
            # Twenty empty lists would tell the Master that everything was deleted; it keeps what it has instead.
            reasons = dict.fromkeys(reading.reason for reading in snapshot.readings.all() if reading.reason)
            raise Unavailable(
                "push snapshot", f"nothing of the cluster is known: {'; '.join(reasons) or 'not read yet'}"
            )
        await self._gateway.push_snapshot(snapshot)

    async def _deliver_results(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        await self._deliver.run()

    async def _refresh(
        self, otel: RefreshOTelSummary, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Refresh whatever is due, whenever something is; the use case bounds and reports its own failures."""
        task_status.started()
        while True:
            began = self._clock.monotonic()
            await otel.refresh()
            self._observer.on_round("otel", self._clock.monotonic() - began, "")
            await self._clock.sleep(max(_OTEL_PAUSE_SECONDS, otel.seconds_until_due()))
