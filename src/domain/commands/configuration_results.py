"""What a ConfigMap or a Secret holds. Values are in no `repr`, so they get into no log line by accident."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigMapResult:
    """The data of a ConfigMap."""

    data: Mapping[str, str] = field(repr=False)
    """By key, sorted; empty where it holds none."""
    binary_sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of each value that is binary, by key, sorted; the values themselves are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretResult:
    """The data of a Secret, decoded."""

    values: Mapping[str, bytes] = field(repr=False)
    """By key, sorted."""
