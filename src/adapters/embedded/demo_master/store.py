"""The state of a demo Master: what arrived from agents, what was refused, what they are asked to do.

In memory only, bounded. Everything is called on the event loop.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from adapters.embedded.demo_master.command_book import CommandBook
from adapters.embedded.demo_master.judge import JudgedResult, JudgedSnapshot
from adapters.embedded.demo_master.records import ClusterRecord, Push, Rejection, ResultPost
from adapters.embedded.demo_master.settings import DemoMasterSettings

KEEP_CLUSTERS = 100
LONGEST_QUOTE = 256

logger = logging.getLogger(__name__)


class _Cluster:
    """One cluster's numbers; changed in place, read through `ClusterRecord`."""

    def __init__(self, keep_bodies: int) -> None:
        self.pushes: deque[Push] = deque(maxlen=keep_bodies)
        self.accepted = 0
        self.rejected = 0
        self.heartbeats = 0
        self.polls: Counter[str] = Counter()
        self.last_heartbeat_at: datetime | None = None
        self.last_rejection: Rejection | None = None
        self.known = False
        """Whether a snapshot or a heartbeat made it a cluster; a refused push or a poll does not."""


def utc_now() -> datetime:
    """The present, UTC-aware."""
    return datetime.now(UTC)


class Store:
    """What a demo Master knows. Reading never changes it.

    Args:
        settings: bounds and the expiry of heartbeats.
        now: the present as a UTC-aware time; tests give their own.
    """

    def __init__(self, settings: DemoMasterSettings, now: Callable[[], datetime] = utc_now) -> None:
        self._settings = settings
        self._now = now
        self._clusters: dict[str, _Cluster] = {}
        self._rejections: deque[Rejection] = deque(maxlen=settings.keep_rejections)
        self._accepted = 0
        self.commands = CommandBook(settings, now)

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """Refused requests of the agent port in the order of arrival, as far as remembered."""
        return tuple(self._rejections)

    @property
    def results(self) -> tuple[ResultPost, ...]:
        """Every result posted, in the order of arrival, as far as remembered."""
        return self.commands.results

    def pushes(self, cluster_id: str) -> tuple[Push, ...]:
        """The accepted snapshots of a cluster, oldest first, at most `keep_bodies`."""
        cluster = self._clusters.get(cluster_id)
        return tuple(cluster.pushes) if cluster else ()

    def clusters(self) -> tuple[ClusterRecord, ...]:
        """Every cluster that sent a snapshot or a heartbeat, by id."""
        known = sorted(cluster_id for cluster_id, cluster in self._clusters.items() if cluster.known)
        return tuple(self._record(cluster_id) for cluster_id in known)

    def cluster(self, cluster_id: str) -> ClusterRecord | None:
        """One cluster; None when neither a snapshot nor a heartbeat came from it."""
        cluster = self._clusters.get(cluster_id)
        return self._record(cluster_id) if cluster and cluster.known else None

    def polls(self, cluster_id: str, topic: str) -> int:
        """How many polls for commands a cluster has begun on a topic."""
        cluster = self._clusters.get(cluster_id)
        return cluster.polls[topic] if cluster else 0

    def heartbeats(self, cluster_id: str) -> int:
        """How many heartbeats came from a cluster."""
        cluster = self._clusters.get(cluster_id)
        return cluster.heartbeats if cluster else 0

    def note_push(self, cluster_id: str, judged: JudgedSnapshot, *, wire_bytes: int, compressed: bool) -> Push:
        """Replace the cluster's snapshot by an accepted one."""
        self._accepted += 1
        push = Push(
            number=self._accepted,
            cluster_id=cluster_id,
            document=judged.document,
            wire_bytes=wire_bytes,
            compressed=compressed,
            received_at=self._now(),
            fetched_at=judged.fetched_at,
        )
        cluster = self._known(cluster_id)
        cluster.accepted += 1
        cluster.pushes.append(push)
        if cluster.last_heartbeat_at is None:
            cluster.last_heartbeat_at = push.received_at  # a snapshot creates the record as online, once
        return push

    def note_heartbeat(self, cluster_id: str) -> None:
        """The cluster is alive now."""
        cluster = self._known(cluster_id)
        cluster.heartbeats += 1
        cluster.last_heartbeat_at = self._now()

    def note_poll(self, cluster_id: str, topic: str) -> None:
        """A poll for commands began."""
        self._of(cluster_id).polls[topic] += 1

    def note_rejection(self, route: str, cluster_id: str, answer: str, *, path: str = "$", reason: str = "") -> None:
        """A request was refused with 400; of a push, the cluster's count says so too."""
        rejection = Rejection(
            at=self._now(),
            route=route,
            cluster_id=cluster_id[:LONGEST_QUOTE],
            answer=answer,
            path=path,
            reason=reason[:LONGEST_QUOTE] or answer,
        )
        self._rejections.append(rejection)
        if cluster_id and route.endswith("snapshot"):
            cluster = self._of(cluster_id)
            cluster.rejected += 1
            cluster.last_rejection = rejection
        logger.warning(
            "request of an agent refused",
            extra={
                "route": route,
                "cluster_id": rejection.cluster_id,
                "answer": answer,
                "path": path,
                "reason": rejection.reason,
            },
        )

    def note_result(self, judged: JudgedResult) -> None:
        """A result arrived, for a known command or not."""
        self.commands.finish(
            ResultPost(
                at=self._now(),
                command_id=judged.command_id,
                success=judged.success,
                output=judged.output,
                error=judged.error,
                exec_time_ns=judged.exec_time_ns,
                cluster_id=judged.cluster_id,
            )
        )

    def _known(self, cluster_id: str) -> _Cluster:
        cluster = self._of(cluster_id)
        cluster.known = True
        return cluster

    def _of(self, cluster_id: str) -> _Cluster:
        """The cluster's numbers, made the most recently used; the least recently used is forgotten beyond the bound."""
        cluster = self._clusters.pop(cluster_id, None) or _Cluster(self._settings.keep_bodies)
        self._clusters[cluster_id] = cluster
        if len(self._clusters) > KEEP_CLUSTERS:
            del self._clusters[next(iter(self._clusters))]
        return cluster

    def _record(self, cluster_id: str) -> ClusterRecord:
        cluster = self._clusters[cluster_id]
        expiry = timedelta(seconds=self._settings.heartbeat_expire_seconds)
        last = cluster.last_heartbeat_at
        return ClusterRecord(
            cluster_id=cluster_id,
            online=last is not None and self._now() - last <= expiry,
            last_heartbeat_at=last if cluster.heartbeats else None,
            heartbeats=cluster.heartbeats,
            accepted=cluster.accepted,
            rejected=cluster.rejected,
            last_push=cluster.pushes[-1] if cluster.pushes else None,
            last_rejection=cluster.last_rejection,
            polls=dict(cluster.polls),
        )
