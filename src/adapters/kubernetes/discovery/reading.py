"""Reads what the API server serves: in two requests, or one per version of a group where it is older.

A group whose server does not answer costs only itself.
"""

import logging
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from adapters.kubernetes.depth import decoded_body
from adapters.kubernetes.discovery.documents import (
    AGGREGATED,
    GROUP_DISCOVERY_LIST,
    GROUP_LIST,
    RESOURCE_LIST,
)
from adapters.kubernetes.paths import DiscoveryPath, PathSegmentError
from adapters.kubernetes.read_only import ReadOnlyConnection
from domain.cluster.resource_types import ResourceType
from ports.errors import PortError, UnexpectedAnswer

_D = TypeVar("_D", bound=msgspec.Struct)
_OPERATION: Final = "discover what is served"
_CORE: Final = DiscoveryPath()
_GROUPS: Final = DiscoveryPath(of_groups=True)
_CORE_KINDS: Final = DiscoveryPath(version="v1")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """What is served, as far as it is known."""

    types: tuple[ResourceType, ...]
    """In the server's order."""
    unanswered: frozenset[str] = frozenset()
    """Groups of which nobody can say now what they hold."""


async def read_served(connection: ReadOnlyConnection) -> Served:
    """What the API server serves now.

    Raises:
        PortError: the core or the list of groups cannot be read.
    """
    core = await _read(connection, _CORE, GROUP_DISCOVERY_LIST)
    if not core.is_aggregated:
        return await _read_one_by_one(connection)
    groups = await _read(connection, _GROUPS, GROUP_DISCOVERY_LIST)
    if not groups.is_aggregated:
        return await _read_one_by_one(connection)
    return Served((*core.types(), *groups.types()), frozenset(groups.unanswered()))


async def _read_one_by_one(connection: ReadOnlyConnection) -> Served:
    types = list((await _read(connection, _CORE_KINDS, RESOURCE_LIST)).types("", "v1"))
    unanswered: set[str] = set()
    for group_version in (await _read(connection, _GROUPS, GROUP_LIST)).group_versions():
        group, _, version = group_version.partition("/")
        try:
            path = DiscoveryPath(group=group, version=version)
            types.extend((await _read(connection, path, RESOURCE_LIST)).types(group, version))
        except (PortError, PathSegmentError) as error:
            logger.info("a group does not say what it serves", extra={"group": group, "error": str(error)})
            unanswered.add(group)
    return Served(tuple(types), frozenset(unanswered))


async def _read(connection: ReadOnlyConnection, path: DiscoveryPath, decoder: msgspec.json.Decoder[_D]) -> _D:
    body = await connection.get(path, operation=_OPERATION, accept=AGGREGATED)
    try:
        return await decoded_body(decoder, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(_OPERATION, "the answer is no document of discovery") from error
