"""KubernetesKindResolver: what is served is read at the first question and kept for ten minutes.

A name that nothing has may be that of a kind that came a moment ago, so a miss reads once more, but not sooner than a
few seconds after the last time: names that do not exist are asked for by mistake again and again. While the API server
does not answer, what was known goes on being used.
"""

import logging
from typing import Final

import anyio
from typing_extensions import override

from adapters.kubernetes.discovery.reading import Served, read_served
from adapters.kubernetes.errors import capped
from adapters.kubernetes.read_only import ReadOnlyConnection
from domain.cluster.resource_catalogue import ResourceCatalogue, group_named_in, is_kind_name
from domain.cluster.resource_types import ResourceType
from ports.clock import Clock
from ports.errors import InvalidRequest, NotFound, PortError, Unavailable
from ports.resource_types import KindResolver

KEPT_SECONDS: Final = 600.0
PAUSE_SECONDS: Final = 5.0
"""Least time between two readings that misses ask for."""
_MOST_NAMED: Final = 8

logger = logging.getLogger(__name__)


class KubernetesKindResolver(KindResolver):
    """Asks the API server."""

    def __init__(self, connection: ReadOnlyConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = anyio.Lock()
        self._served = Served(())
        self._catalogue: ResourceCatalogue | None = None
        self._read_at = self._tried_at = float("-inf")
        self._trouble: PortError | None = None

    @override
    async def resolve(self, name: str) -> ResourceType:
        operation = f"find the kind {capped(name)[:64]}"
        if not is_kind_name(name):
            raise InvalidRequest(operation, "this cannot be the name of a kind")
        found = (await self._known(older_than=KEPT_SECONDS)).candidates(name)
        if not found:
            found = (await self._known(older_than=PAUSE_SECONDS)).candidates(name)
        if len(found) > 1:
            named = ", ".join(one.qualified for one in found[:_MOST_NAMED])
            raise InvalidRequest(operation, f"several kinds have this name: {named}; say which")
        if not found:
            raise self._miss(operation, name)
        return found[0]

    @override
    def forget(self) -> None:
        self._read_at = self._tried_at = float("-inf")

    def _miss(self, operation: str, name: str) -> PortError:
        if self._trouble is not None:
            return type(self._trouble)(operation, self._trouble.why)
        unanswered = self._served.unanswered
        if group_named_in(name) in unanswered:
            return Unavailable(operation, f"the server of group {group_named_in(name)} does not answer now")
        beside = f" (not answering now: {', '.join(sorted(unanswered)[:_MOST_NAMED])})" if unanswered else ""
        return NotFound(operation, f"nothing that is served has this name{beside}")

    async def _known(self, *, older_than: float) -> ResourceCatalogue:
        """What is served, read again if it is older than this; of several who ask at once, one reads."""
        async with self._lock:
            now = self._clock.monotonic()
            is_fresh = now - self._read_at < older_than or now - self._tried_at < PAUSE_SECONDS
            if self._catalogue is not None and is_fresh:
                return self._catalogue
            self._tried_at = now
            try:
                self._served = await read_served(self._connection)
            except PortError as error:
                self._trouble = error
                if self._catalogue is None:
                    raise
                logger.warning("what is served cannot be read again", extra={"error": str(error)})
                return self._catalogue
            self._trouble = None
            self._catalogue = ResourceCatalogue(self._served.types)
            self._read_at = now
            return self._catalogue
