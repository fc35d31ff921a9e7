"""What is known of one kind at one moment.

A kind that fails keeps its last good objects; it is never an empty list by mistake, because the Master reads an empty
list as "all of them were deleted".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from domain.cluster.metadata import Resource

R_co = TypeVar("R_co", bound=Resource, covariant=True)


class ReadingState(StrEnum):
    """How far a reading can be trusted."""

    SYNCING = "syncing"
    """Not complete yet; holds nothing, or what has been read of the namespaces to which the agent is restricted."""
    LIVE = "live"
    """Complete and followed."""
    STALE = "stale"
    """Complete once; at the moment it cannot be followed."""
    FORBIDDEN = "forbidden"
    """The agent may not read this kind; holds nothing."""
    ABSENT = "absent"
    """The cluster does not serve this kind, or the operator left it out; holds nothing."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[R_co]):
    """The objects of one kind.

    The tuple is the same instance from reading to reading while nothing of the kind has changed.
    """

    objects: tuple[R_co, ...]
    state: ReadingState
    observed_at: datetime | None = None
    """When the reading was last known to be complete; UTC."""
    reason: str = ""
    """Why the state is not `live`, in words for an operator."""

    @property
    def is_settled(self) -> bool:
        """Whether waiting any longer would not make it more complete."""
        return self.state is not ReadingState.SYNCING
