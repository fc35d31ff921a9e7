"""What came of commands about nodes."""

from dataclasses import dataclass, field

from domain.commands.drain import PlannedEviction, PodIdentity, Skip


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
class DrainResult:
    """A node was drained; with a dry run: what a drain would do."""

    node: str
    dry_run: bool
    was_schedulable: bool
    """Whether it was this drain that took the node out of service."""
    evicted: tuple[PlannedEviction, ...] = ()
    """Pods that are gone; with a dry run: that would go."""
    not_waited_for: tuple[PodIdentity, ...] = ()
    """Pods that were deleted long ago and still do not end."""
    skipped: tuple[tuple[PodIdentity, Skip], ...] = ()
    blocked: tuple[tuple[PodIdentity, str], ...] = field(default=())
    """With a dry run: what a budget, or the API server, says against pods that would go otherwise."""
    own_pod: PodIdentity | None = None
    """The agent's own pod, told to end after all others, and not waited for."""
