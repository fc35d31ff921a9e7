"""What is asked, validated: one dataclass per action, and the command that carries it.

Nothing here is untrusted any more: the gateway's wire module parses, these types refuse to construct illegal states.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from domain.commands.actions import Action, Topic
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.dynamic_requests import DynamicRequest
from domain.commands.manifest_requests import APPLY_SECONDS, ApplyManifestsRequest
from domain.commands.node_requests import CordonRequest, DrainRequest, UncordonRequest
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.target import Target as Target  # noqa: PLC0414 - part of every request
from domain.commands.telemetry_requests import TelemetryRequest
from domain.commands.workload_requests import (
    DeletePodRequest,
    DeleteRequest,
    RestartRequest,
    ScaleRequest,
    UpdateImageRequest,
)

Request: TypeAlias = (
    ScaleRequest
    | RestartRequest
    | UpdateImageRequest
    | DeleteRequest
    | DeletePodRequest
    | CordonRequest
    | UncordonRequest
    | DrainRequest
    | GetLogsRequest
    | ExecRequest
    | GetConfigMapRequest
    | GetSecretRequest
    | ApplyManifestsRequest
    | DynamicRequest
    | TelemetryRequest
)

_REPORT_SECONDS: Final = 15.0
"""What a command that has a time limit of its own may take beyond it, to tell how far it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as the use case gets it."""

    id: str
    """The Master's id; opaque, may hold `/`."""
    digest: str
    """Digest of everything that decides what is done; the same id with another digest is no redelivery."""
    topic: Topic
    source: str
    created_at: datetime | None
    age_seconds: float
    """By the Master's own clock (the `Date` of the poll's answer), so that a wrong clock here stops nothing."""
    request: Request

    @property
    def action(self) -> Action:
        """What is asked."""
        return self.request.action

    @property
    def target(self) -> Target:
        """What it is asked of."""
        return self.request.target

    def limit_seconds(self, default_seconds: float) -> float:
        """How long it may take, waiting included: the usual time, or its own where the request allows for more."""
        match self.request:
            case DrainRequest(options=options):
                return max(default_seconds, options.timeout_seconds + _REPORT_SECONDS)
            case ExecRequest(timeout_seconds=seconds):
                return max(default_seconds, seconds + _REPORT_SECONDS)
            case ApplyManifestsRequest():
                return max(default_seconds, APPLY_SECONDS)
            case _:
                return default_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedCommand:
    """A command that could not be understood; it has left the Master's queue, so it must be answered."""

    id: str
    topic: Topic
    action: str
    """As the sender wrote it, capped."""
    error: str
    """What is wrong, naming the field."""
