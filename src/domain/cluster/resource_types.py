"""Kinds of objects as an API server serves them, custom ones included."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """What discovery says of one kind in one version."""

    group: str
    """Empty for the core."""
    version: str
    kind: str
    plural: str
    singular: str = ""
    namespaced: bool
    short_names: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset()
    subresources: frozenset[str] = frozenset()
    """`status`, `scale` ... as the plural's part after the slash."""

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """`pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def group_kind(self) -> tuple[str, str]:
        """Group and kind: what stays the same over versions and spellings."""
        return self.group, self.kind
