"""Asks the API server whether it serves a kind, so that a 404 need not be believed from whoever says it.

Discovery is two small documents, readable for every authenticated account (the role `system:discovery`).
Source: k8s.io/apimachinery `meta/v1` APIGroupList (`/apis`) and APIResourceList (`/apis/GROUP/VERSION`).
"""

from typing import Final, TypeVar

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from ports.errors import NotFound, UnexpectedAnswer


class _Version(msgspec.Struct, gc=False, rename="camel"):
    group_version: str


class _Group(msgspec.Struct, gc=False):
    name: str
    versions: list[_Version]


class _Groups(msgspec.Struct, gc=False, tag_field="kind", tag="APIGroupList"):
    groups: list[_Group]


class _Resource(msgspec.Struct, gc=False):
    name: str


class _Resources(msgspec.Struct, gc=False, tag_field="kind", tag="APIResourceList"):
    resources: list[_Resource]


_D = TypeVar("_D", bound=msgspec.Struct)

_GROUPS: Final = msgspec.json.Decoder(_Groups)
_RESOURCES: Final = msgspec.json.Decoder(_Resources)


async def is_served(connection: KubernetesConnection, group: str, version: str, plural: str) -> bool:
    """Whether a kind is served.

    Args:
        connection: who is asked.
        group: API group; not the core, which is always served.
        version: of the group.
        plural: name of the kind in paths.

    Raises:
        PortError: nobody can say so now: no answer, or one that no API server gives.
    """
    operation = f"ask whether {plural}.{group} is served"
    versions = {
        one.group_version
        for known in (await _read(connection, "/apis", operation, _GROUPS)).groups
        if known.name == group
        for one in known.versions
    }
    if f"{group}/{version}" not in versions:
        return False
    try:
        listed = await _read(connection, f"/apis/{group}/{version}", operation, _RESOURCES)
    except NotFound as error:
        raise UnexpectedAnswer(operation, "a version that is listed and cannot be read") from error
    return any(one.name == plural for one in listed.resources)


async def _read(connection: KubernetesConnection, path: str, operation: str, decoder: msgspec.json.Decoder[_D]) -> _D:
    body = await connection.get(path, operation=operation, resource="discovery")
    try:
        return decoded(decoder, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no document of discovery") from error
