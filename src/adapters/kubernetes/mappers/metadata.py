"""Parts of metadata that several kinds map alike."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from adapters.kubernetes.mappers.scalars import instant, present
from adapters.kubernetes.mappers.sharing import CACHED, labels, name
from adapters.kubernetes.schema.metadata import LeanMeta, ObjectMeta, OwnerReference
from domain import redaction
from domain.cluster.metadata import EMPTY
from domain.cluster.quantities import readable

NO_META: Final = ObjectMeta()
NO_LEAN_META: Final = LeanMeta()

_NO_OWNER: Final = OwnerReference()


def annotations(values: Mapping[str, str | None] | None) -> Mapping[str, str]:
    """Annotations as they may leave the cluster."""
    if not values:
        return EMPTY
    safe = redaction.annotations({key: value or "" for key, value in values.items()})
    return {name(key): value for key, value in safe.items()} or EMPTY


def policy_meta(meta: ObjectMeta) -> dict[str, Any]:
    """The fields of `PolicyMeta`, by name."""
    return {
        "name": meta.name or "",
        "namespace": name(meta.namespace),
        "created_at": instant(meta.creation_timestamp),
        "labels": labels(meta.labels),
        "annotations": annotations(meta.annotations),
    }


def common_meta(meta: LeanMeta | ObjectMeta) -> dict[str, Any]:
    """The fields of `CommonMeta` that every kind has, by name."""
    return {
        "uid": meta.uid or "",
        "name": meta.name or "",
        "namespace": name(meta.namespace),
        "labels": labels(meta.labels),
        "created_at": instant(meta.creation_timestamp),
    }


def owner(meta: LeanMeta | ObjectMeta) -> dict[str, Any]:
    """The owner's fields of `CommonMeta`; the wire has them for what workloads make (contract 2.4.1)."""
    kind, own_name = first_owner(meta)
    return {"owner_kind": kind, "owner_name": own_name}


def first_owner(meta: LeanMeta | ObjectMeta) -> tuple[str, str]:
    """Kind and name of the first owner; both empty without one."""
    owner = next(present(meta.owner_references), _NO_OWNER)
    return name(owner.kind), name(owner.name)


def quantities(values: Mapping[str, str | int | float | None] | None) -> Mapping[str, str]:
    """Resource names to quantities that the Master reads, sorted; equal ones are one instance."""
    return _quantities(tuple(values.items())) if values else EMPTY


@lru_cache(maxsize=CACHED)
def _quantities(items: tuple[tuple[str, str | int | float | None], ...]) -> Mapping[str, str]:
    return {name(key): name(quantity(key, value)) for key, value in sorted(items, key=lambda item: item[0])}


def quantity(resource: str, value: str | float | None) -> str:
    """A quantity that may have been written as a number; empty for none."""
    return "" if value is None else readable(resource, str(value))
