"""What is asked of single pods."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from domain.commands.actions import Action
from domain.commands.names import INT32_MAX, require_name, require_namespace, require_range
from domain.commands.target import Target
from domain.commands.workload_requests import require_kind, require_namespace_like_label
from domain.errors import InvalidCommandError

DEFAULT_TAIL_LINES: Final = 100
DEFAULT_EXEC_SECONDS: Final = 20
MAX_EXEC_SECONDS: Final = 300
MAX_ARGUMENTS: Final = 256
MAX_COMMAND_CHARS: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class GetLogsRequest:
    """Read what a container has written."""

    action: ClassVar[Action] = Action.GET_LOGS

    target: Target
    tail_lines: int = DEFAULT_TAIL_LINES
    """Lines from the end; more than the agent's own limit means that limit."""
    container: str = ""
    all_containers: bool = False
    previous: bool = False
    """Of the instance before the last restart."""
    since_seconds: int | None = None
    since_time: datetime | None = None
    timestamps: bool = False
    limit_bytes: int | None = None

    def __post_init__(self) -> None:
        """Refuse what names no pod, or contradicts itself."""
        _require_pod(self.target)
        require_range("tailLines", self.tail_lines, 1, INT32_MAX)
        require_range("sinceSeconds", self.since_seconds, 1, INT32_MAX)
        require_range("limitBytes", self.limit_bytes, 1, INT32_MAX)
        if self.since_seconds is not None and self.since_time is not None:
            raise InvalidCommandError("sinceTime", "cannot be combined with sinceSeconds")
        if self.container:
            require_namespace_like_label("container", self.container)
        if self.container and self.all_containers:
            raise InvalidCommandError("allContainers", "cannot be combined with container")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecRequest:
    """Run a program in a container, without input and without a terminal."""

    action: ClassVar[Action] = Action.EXEC

    target: Target
    command: tuple[str, ...]
    """Program and arguments; never a line for a shell."""
    container: str = ""
    timeout_seconds: int = DEFAULT_EXEC_SECONDS

    def __post_init__(self) -> None:
        """Refuse what names no pod or no program."""
        _require_pod(self.target)
        if not self.command or not self.command[0]:
            raise InvalidCommandError("command", "is required: a list of texts, the program first")
        if len(self.command) > MAX_ARGUMENTS or sum(map(len, self.command)) > MAX_COMMAND_CHARS:
            raise InvalidCommandError(
                "command", f"is longer than {MAX_ARGUMENTS} texts or {MAX_COMMAND_CHARS} characters"
            )
        if any("\0" in one for one in self.command):
            raise InvalidCommandError("command", "holds a NUL, which no argument can")
        if self.container:
            require_namespace_like_label("container", self.container)
        require_range("timeoutSeconds", self.timeout_seconds, 1, MAX_EXEC_SECONDS)


def _require_pod(target: Target) -> None:
    require_kind(target, "Pod", "pods", "po")
    require_namespace("namespace", target.namespace)
    require_name("name", target.name)
