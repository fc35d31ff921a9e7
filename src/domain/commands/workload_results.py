"""What came of changes to workloads, and of deletions."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleResult:
    """A workload was told how many replicas it shall have."""

    previous_replicas: int
    replicas: int
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """False when the workload asked for that many already."""
        return self.previous_replicas != self.replicas


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartResult:
    """A workload was told to make all its pods new."""

    restarted_at: str
    """What its template's annotation says now: the time at which the command was made, RFC 3339 in UTC."""
    changed: bool
    """False when the template said so already: the same command came again."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateImageResult:
    """A container was given an image."""

    container: str
    previous_image: str
    image: str
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """False when the container had that image already."""
        return self.previous_image != self.image


class DeletionState(StrEnum):
    """How far a deletion is when the API server has answered."""

    DELETED = "deleted"
    """The object is gone."""
    TERMINATING = "terminating"
    """It goes when its grace period is over, its dependents are gone, and its finalizers are removed."""
    DRY_RUN = "dry_run"
    """It would have been deleted; it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteResult:
    """An object was told to go."""

    state: DeletionState
    uid: str
    """Of the object that was deleted; one that comes back under the same name has another."""
    finalizers: tuple[str, ...] = ()
    """Who must agree before a terminating object is gone."""
    grace_period_seconds: int | None = None
    """What a terminating object was given; None where its kind has none."""
    warnings: tuple[str, ...] = ()
