"""IdentifyCluster: find out which cluster this is, before anything can be said about it.

The Master knows a cluster by its id. An operator may give one; otherwise it is the UID of the namespace kube-system,
looked up until it is found: an API server that is down at start must not end the process.
"""

import logging

from domain.backoff import Backoff
from ports.clock import Clock
from ports.cluster import ClusterIdentity
from ports.errors import AccessDenied, PortError

logger = logging.getLogger(__name__)


class IdentifyCluster:
    """Holds the cluster's id; empty until it is known."""

    def __init__(self, identity: ClusterIdentity, clock: Clock, *, configured_id: str = "") -> None:
        self._identity = identity
        self._clock = clock
        self._cluster_id = configured_id
        self.last_error = ""

    def current(self) -> str:
        """The id, or an empty text while it is not known."""
        return self._cluster_id

    async def resolve(self) -> str:
        """Return the id; keep asking until there is one."""
        backoff = Backoff(first_seconds=1.0, longest_seconds=30.0)
        while not self._cluster_id:
            try:
                self._cluster_id = await self._identity.cluster_uid()
            except PortError as error:
                self._report(error)
                await self._clock.sleep(backoff.next_seconds())
        self.last_error = ""
        logger.info("cluster identified", extra={"cluster_id": self._cluster_id})
        return self._cluster_id

    def _report(self, error: PortError) -> None:
        text = str(error)
        if text == self.last_error:
            return
        self.last_error = text
        advice = (
            "grant get on namespaces, or set AGENT_CLUSTER_ID"
            if isinstance(error, AccessDenied)
            else "trying again until it answers"
        )
        logger.warning("cluster id not found yet", extra={"error": text, "advice": advice})
