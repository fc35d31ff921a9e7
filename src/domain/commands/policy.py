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
        """Why the command is refused, or an empty text when it is permitted."""
        action, namespace = command.action, command.target.namespace
        if action not in self.allowed_actions:
            return f"{action} is not among the allowed actions (AGENT_ALLOWED_ACTIONS)"
        if command.topic is Topic.AI and action is Action.GET_SECRET:
            return "get_secret is never carried out for topic ai"
        if command.topic is Topic.AI and action.is_change:
            return f"{action} changes the cluster, and topic ai may only read"
        if action.is_change and self.read_only:
            return f"{action} changes the cluster, and this agent is read-only (AGENT_READ_ONLY)"
        if namespace in self.protected_namespaces and (action.is_change or command.topic is Topic.AI):
            return f"namespace {namespace} is protected (AGENT_PROTECTED_NAMESPACES)"
        if action.is_change and command.age_seconds > STALE_CHANGE_SECONDS:
            return (
                f"{action} was asked for {command.age_seconds:.0f} s ago; "
                f"changes older than {STALE_CHANGE_SECONDS:.0f} s are stale"
            )
        return ""
