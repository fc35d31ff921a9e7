"""What came of a command.

A failure is a value, not an exception: the Master gets an answer to everything it sent. States as in the design: a
command is refused before anything is done, fails, succeeds, runs out of time, or ends unknown (the agent died in the
middle of something that must not be repeated).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.commands.node_results import CordonResult, DrainResult
from domain.commands.workload_results import DeleteResult, RestartResult, ScaleResult, UpdateImageResult
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
    ScaleResult | RestartResult | UpdateImageResult | DeleteResult | CordonResult | DrainResult | TelemetryResult
)
"""What a successful command answers; one type per action."""


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
