"""What commands about pods produce: logs, and what a command in a container said and how it ended.

What a program said may hold secrets: it is in no `repr`, so it gets into no log line by accident.
"""

from dataclasses import dataclass, field

from domain.commands.captured_output import CapturedOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLog:
    """The log of one container, as far as it was asked for and kept."""

    container: str
    text: str = field(default="", repr=False)
    """As the container wrote it; what is no UTF-8 is replaced."""
    left_out_bytes: int = 0
    """Missing before the text, because the whole was too long."""
    is_left: bool = False
    """Whether reading was given up: the log goes on after the text."""
    problem: str = ""
    """Why there is no text; only where several containers were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsResult:
    """What a pod wrote."""

    logs: tuple[ContainerLog, ...]
    """One, or one per container in the order in which they run."""
    notes: tuple[str, ...] = ()
    """What a person should know about them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecResult:
    """A command was run in a container, or at least begun."""

    container: str
    note: str = ""
    """How the container was chosen, where the caller named none and there are several."""
    exit_code: int | None
    """None where nobody knows: see `problem`. Any other than 0 is the command's own word, no failure to run it."""
    problem: str = ""
    """Why the end is not known; empty where it is."""
    is_timed_out: bool = False
    """Whether the problem is that the time was over."""
    stdout: CapturedOutput = field(default_factory=CapturedOutput)
    stderr: CapturedOutput = field(default_factory=CapturedOutput)
