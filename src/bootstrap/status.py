"""What `/statusz` shows: how the agent does, for a person at three in the morning."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from adapters.health.liveness import Liveness
from adapters.telemetry.gateway import MeasuredMasterGateway
from application.collect_snapshot import CollectSnapshot
from application.identify_cluster import IdentifyCluster
from application.lanes import Lanes, RunningCommand
from application.refresh_otel_summary import RefreshOTelSummary
from bootstrap.version import VERSION
from domain.commands.actions import Topic
from ports.clock import Clock
from ports.cluster import ClusterReader
from ports.ledger import CommandLedger


class AgentStatus:
    """Gathers what the parts know of themselves; answers at once and does no I/O."""

    def __init__(
        self,
        identify: IdentifyCluster,
        collect: CollectSnapshot,
        cluster: ClusterReader,
        lanes: Lanes,
        ledger: CommandLedger,
        liveness: Liveness,
        clock: Clock,
        *,
        gateway: MeasuredMasterGateway,
        otel: RefreshOTelSummary | None,
    ) -> None:
        self._identify = identify
        self._collect = collect
        self._cluster = cluster
        self._lanes = lanes
        self._ledger = ledger
        self._liveness = liveness
        self._clock = clock
        self._gateway = gateway
        self._otel = otel
        self._started_at = clock.now()

    def not_ready(self) -> tuple[str, ...]:
        """What the agent still waits for before it is of use; nothing once the first sync is over."""
        missing = []
        if not self._identify.current():
            missing.append(f"cluster id not known: {self._identify.last_error or 'not asked yet'}")
        elif not self._collect.is_synced:
            missing.append("first sync not complete")
        return tuple(missing)

    def report(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        now = self._clock.now()
        ledger = self._ledger.status()
        seconds = self._gateway.seconds_since_push
        return {
            "version": VERSION,
            "clusterId": self._identify.current(),
            "now": _text(now),
            "startedAt": _text(self._started_at),
            "ready": not self.not_ready(),
            "notReady": self.not_ready(),
            "secondsSincePush": None if seconds is None else round(seconds, 1),
            "kinds": self._kinds(now),
            "usage": self._usage(now),
            "otel": [asdict(part) for part in self._otel.status()] if self._otel else None,
            "loops": self._liveness.status(),
            "commands": {
                "running": [self._running(one) for one in self._lanes.running],
                "waiting": {topic.value: self._lanes.waiting(topic) for topic in Topic},
            },
            "ledger": {
                "durable": ledger.durable,
                "entries": ledger.entries,
                "unreported": ledger.unreported,
                "reason": ledger.reason,
            },
        }

    def _running(self, command: RunningCommand) -> dict[str, Any]:
        return {
            "id": command.id,
            "topic": command.topic,
            "action": command.action,
            "target": str(command.target),
            "progress": command.progress,
            "seconds": round(self._clock.monotonic() - command.started_seconds, 1),
        }

    def _kinds(self, now: datetime) -> dict[str, Any]:
        return {
            kind.value: {
                "objects": len(reading.objects),
                "state": reading.state.value,
                "secondsSinceComplete": _seconds(now, reading.observed_at),
                "reason": reading.reason,
            }
            for kind, reading in self._collect.readings().by_kind().items()
        }

    def _usage(self, now: datetime) -> dict[str, Any]:
        usage = self._cluster.read_usage()
        return {
            "nodes": len(usage.nodes),
            "pods": len(usage.pods),
            "state": usage.state.value,
            "secondsSinceComplete": _seconds(now, usage.observed_at),
            "reason": usage.reason,
        }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _seconds(now: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else round((now - moment).total_seconds(), 1)
