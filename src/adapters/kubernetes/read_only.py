"""A connection that can only read, and only some of what there is.

Whoever holds nothing else cannot change anything, whatever it is asked for: the one method sends a GET, its path is
made of checked parts, subresources that do something when they are read (`proxy`, `exec`, `log` ...) are refused, and
so is a query that would make a list something else.
"""

from collections.abc import Mapping
from typing import Final

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.paths import ApiPath, DiscoveryPath
from adapters.kubernetes.session import JSON
from ports.errors import InvalidRequest

READABLE_SUBRESOURCES: Final = frozenset({"status", "scale"})
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""Of one answer about objects: an object has at most 3 MiB, a hundred may have a hundred times as much. Taken apart, it
is ten times as large, and sixteen questions may be asked at once."""
MAX_DISCOVERY_BYTES: Final = 16 * 1024 * 1024
"""Of what is served: about a kilobyte per kind, read once for all."""
_QUERY: Final = frozenset({"limit", "continue", "labelSelector", "fieldSelector", "includeObject"})


class ReadOnlyConnection:
    """Reads over a connection that others may change things with."""

    __slots__ = ("_get",)

    def __init__(self, connection: KubernetesConnection) -> None:
        self._get = connection.get

    async def get(
        self,
        path: ApiPath | DiscoveryPath,
        query: Mapping[str, str] | None = None,
        *,
        operation: str,
        accept: str = JSON,
    ) -> bytes:
        """The body of an answer.

        Args:
            path: what is read.
            query: which of it; not yet quoted.
            operation: what is tried, for messages: `list pods`.
            accept: the form of the answer, where there are several.

        Raises:
            InvalidRequest: the path or the query is none that may be read with.
            PortError: as `errors` maps it; `TooLarge` beyond `MAX_BODY_BYTES` or `MAX_DISCOVERY_BYTES`.
        """
        resource, most_bytes = "discovery", MAX_DISCOVERY_BYTES
        if isinstance(path, ApiPath):
            resource, most_bytes = path.resource.plural, MAX_BODY_BYTES
            if path.subresource and path.subresource not in READABLE_SUBRESOURCES:
                raise InvalidRequest(operation, f"the subresource {path.subresource} cannot be read here")
        if unknown := set(query or ()) - _QUERY:
            raise InvalidRequest(operation, f"no such query: {', '.join(sorted(unknown))}")
        return await self._get(
            str(path), query, operation=operation, resource=resource, accept=accept, most_bytes=most_bytes
        )
