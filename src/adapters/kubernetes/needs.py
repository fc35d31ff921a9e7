"""What the agent needs of a cluster, in rights: follows from the rows and from the table of actions.

The same sources as the roles that are deployed (`rbac`), so a check can neither forget a right nor ask for one that no
role grants.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from adapters.kubernetes.action_rights import ACTION_RIGHTS, TARGET_EVENTS, USAGE, ActionRights, Rule
from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import COLLECT, rules
from domain.commands.actions import Action
from domain.preflight.rights import Need, Purpose, Right

_OFF_BY_DEFAULT: Final = "off, as by default (component deploy/kustomize/components/{role})"
_NO_CLUSTER_ROLE: Final = "off, as usual with AGENT_NAMESPACES"
_TARGET_EVENTS: Final = "events on targets"


def needs(rows: Sequence[KindRow[Any, Any]] = KINDS, namespaces: Iterable[str] = ()) -> tuple[Need, ...]:
    """Every need: a kind each, usage of nodes and of pods, an action each, Events on targets; in a fixed order.

    Args:
        rows: the kinds.
        namespaces: where; empty for everywhere.
    """
    scopes = _Scopes(rows, namespaces)
    kinds = (_of_kind(row, scopes) for row in rows)
    actions = (_of_action(action, rights, scopes) for action, rights in ACTION_RIGHTS.items() if rights.role)
    return (*kinds, *_of_usage(scopes), *actions, _of_target_events(scopes))


class _Scopes:
    """Where a resource is asked for."""

    def __init__(self, rows: Sequence[KindRow[Any, Any]], namespaces: Iterable[str]) -> None:
        self.names = tuple(sorted(set(namespaces)))
        self._global = {row.plural for row in rows if not row.namespaced} | _BEYOND_THE_KINDS
        self._granted = {role: _granted_by(role, rows) for role in RbacRole}

    def rights(self, group: str, resource: str, verbs: Iterable[str]) -> tuple[Right, ...]:
        places = ("",) if self.is_global(resource) else self.names or ("",)
        return tuple(Right(verb, resource, group, place) for place in places for verb in verbs)

    def all_rights(self, granted: Iterable[Rule]) -> Iterator[Right]:
        for rule in granted:
            for resource in rule.resources:
                yield from self.rights(rule.group, resource, rule.verbs)

    def chosen(self, asked: Iterable[Right], role: RbacRole) -> tuple[Right, ...]:
        """By which rights one sees that a role was chosen: those that come with no other, where there are such."""
        beyond = [right for right in asked if not self._is_granted(right, RbacRole.READ)]
        others = [other for other in RbacRole if other is not role]
        alone = [right for right in beyond if not any(self._is_granted(right, other) for other in others)]
        return tuple(alone or beyond)

    def _is_granted(self, right: Right, role: RbacRole) -> bool:
        return (right.group, right.resource, right.verb) in self._granted[role]

    def is_global(self, resource: str) -> bool:
        return resource.partition("/")[0] in self._global

    def is_beyond(self, resource: str) -> bool:
        """Whether no role of a namespace can grant it, while the agent is restricted to some."""
        return bool(self.names) and self.is_global(resource)


_BEYOND_THE_KINDS: Final = frozenset({"nodes", "ingressclasses", "storageclasses"})
"""Resources without namespaces, whatever the rows."""


def _granted_by(role: RbacRole, rows: Sequence[KindRow[Any, Any]]) -> frozenset[tuple[str, str, str]]:
    """Group, resource and verb of everything that a role grants."""
    return frozenset(
        (rule.group, resource, verb) for rule in rules(rows, role) for resource in rule.resources for verb in rule.verbs
    )


def _of_kind(row: KindRow[Any, Any], scopes: _Scopes) -> Need:
    kind = row.resource.kind
    rights = scopes.rights(row.group, row.plural, COLLECT)
    return Need(
        subject=kind.value,
        purpose=Purpose.KIND,
        rights=rights,
        chosen=scopes.chosen(rights, row.role),
        kind=kind,
        optional=_off(row.role) or _elsewhere(row.plural, scopes),
    )


def _of_usage(scopes: _Scopes) -> Iterator[Need]:
    for resource in USAGE.resources:
        yield Need(
            subject=f"usage of {resource}",
            purpose=Purpose.USAGE,
            rights=scopes.rights(USAGE.group, resource, USAGE.verbs),
            optional=_elsewhere(resource, scopes),
        )


def _of_action(action: Action, rights: ActionRights, scopes: _Scopes) -> Need:
    asked = tuple(scopes.all_rights(rights.rules))
    role = rights.role or RbacRole.READ
    if role is RbacRole.READ:
        # Restricted to namespaces, what has none is not read; the action works all the same.
        asked = tuple(right for right in asked if not scopes.is_beyond(right.resource))
    return Need(
        subject=action.value,
        purpose=Purpose.COMMAND,
        rights=asked,
        chosen=scopes.chosen(asked, role),
        actions=frozenset({action}),
        optional=_off(role),
    )


def _of_target_events(scopes: _Scopes) -> Need:
    return Need(
        subject=_TARGET_EVENTS,
        purpose=Purpose.TARGET_EVENTS,
        rights=tuple(scopes.all_rights((TARGET_EVENTS,))),
        actions=frozenset(action for action in Action if action.is_change),
        optional=_off(RbacRole.EVENTS),
    )


def _off(role: RbacRole) -> str:
    return "" if role is RbacRole.READ else _OFF_BY_DEFAULT.format(role=role.value)


def _elsewhere(resource: str, scopes: _Scopes) -> str:
    return _NO_CLUSTER_ROLE if scopes.is_beyond(resource) else ""
