"""The ClusterRoles that the rows and the actions ask for: exactly what the agent does, and nothing else.

`read` is always bound; each of the others is one group of actions, off until an administrator chooses it, and grants
only what goes beyond `read`. The files under deploy/kustomize are made from here by `rbac_files`.
Asking which rights the agent has (SelfSubjectAccessReview) is granted to everyone and needs no rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from adapters.kubernetes.action_rights import ACTION_RIGHTS, TARGET_EVENTS, USAGE, Rule
from adapters.kubernetes.kind_row import KindRow, RbacRole

_NAME_PREFIX: Final = "atlhyper-agent-"

COLLECT: Final = ("get", "list", "watch")
"""What is granted for every kind."""


def role_name(role: RbacRole) -> str:
    """Under which a role and its binding are installed."""
    return f"{_NAME_PREFIX}{role.value}"


def rules(rows: Iterable[KindRow[Any, Any]], role: RbacRole) -> tuple[Rule, ...]:
    """The rules of a role: one per API group of its kinds, sorted, then what it grants beside them."""
    rows = tuple(rows)
    plurals: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.role is role:
            plurals[row.group].append(row.plural)
    collected = tuple(Rule(group, tuple(sorted(names)), COLLECT) for group, names in sorted(plurals.items()))
    held = collected if role is RbacRole.READ else rules(rows, RbacRole.READ)
    return collected + _joined(_beside_kinds(role), held)


def cluster_role(rows: Iterable[KindRow[Any, Any]], role: RbacRole) -> dict[str, Any]:
    """The manifest of a role."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": role_name(role)},
        "rules": [rule.as_manifest() for rule in rules(rows, role)],
    }


def _beside_kinds(role: RbacRole) -> Iterator[Rule]:
    """What the role's actions need, and what no action is about."""
    for rights in ACTION_RIGHTS.values():
        if rights.role is role:
            yield from rights.rules
    if role is RbacRole.READ:
        yield USAGE
    if role is RbacRole.EVENTS:
        yield TARGET_EVENTS


def _joined(wanted: Iterable[Rule], held: Iterable[Rule]) -> tuple[Rule, ...]:
    """Without what is held already; each resource once, resources with the same verbs together."""
    have = set(_rights(held))
    verbs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for group, resource, verb in _rights(wanted):
        if (group, resource, verb) not in have and verb not in verbs[group, resource]:
            verbs[group, resource].append(verb)
    resources: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (group, resource), found in sorted(verbs.items()):
        if found:
            resources[group, tuple(found)].append(resource)
    return tuple(Rule(group, tuple(names), found) for (group, found), names in sorted(resources.items()))


def _rights(granted: Iterable[Rule]) -> Iterator[tuple[str, str, str]]:
    for rule in granted:
        for resource in rule.resources:
            for verb in rule.verbs:
                yield rule.group, resource, verb
