"""What a handler knows of the command beside its request."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.cluster.resource_types import ResourceType
from domain.commands.actions import Action, Topic
from domain.commands.policy import Policy
from domain.errors import CommandRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Handed to every handler."""

    command_id: str
    topic: Topic
    created_at: datetime | None
    """When the Master made it; None when it did not say."""
    policy: Policy
    tell: Callable[[str], None]
    """Takes how far a long command has come, in words for a person; to the log and to `/statusz`."""
    ends_at_seconds: float = math.inf
    """By the monotonic clock: when it is cut off. Who has something to tell has to tell it before."""

    def require_permitted(self, action: Action, resource: ResourceType, namespace: str, name: str) -> None:
        """Hold what a name was resolved to against the policy, before anything is done with it.

        Raises:
            CommandRefusedError: it is not permitted; the text names the setting that decides.
        """
        if reason := self.policy.refusal_of_object(action, self.topic, resource, namespace, name):
            raise CommandRefusedError(reason)
