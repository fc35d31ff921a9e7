"""What the API server and the Master look like from here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

LARGEST_SKEW_SECONDS: Final = 10.0
"""A clock further off than one period of snapshots moves what the Master shows of "the last minutes"."""
_HALF_A_SECOND: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSight:
    """The API server, and as whom it knows the agent."""

    address: str
    version: str
    """As the server writes it, for example `v1.37.2`."""
    account: str
    """User name of whoever asks; empty where the server does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterSight:
    """The Master's agent port, and its clock."""

    address: str
    asked_at: datetime
    answered_at: datetime
    master_time: datetime | None
    """The Master's clock when it answered, in whole seconds; None when it did not say."""

    @property
    def ahead_seconds(self) -> float | None:
        """How far the Master's clock is ahead of ours; negative when it is behind, None when it is not known.

        It is exact to half a second and half the time of the answer, because the Master's clock comes without
        fractions and at an unknown moment in between.
        """
        if self.master_time is None:
            return None
        middle = self.asked_at + (self.answered_at - self.asked_at) / 2
        return (self.master_time - middle).total_seconds() + _HALF_A_SECOND
