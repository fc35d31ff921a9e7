"""ResourceQuotas and LimitRanges.

Source: wire contract 2.4.13. Quantities are text that the Master reads (`domain.cluster.quantities`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import PolicyMeta, empty_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceQuota(PolicyMeta):
    """A ResourceQuota."""

    kind: ClassVar[Kind] = Kind.RESOURCE_QUOTA

    scopes: tuple[str, ...] = ()
    hard: Mapping[str, str] = field(default_factory=empty_mapping)
    """What is allowed, by name of the resource."""
    used: Mapping[str, str] = field(default_factory=empty_mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRangeItem:
    """Limits for one type of object, by name of the resource."""

    type: str
    """Container, Pod or PersistentVolumeClaim."""
    default: Mapping[str, str] = field(default_factory=empty_mapping)
    default_request: Mapping[str, str] = field(default_factory=empty_mapping)
    max: Mapping[str, str] = field(default_factory=empty_mapping)
    min: Mapping[str, str] = field(default_factory=empty_mapping)
    max_limit_request_ratio: Mapping[str, str] = field(default_factory=empty_mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRange(PolicyMeta):
    """A LimitRange."""

    kind: ClassVar[Kind] = Kind.LIMIT_RANGE

    items: tuple[LimitRangeItem, ...]
