"""What stands around an object: who made it, and what belongs to it."""

from collections.abc import Mapping
from typing import Any, Final

from domain.cluster.resource_catalogue import is_own_group
from domain.cluster.resource_types import ResourceType
from domain.objects.secret_kinds import holds_secrets
from ports.dynamic import ListQuery, ObjectQuery
from ports.resource_types import KindResolver

MOST_OWNERS: Final = 4
MOST_RELATED: Final = 100
"""A node has at most 110 pods unless somebody wants it so."""
PODS: Final = ResourceType(
    group="", version="v1", kind="Pod", plural="pods", singular="pod", namespaced=True, verbs=frozenset({"list"})
)
_SELECTING: Final = frozenset(
    {
        "DaemonSet",
        "Deployment",
        "Job",
        "PodDisruptionBudget",
        "ReplicaSet",
        "ReplicationController",
        "Service",
        "StatefulSet",
    }
)
"""Kinds of Kubernetes itself whose `spec.selector` selects pods."""
_OPERATORS: Final = {"In": "in", "NotIn": "notin"}


async def owner_query(found: Mapping[str, Any], query: ObjectQuery, resolver: KindResolver) -> ObjectQuery | None:
    """Who made an object; None where nobody did, or where it is not to be told.

    Raises:
        PortError: the owner's kind is not served, or cannot be asked for now.
    """
    references = [
        one for one in _list(_mapping(found.get("metadata")).get("ownerReferences")) if isinstance(one, Mapping)
    ]
    owner = next((one for one in references if one.get("controller")), references[0] if references else None)
    if owner is None:
        return None
    kind, name = str(owner.get("kind", "")), str(owner.get("name", ""))
    if holds_secrets(kind):
        return None
    group, _, version = str(owner.get("apiVersion", "")).rpartition("/")
    resource = await resolver.resolve(f"{kind}.{version}.{group}")
    return ObjectQuery(resource=resource, namespace=query.namespace if resource.namespaced else "", name=name)


def owner_summary(owner: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of an owner: what it is, and how it is."""
    metadata = _mapping(owner.get("metadata"))
    identity = {one: metadata[one] for one in ("name", "namespace", "creationTimestamp") if one in metadata}
    return {
        "apiVersion": owner.get("apiVersion"),
        "kind": owner.get("kind"),
        "metadata": identity,
        "status": _mapping(owner.get("status")),
    }


def related_query(found: Mapping[str, Any], query: ObjectQuery) -> ListQuery | None:
    """The pods that belong to an object; None where there can be none."""
    kind = query.resource.kind
    if not is_own_group(query.resource.group):
        return None
    if kind == "Node":
        return _pods(field_selector=f"spec.nodeName={query.name}")
    if kind not in _SELECTING:
        return None
    selector = selector_text(_mapping(_mapping(found.get("spec")).get("selector")))
    return _pods(namespace=query.namespace, label_selector=selector) if selector else None


def selector_text(selector: Mapping[str, Any]) -> str:
    """A selector of an object as the query of a request has it; empty where it selects nothing, or cannot be told."""
    is_structured = bool(selector.keys() & {"matchLabels", "matchExpressions"})
    labels = _mapping(selector.get("matchLabels")) if is_structured else selector
    pieces = [f"{key}={value}" for key, value in labels.items()]
    for one in _list(selector.get("matchExpressions")):
        expression = _mapping(one)
        key, operator = str(expression.get("key", "")), str(expression.get("operator", ""))
        if operator in _OPERATORS:
            values = ",".join(str(value) for value in _list(expression.get("values")))
            pieces.append(f"{key} {_OPERATORS[operator]} ({values})")
        elif operator in {"Exists", "DoesNotExist"}:
            pieces.append(key if operator == "Exists" else f"!{key}")
        else:
            return ""
    return ",".join(pieces)


def _pods(*, namespace: str = "", label_selector: str = "", field_selector: str = "") -> ListQuery:
    return ListQuery(
        resource=PODS,
        namespace=namespace,
        label_selector=label_selector,
        field_selector=field_selector,
        limit=MOST_RELATED,
        as_table=True,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
