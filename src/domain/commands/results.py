"""What came of a command.

A failure is a value, not an exception: the Master gets an answer to everything it sent. States as in the design: a
command is refused before anything is done, fails, succeeds, runs out of time, or ends unknown (the agent died in the
middle of something that must not be repeated).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.commands.dynamic_results import DynamicResult
from domain.commands.manifests.outcomes import ApplyResult
from domain.commands.node_results import CordonResult, DrainResult
from domain.commands.pod_results import ExecResult, LogsResult
from domain.commands.workload_results import DeleteResult, RestartResult, ScaleResult, UpdateImageResult
from domain.errors import AgentError
from domain.otel.answers import TelemetryAnswer


class Outcome(StrEnum):
    """How a command ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryResult:
    """What a question about telemetry answers."""

    answer: TelemetryAnswer


Content: TypeAlias = (
    ScaleResult
    | RestartResult
    | UpdateImageResult
    | DeleteResult
    | CordonResult
    | DrainResult
    | LogsResult
    | ExecResult
    | ConfigMapResult
    | SecretResult
    | ApplyResult
    | DynamicResult
    | TelemetryResult
)
"""What a successful command answers; one type per action."""


class UnfinishedCommandError(AgentError):
    """Raised when a command did not come to its end, and there is something to tell of it all the same.

    The text is an account for a person: what was done, what was not and why, and how things stand now.

    Attributes:
        outcome: any but succeeded.
        content: what there is to show, if anything.
    """

    def __init__(self, outcome: Outcome, why: str, content: Content | None = None) -> None:
        super().__init__(why)
        self.outcome = outcome
        self.content = content


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """An outcome before it is rendered for the Master."""

    outcome: Outcome
    content: Content | None = None
    error: str = ""
    """Short text for a person; empty exactly when the command succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedResult:
    """What will be reported, byte for byte the same at every try."""

    command_id: str
    outcome: Outcome
    output: str
    error: str
    duration_seconds: float

    @property
    def success(self) -> bool:
        """What the Master distinguishes."""
        return self.outcome is Outcome.SUCCEEDED
