"""Parts of metadata that several kinds map alike."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from adapters.kubernetes.mappers.scalars import present
from adapters.kubernetes.mappers.sharing import CACHED, name
from adapters.kubernetes.schema.metadata import ObjectMeta, OwnerReference
from domain import redaction
from domain.cluster.metadata import EMPTY
from domain.cluster.quantities import readable

NO_META: Final = ObjectMeta()

_NO_OWNER: Final = OwnerReference()


def annotations(values: Mapping[str, str | None] | None) -> Mapping[str, str]:
    """Annotations as they may leave the cluster."""
    if not values:
        return EMPTY
    safe = redaction.annotations({key: value or "" for key, value in values.items()})
    return {name(key): value for key, value in safe.items()} or EMPTY


def first_owner(meta: ObjectMeta) -> tuple[str, str]:
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
