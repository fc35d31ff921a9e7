"""How a part of the OTel summary is doing, for an operator who asks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.otel.parts import PartName


class PartState(StrEnum):
    """How far a part can be trusted."""

    UNKNOWN = "unknown"
    """Never read yet; it is missing from the summary."""
    FRESH = "fresh"
    """As new as it should be."""
    ABSENT = "absent"
    """The store has no such data; the part is known to be empty."""
    STALE = "stale"
    """It could not be renewed; the last good content is shown."""
    EXPIRED = "expired"
    """It could not be renewed for so long that it is no longer shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStatus:
    """One part at one moment."""

    name: PartName
    state: PartState
    window_seconds: int
    """Length of the window that it is about."""
    read_at: datetime | None
    """When its content was read; UTC. None: never."""
    age_seconds: float | None
    """Since then. None: never read."""
    failing_since: datetime | None
    """When the present streak of failures began; UTC. None: the last try succeeded."""
    error: str
    """The last failure of that streak, or why the store has no such data; capped."""
    seconds_until_due: float
    """Until it is asked for again; 0 when it may be now."""
