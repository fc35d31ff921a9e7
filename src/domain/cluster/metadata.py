"""What many kinds share: identity, times, and where objects of one kind are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Protocol

from domain.cluster.kinds import Kind

EMPTY: Final[Mapping[str, str]] = {}
"""The one empty mapping: thousands of objects have no annotations."""


def empty_mapping() -> Mapping[str, str]:
    """Default of mapping fields; always the same instance."""
    return EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Head of a nested kind: name and birth. Its age is a function of the snapshot's time (`domain.cluster.ages`)."""

    name: str
    created_at: datetime | None = None
    """UTC; None only where the API object has no creation time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespacedSummary(Summary):
    """Head of a namespaced kind."""

    namespace: str


class Resource(Protocol):
    """What every kind's domain type offers, so that code can be generic over kinds."""

    kind: ClassVar[Kind]

    @property
    def name(self) -> str:
        """metadata.name."""

    @property
    def namespace(self) -> str:
        """metadata.namespace; empty for cluster-scoped kinds."""

    @property
    def created_at(self) -> datetime | None:
        """metadata.creationTimestamp, UTC."""
