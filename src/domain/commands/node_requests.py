"""What is asked of nodes."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from domain.commands.actions import Action
from domain.commands.names import INT32_MAX, require_at_most, require_name, require_range
from domain.commands.target import Target
from domain.commands.workload_requests import require_kind

MAX_SELECTOR_CHARS: Final = 2048
MAX_DRAIN_SECONDS: Final = 1800
"""A drain ends within half an hour; kubectl's "for ever" is nothing for an agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CordonRequest:
    """Let nothing new be scheduled to a node."""

    action: ClassVar[Action] = Action.CORDON

    target: Target

    def __post_init__(self) -> None:
        """Refuse what names no node."""
        _require_node(self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class UncordonRequest:
    """Let pods be scheduled to a node again."""

    action: ClassVar[Action] = Action.UNCORDON

    target: Target

    def __post_init__(self) -> None:
        """Refuse what names no node."""
        _require_node(self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainOptions:
    """How a node is emptied; the names and meanings of `kubectl drain`."""

    timeout_seconds: int = 120
    grace_period_seconds: int = -1
    """-1: each pod's own."""
    ignore_daemon_sets: bool = True
    """Every real node has pods of DaemonSets; they are skipped and listed."""
    delete_empty_dir_data: bool = False
    force: bool = False
    """Also pods that nothing would create anew."""
    disable_eviction: bool = False
    """Delete instead of evict: budgets do not count then."""
    skip_wait_for_delete_timeout_seconds: int = 0
    """Do not wait for pods that have been terminating for longer than this; 0: wait for all."""
    pod_selector: str = ""
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Refuse what is out of bounds."""
        require_range("timeoutSeconds", self.timeout_seconds, 1, MAX_DRAIN_SECONDS)
        require_range("gracePeriodSeconds", self.grace_period_seconds, -1, INT32_MAX)
        require_range("skipWaitForDeleteTimeoutSeconds", self.skip_wait_for_delete_timeout_seconds, 0, INT32_MAX)
        require_at_most("podSelector", self.pod_selector, MAX_SELECTOR_CHARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainRequest:
    """Empty a node."""

    action: ClassVar[Action] = Action.DRAIN

    target: Target
    options: DrainOptions = field(default_factory=DrainOptions)

    def __post_init__(self) -> None:
        """Refuse what names no node."""
        _require_node(self.target)


def one_node(target: Target) -> Target:
    """The node that is meant, its kind spelt in one way: two changes of it are known to be of the same target.

    Raises:
        InvalidCommandError: it names no node.
    """
    _require_node(target)
    return replace(target, kind="Node")


def _require_node(target: Target) -> None:
    require_kind(target, "Node", "nodes", "no")
    require_name("name", target.name)
