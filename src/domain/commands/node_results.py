"""What came of commands about nodes."""

from dataclasses import dataclass

from domain.commands.drain import PlannedEviction, PodIdentity, Skip
from domain.commands.drain_course import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class CordonResult:
    """A node takes new pods, or takes none."""

    node: str
    uid: str
    """Which node this was: another one may come under the same name."""
    unschedulable: bool
    """Whether it takes no new pods now; with a dry run: would take none."""
    changed: bool
    """False when it was so already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodLeft:
    """A pod that was to go and is still there, or may be."""

    pod: PodIdentity
    stage: Stage
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainResult:
    """How a drain has ended, or where it stopped; with a dry run: what a drain would do."""

    node: str
    dry_run: bool
    was_schedulable: bool
    """Whether it was this drain that took the node out of service."""
    evicted: tuple[PlannedEviction, ...] = ()
    """Pods that are gone; with a dry run: that would go."""
    left: tuple[PodLeft, ...] = ()
    """Pods that are not gone; of a drain that has reached its end those that were deleted long ago and do not end, with
    a dry run those that something stands in the way of."""
    skipped: tuple[tuple[PodIdentity, Skip], ...] = ()
    own_pod: PodIdentity | None = None
    """The agent's own pod, told to end after all others, and not waited for."""
