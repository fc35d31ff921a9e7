"""What each action asks of the API server, and which role grants it: the table behind roles and `check`.

One line per action; roles (`rbac`), their files (`rbac_files`) and what `check` asks (`needs`) follow from it. A line
holds everything that the action needs, also what the role `read` grants already; the roles leave that out.

Nothing here is a wildcard, and nothing lets the agent give rights away: no `escalate`, `bind` or `impersonate`, no
roles and bindings, no `nodes/proxy`. Custom resources are granted by whoever installed them, with a role beside these.

Source: k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy (the built-in role `edit`); kubectl's verbs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.kubernetes.kind_row import RbacRole
from domain.commands.actions import Action


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be done with some resources of one API group."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]

    def as_manifest(self) -> dict[str, list[str]]:
        """The rule as Kubernetes writes it."""
        return {"apiGroups": [self.group], "resources": list(self.resources), "verbs": list(self.verbs)}


@dataclass(frozen=True, slots=True)
class ActionRights:
    """The rights of one action."""

    role: RbacRole | None
    """Who grants what goes beyond reading; None: the API server is not asked at all."""
    rules: tuple[Rule, ...] = ()


_ROLLED_OUT: Final = ("daemonsets", "deployments", "statefulsets")
_OWNED_BY_TEAMS: Final = (
    ("", ("configmaps", "persistentvolumeclaims", "pods", "serviceaccounts", "services")),
    ("apps", _ROLLED_OUT),
    ("autoscaling", ("horizontalpodautoscalers",)),
    ("batch", ("cronjobs", "jobs")),
    ("networking.k8s.io", ("ingresses", "networkpolicies")),
    ("policy", ("poddisruptionbudgets",)),
)
"""What the built-in role `edit` lets a team write in its namespace, but Secrets: neither what limits the team
(ResourceQuota, LimitRange) nor what belongs to the whole cluster."""
_OWNED_BY_OWNERS: Final = (("", ("replicationcontrollers",)), ("apps", ("replicasets",)))
"""What `edit` may delete beside that."""

_READS_PODS: Final = Rule("", ("pods",), ("get",))
_NODES: Final = Rule("", ("nodes",), ("get", "patch"))

ACTION_RIGHTS: Final[Mapping[Action, ActionRights]] = {
    Action.SCALE: ActionRights(
        RbacRole.WORKLOADS,
        (
            Rule("", ("replicationcontrollers/scale",), ("get", "patch")),
            Rule("apps", ("deployments/scale", "replicasets/scale", "statefulsets/scale"), ("get", "patch")),
        ),
    ),
    Action.RESTART: ActionRights(RbacRole.WORKLOADS, (Rule("apps", _ROLLED_OUT, ("get", "patch")),)),
    Action.UPDATE_IMAGE: ActionRights(
        RbacRole.WORKLOADS,
        (
            Rule("", ("pods",), ("get", "patch")),
            Rule("apps", _ROLLED_OUT, ("get", "patch")),
            Rule("batch", ("cronjobs",), ("get", "patch")),
        ),
    ),
    Action.DELETE: ActionRights(
        RbacRole.DELETE,
        tuple(Rule(group, names, ("get", "delete")) for group, names in (*_OWNED_BY_TEAMS, *_OWNED_BY_OWNERS)),
    ),
    Action.DELETE_POD: ActionRights(RbacRole.DELETE, (Rule("", ("pods",), ("get", "delete")),)),
    Action.CORDON: ActionRights(RbacRole.NODES, (_NODES,)),
    Action.UNCORDON: ActionRights(RbacRole.NODES, (_NODES,)),
    # Eviction only: to delete pods past their disruption budgets (`disableEviction`) takes the role `delete` as well.
    Action.DRAIN: ActionRights(
        RbacRole.NODES,
        (
            _NODES,
            Rule("", ("pods",), ("get", "list")),
            Rule("", ("pods/eviction",), ("create",)),
            Rule("apps", ("daemonsets",), ("get",)),
        ),
    ),
    Action.GET_LOGS: ActionRights(RbacRole.READ, (_READS_PODS, Rule("", ("pods/log",), ("get",)))),
    # `get` for API servers that judge a websocket by its method, `create` for those that judge it by what it does.
    Action.EXEC: ActionRights(RbacRole.EXEC, (_READS_PODS, Rule("", ("pods/exec",), ("get", "create")))),
    Action.GET_CONFIGMAP: ActionRights(RbacRole.READ, (Rule("", ("configmaps",), ("get",)),)),
    Action.GET_SECRET: ActionRights(RbacRole.SECRET_DATA, (Rule("", ("secrets",), ("get",)),)),
    # Server-side apply of what does not exist yet takes both verbs.
    Action.APPLY_MANIFESTS: ActionRights(
        RbacRole.APPLY, tuple(Rule(group, names, ("get", "create", "patch")) for group, names in _OWNED_BY_TEAMS)
    ),
    # Beside the kinds of the snapshot. The autoscalers are read for the warnings of `scale`, too.
    Action.DYNAMIC: ActionRights(
        RbacRole.READ,
        (
            Rule("", ("replicationcontrollers",), ("get", "list")),
            Rule("autoscaling", ("horizontalpodautoscalers",), ("get", "list")),
            Rule("networking.k8s.io", ("ingressclasses",), ("get", "list")),
            Rule("policy", ("poddisruptionbudgets",), ("get", "list")),
            Rule("storage.k8s.io", ("storageclasses",), ("get", "list")),
        ),
    ),
    Action.QUERY_TRACES: ActionRights(None),
    Action.QUERY_TRACE_DETAIL: ActionRights(None),
    Action.QUERY_LOGS: ActionRights(None),
    Action.QUERY_METRICS: ActionRights(None),
    Action.QUERY_SLO: ActionRights(None),
}
"""Every action."""

USAGE: Final = Rule("metrics.k8s.io", ("nodes", "pods"), ("get", "list"))
"""Usage from metrics-server; part of the role `read`."""
TARGET_EVENTS: Final = Rule("events.k8s.io", ("events",), ("create",))
"""What leaves an Event on the target of a change; the role `events`."""
