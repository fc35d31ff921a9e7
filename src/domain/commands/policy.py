"""Whether a command may be carried out: a pure table over topic, action and namespace.

Every refusal names the setting that decides, so that an operator knows what to change. The second step, over the kind
that discovery resolved, comes with the actions that resolve kinds.
"""

from dataclasses import dataclass
from typing import Final

from domain.commands.actions import OFF_UNTIL_ALLOWED, Action, Topic
from domain.commands.requests import Command

STALE_CHANGE_SECONDS: Final = 300.0
"""Changes older than this are refused: whoever asked has moved on."""

DEFAULT_ALLOWED_ACTIONS: Final = frozenset(Action) - OFF_UNTIL_ALLOWED
DEFAULT_PROTECTED_NAMESPACES: Final = frozenset({"kube-system", "kube-public", "kube-node-lease"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator of this agent permits."""

    read_only: bool = False
    allowed_actions: frozenset[Action] = DEFAULT_ALLOWED_ACTIONS
    protected_namespaces: frozenset[str] = DEFAULT_PROTECTED_NAMESPACES

    def refusal(self, command: Command) -> str:
        """Why the command is refused, or an empty text when it is permitted; the first rule that applies decides."""
        action, namespace = command.action, command.target.namespace
        changes, from_ai = action.is_change, command.topic is Topic.AI
        rules = (
            (
                action not in self.allowed_actions,
                f"{action} is not among the allowed actions (AGENT_ALLOWED_ACTIONS)",
            ),
            (from_ai and action is Action.GET_SECRET, "get_secret is never carried out for topic ai"),
            (from_ai and changes, f"{action} changes the cluster, and topic ai may only read"),
            (
                changes and self.read_only,
                f"{action} changes the cluster, and this agent is read-only (AGENT_READ_ONLY)",
            ),
            (
                (changes or from_ai) and namespace in self.protected_namespaces,
                f"namespace {namespace} is protected (AGENT_PROTECTED_NAMESPACES)",
            ),
            (
                changes and command.age_seconds > STALE_CHANGE_SECONDS,
                f"{action} is {command.age_seconds:.0f} s old; changes are stale after {STALE_CHANGE_SECONDS:.0f} s",
            ),
        )
        return next((reason for applies, reason in rules if applies), "")
