"""What many kinds share: identity, times, and where objects of one kind are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Summarised:
    """A nested kind: its identity stands in its summary. A dataclass that has this base declares `summary`."""

    __slots__ = ()
    kind: ClassVar[Kind]
    summary: NamespacedSummary

    @property
    def name(self) -> str:
        """metadata.name."""
        return self.summary.name

    @property
    def namespace(self) -> str:
        """metadata.namespace."""
        return self.summary.namespace

    @property
    def created_at(self) -> datetime | None:
        """metadata.creationTimestamp, UTC."""
        return self.summary.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonMeta:
    """Head of a flat kind whose age the Master computes.

    Source: wire contract 2.4.1 CommonMeta. Its `kind` is the kind's own name and is written by the encoder.
    """

    kind: ClassVar[Kind]

    uid: str
    name: str
    namespace: str = ""
    node_name: str = ""
    """Set for Events only: the node that reported it."""
    owner_kind: str = ""
    owner_name: str = ""
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyMeta:
    """Head of a flat kind that carries its age: policies and service accounts.

    Source: wire contract 2.4.13.
    """

    kind: ClassVar[Kind]

    name: str
    namespace: str
    created_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)


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
