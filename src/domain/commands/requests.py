"""What is asked, validated: one dataclass per action, and the command that carries it.

Nothing here is untrusted any more: the gateway's wire module parses, these types refuse to construct illegal states.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, TypeAlias

from domain.commands.actions import Action, Topic
from domain.commands.target import Target as Target  # noqa: PLC0414 - part of every request
from domain.commands.telemetry_requests import TelemetryRequest
from domain.errors import InvalidCommandError

INT32_MAX: Final = 2**31 - 1
MAX_NAME_CHARS: Final = 253
"""Length of the longest name that Kubernetes knows (DNS subdomain, RFC 1123)."""

_SUBDOMAIN: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


def require_name(field: str, value: str) -> None:
    """Refuse what cannot be the name of an object, and so can be no other path segment either.

    Raises:
        InvalidCommandError: naming the field.
    """
    if not value:
        raise InvalidCommandError(field, "is required")
    if len(value) > MAX_NAME_CHARS or not _SUBDOMAIN.fullmatch(value):
        raise InvalidCommandError(field, "is no valid name (lower-case letters, digits, '-' and '.')")


def require_namespace(field: str, value: str) -> None:
    """Refuse what cannot be the name of a namespace.

    Raises:
        InvalidCommandError: naming the field.
    """
    if not value:
        raise InvalidCommandError(field, "is required")
    if not _LABEL.fullmatch(value):
        raise InvalidCommandError(field, "is no valid namespace (lower-case letters, digits and '-')")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleRequest:
    """Set the number of replicas."""

    action: ClassVar[Action] = Action.SCALE

    target: Target
    replicas: int
    current_replicas: int | None = None
    """Refuse unless the workload asks for this many now."""
    resource_version: str = ""
    """Refuse unless the workload is at this version."""

    def __post_init__(self) -> None:
        """Refuse what no workload could be scaled to."""
        if not self.target.kind:
            raise InvalidCommandError("kind", "is required")
        require_namespace("namespace", self.target.namespace)
        require_name("name", self.target.name)
        for field, value in (("replicas", self.replicas), ("currentReplicas", self.current_replicas)):
            if value is not None and not 0 <= value <= INT32_MAX:
                raise InvalidCommandError(field, f"must be between 0 and {INT32_MAX}, not {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsupportedRequest:
    """A known action that this version does not carry out yet."""

    action: Action
    target: Target


Request: TypeAlias = ScaleRequest | TelemetryRequest | UnsupportedRequest


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedCommand:
    """A command that could not be understood; it has left the Master's queue, so it must be answered."""

    id: str
    topic: Topic
    action: str
    """As the sender wrote it, capped."""
    error: str
    """What is wrong, naming the field."""
