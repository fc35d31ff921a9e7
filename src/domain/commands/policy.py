"""Whether a command may be carried out: a pure table over topic, action and namespace.

In two steps. The first knows what the command says: topic, action, namespace. The second knows what discovery made of
the kind that was named, so that a short name or another version of a group cannot slip through. Every refusal names the
setting that decides, so that an operator knows what to change.
"""

from dataclasses import dataclass
from typing import Final

from domain.cluster.resource_types import ResourceType
from domain.commands.actions import OFF_UNTIL_ALLOWED, Action, Topic
from domain.commands.requests import Command
from domain.objects.secret_kinds import holds_secrets

STALE_CHANGE_SECONDS: Final = 300.0
"""Changes older than this are refused: whoever asked has moved on."""

DEFAULT_ALLOWED_ACTIONS: Final = frozenset(Action) - OFF_UNTIL_ALLOWED
DEFAULT_PROTECTED_NAMESPACES: Final = frozenset({"kube-system", "kube-public", "kube-node-lease"})

NAMESPACE_KINDS: Final = frozenset({("", "Namespace"), ("project.openshift.io", "Project")})
"""(group, kind) of what is a namespace, whatever it is called: who deletes the project deletes the namespace."""
KEPT_UNLESS_ALLOWED: Final = frozenset(
    {"Namespace", "Node", "CustomResourceDefinition", "PersistentVolume", "APIService"}
)
"""Kinds whose deletion takes others or data with it."""
_GROUP_OF_KEPT: Final = {
    "CustomResourceDefinition": "apiextensions.k8s.io",
    "APIService": "apiregistration.k8s.io",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator of this agent permits."""

    read_only: bool = False
    allowed_actions: frozenset[Action] = DEFAULT_ALLOWED_ACTIONS
    protected_namespaces: frozenset[str] = DEFAULT_PROTECTED_NAMESPACES
    deletable_kinds: frozenset[str] = frozenset()
    """Of `KEPT_UNLESS_ALLOWED`, those that may be deleted all the same."""
    apply_escalation: bool = False
    """Whether manifests may hold what `domain.commands.manifests.escalation` finds."""

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

    def refusal_of_object(self, action: Action, topic: Topic, resource: ResourceType, namespace: str, name: str) -> str:
        """Why something is not done with an object of a resolved kind; empty when it is permitted.

        Args:
            action: what is to be done.
            topic: who asks.
            resource: what discovery made of the kind.
            namespace: of the object; empty for all, or where the kind has none.
            name: of the object; empty for all.
        """
        changes, from_ai = action.is_change, topic is Topic.AI
        is_namespace = resource.group_kind in NAMESPACE_KINDS
        inside = name if is_namespace else namespace
        kind = "Namespace" if is_namespace else resource.kind
        rules = (
            (
                action is Action.DYNAMIC and holds_secrets(resource.kind, resource.plural, resource.singular),
                f"{resource.kind} is never read by dynamic: it holds secrets",
            ),
            (
                (changes or from_ai) and inside in self.protected_namespaces,
                f"namespace {inside} is protected (AGENT_PROTECTED_NAMESPACES)",
            ),
            (
                action is Action.DELETE and (is_namespace or _is_kept(resource)) and kind not in self.deletable_kinds,
                f"{kind} is not among the kinds that may be deleted (AGENT_DELETE_KINDS)",
            ),
        )
        return next((reason for applies, reason in rules if applies), "")


def _is_kept(resource: ResourceType) -> bool:
    return resource.kind in KEPT_UNLESS_ALLOWED and resource.group == _GROUP_OF_KEPT.get(resource.kind, "")
