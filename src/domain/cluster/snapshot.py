"""One picture of the cluster: what leaves for the Master every ten seconds."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from domain.cluster.joins import Joins
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.summary import ClusterSummary
from domain.cluster.usage import Usage
from domain.otel.summary import OTelSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """One reading per collected kind; adding a kind adds a field here."""

    pods: Reading[Pod]
    nodes: Reading[Node]
    namespaces: Reading[Namespace]

    def all(self) -> tuple[Reading[Resource], ...]:
        """The readings in field order."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def by_kind(self) -> dict[Kind, Reading[Resource]]:
        """The readings under the kinds they are of."""
        return dict(zip(COLLECTED_KINDS, self.all(), strict=True))

    @property
    def is_blank(self) -> bool:
        """Whether no kind was ever read, or none may be: this is no empty cluster, but no picture of one."""
        return not any(reading.objects or reading.state in _READ for reading in self.all())


_READ: Final = frozenset({ReadingState.LIVE, ReadingState.STALE})
COLLECTED_KINDS: Final = (Pod.kind, Node.kind, Namespace.kind)
"""The kinds of `Readings`, in the order of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSnapshot:
    """The whole picture."""

    cluster_id: str
    collected_at: datetime
    """UTC, taken when collection started."""
    readings: Readings
    usage: Usage
    joins: Joins
    otel: OTelSummary | None
    """None: not configured, or not known yet."""
    summary: ClusterSummary
