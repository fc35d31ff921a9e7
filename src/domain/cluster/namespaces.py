"""Namespaces.

Source: wire contract 2.4.11. Counts (`resources` on the wire), quotas and limit ranges are joined.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import Summary, empty_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceStatus:
    """Where the namespace stands."""

    phase: str
    """Active or Terminating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A namespace."""

    kind: ClassVar[Kind] = Kind.NAMESPACE

    summary: Summary
    status: NamespaceStatus
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)

    @property
    def name(self) -> str:
        """metadata.name."""
        return self.summary.name

    @property
    def namespace(self) -> str:
        """A namespace is in none."""
        return ""

    @property
    def created_at(self) -> datetime | None:
        """metadata.creationTimestamp."""
        return self.summary.created_at
