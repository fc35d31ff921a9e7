"""Objects of the simulated cluster as JSON: identity as an API server writes it, content as the domain knows it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

from domain.cluster.events import Event
from domain.cluster.metadata import Resource
from domain.cluster.pods import Pod
from domain.cluster.resource_types import ResourceType

_IDENTITY: Final = frozenset(
    {"annotations", "created_at", "labels", "name", "namespace", "owner_kind", "owner_name", "summary", "uid"}
)


def object_of(resource: ResourceType, found: Resource) -> dict[str, Any]:
    """An object with `apiVersion`, `kind`, `metadata` and its content."""
    content = {
        _camel(one.name): json_of(getattr(found, one.name))
        for one in fields(found)  # type: ignore[arg-type]  # every kind of the domain is a dataclass
        if one.name not in _IDENTITY
    }
    if isinstance(found, Event):
        content["source"] = {"component": found.source}
    if isinstance(found, Pod):
        content["spec"]["nodeName"] = found.summary.node_name
        content["spec"]["imagePullSecrets"] = [{"name": one} for one in found.spec.image_pull_secrets]
    head = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": _metadata(found)}
    return head | {name: value for name, value in content.items() if value not in (None, "", [], {})}


def json_of(value: object) -> Any:  # noqa: ANN401 - JSON
    """A value of the domain as JSON."""
    if is_dataclass(value):
        members = {_camel(one.name): json_of(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in members.items() if one not in (None, "", [], {})}
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Mapping():
            return {str(name): json_of(one) for name, one in value.items()}
        case tuple() | list() | frozenset():
            return [json_of(one) for one in value]
        case Enum():
            return value.value
        case _:
            return value


def _metadata(found: Resource) -> dict[str, Any]:
    summary = getattr(found, "summary", None)
    owner_kind = getattr(found, "owner_kind", "") or getattr(summary, "owner_kind", "")
    owner_name = getattr(found, "owner_name", "") or getattr(summary, "owner_name", "")
    owner = {"kind": owner_kind, "name": owner_name, "controller": True}
    metadata = {
        "name": found.name,
        "namespace": found.namespace,
        "uid": getattr(found, "uid", ""),
        "labels": json_of(getattr(found, "labels", {})),
        "annotations": json_of(getattr(found, "annotations", {})),
        "creationTimestamp": json_of(found.created_at),
        "ownerReferences": [owner] if owner_name else [],
    }
    return {name: value for name, value in metadata.items() if value}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
