"""CollectSnapshot: take one picture of the cluster from what is in memory.

Never raises because one source is ill: a kind that fails keeps its last good objects, a forbidden or absent kind is
empty, usage and the OTel summary are taken as they are, without waiting. An empty list tells the Master that everything
of a kind was deleted; so nothing leaves before every readable kind is complete, for at most the initial sync's time.
"""

import logging
from collections.abc import Callable
from typing import Any

from domain.cluster.all_readings import Readings
from domain.cluster.joins import Joiner
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.summary import summarise
from domain.otel.summary import OTelSummary
from ports.clock import Clock
from ports.cluster import ClusterReader

_LOOK_AGAIN_SECONDS = 0.1

logger = logging.getLogger(__name__)


class CollectSnapshot:
    """Takes pictures of the cluster."""

    def __init__(
        self,
        cluster: ClusterReader,
        current_otel: Callable[[], OTelSummary | None],
        cluster_id: Callable[[], str],
        clock: Clock,
        *,
        initial_sync_timeout_seconds: float,
    ) -> None:
        self._cluster = cluster
        self._current_otel = current_otel
        self._cluster_id = cluster_id
        self._clock = clock
        self._initial_sync_timeout_seconds = initial_sync_timeout_seconds
        self._joiner = Joiner()
        self.is_synced = False
        """Whether the wait for the first complete picture is over."""

    def collect(self) -> ClusterSnapshot:
        """The picture of this moment; pure over what the reader holds."""
        collected_at = self._clock.now()
        readings = self.readings()
        usage = self._cluster.read_usage()
        return ClusterSnapshot(
            cluster_id=self._cluster_id(),
            collected_at=collected_at,
            readings=readings,
            usage=usage,
            joins=self._joiner.join(readings, usage),
            otel=self._current_otel(),
            summary=summarise(readings),
        )

    async def wait_until_complete(self) -> None:
        """Return when every kind that can be read has been read once, or the time for that is over.

        One line then says how the start went: kinds, objects, seconds, and what is missing with the right that would
        grant it.
        """
        started = self._clock.monotonic()
        while not all(reading.is_settled for reading in self.readings().all()):
            if self._clock.monotonic() - started >= self._initial_sync_timeout_seconds:
                break
            await self._clock.sleep(_LOOK_AGAIN_SECONDS)
        self._report_start(self._clock.monotonic() - started)
        self.is_synced = True

    def readings(self) -> Readings:
        """What is known of every kind at this moment."""
        return Readings.taken(self._cluster.read)

    def _report_start(self, seconds: float) -> None:
        readings = self.readings().by_kind()
        fields = {
            "kinds": len(readings),
            "objects": sum(len(reading.objects) for reading in readings.values()),
            "seconds": round(seconds, 2),
            "missing": {kind.value: missing for kind, reading in readings.items() if (missing := _missing(reading))},
        }
        unsynced = [kind.value for kind, reading in readings.items() if not reading.is_settled]
        if unsynced:
            logger.warning("first snapshot is not complete", extra={**fields, "never_synced": unsynced})
        else:
            logger.info("cluster synced", extra=fields)


def _missing(reading: Reading[Any]) -> str:
    """What of a kind cannot be read and why; empty where all of it can, or may yet."""
    match reading.state:
        case ReadingState.FORBIDDEN | ReadingState.ABSENT:
            return f"{reading.state}: {reading.reason}" if reading.reason else reading.state.value
        case ReadingState.LIVE if reading.reason:
            # Some namespaces of those that the agent is restricted to.
            return f"partly {reading.reason}"
        case _:
            return ""
