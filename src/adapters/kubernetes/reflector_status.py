"""Where a reflector is, and what an operator may want to know of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.cluster.kinds import Kind


class ReflectorState(StrEnum):
    """Where a reflector is."""

    INIT = "init"
    LISTING = "listing"
    """Waiting for its place, or reading pages."""
    SYNCING = "syncing"
    """Listed; the watch is being opened."""
    LIVE = "live"
    BACKOFF = "backoff"
    """Waiting to try again."""
    FORBIDDEN = "forbidden"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectorStatus:
    """What an operator may want to know of one reflector."""

    kind: Kind
    namespace: str
    """Empty: all of them, or the kind has none."""
    state: ReflectorState
    resource_version: str
    synced_at: datetime | None
    """When a list was last complete."""
    seen_at: datetime | None
    """Last sign of life: list, watch opened, event, bookmark."""
    objects: int
    skipped: int
    relists: int
    """Lists begun after the first."""
    watch_closes: int
    last_error: str
    right: str
    """What would grant this: `get, list, watch on pods`."""
