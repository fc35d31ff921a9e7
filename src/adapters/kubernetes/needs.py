"""What the agent needs of a cluster, in rights: follows from the rows and from what the roles grant beside them.

The same sources as the roles that are deployed (`rbac`), so a check can neither forget a right nor ask for one that no
role grants.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.rbac import COLLECT, Rule, rules_beside_kinds
from domain.commands.actions import Action
from domain.preflight.rights import Need, Purpose, Right

_METRICS_GROUP: Final = "metrics.k8s.io"
ACTIONS_OF_RESOURCE: Final[Mapping[str, frozenset[Action]]] = {"pods/log": frozenset({Action.GET_LOGS})}
"""What the role `read` grants for commands, by resource."""
ACTIONS_OF_ROLE: Final[Mapping[RbacRole, frozenset[Action]]] = {RbacRole.SCALE: frozenset({Action.SCALE})}
"""What each role that changes something is for."""

_OFF_BY_DEFAULT: Final = "off, as by default (component deploy/kustomize/components/{role})"
_NO_CLUSTER_ROLE: Final = "off, as usual with AGENT_NAMESPACES"


def needs(rows: Sequence[KindRow[Any, Any]] = KINDS, namespaces: Iterable[str] = ()) -> tuple[Need, ...]:
    """Every need: a kind each, usage of nodes and of pods, commands; in the order of the rows and roles.

    Args:
        rows: the kinds.
        namespaces: where; empty for everywhere.
    """
    scopes = _Scopes(rows, namespaces)
    kinds = (_of_kind(row, scopes) for row in rows)
    return (*kinds, *_beside_kinds(scopes), *_of_roles(scopes))


class _Scopes:
    """Where a resource is asked for."""

    def __init__(self, rows: Iterable[KindRow[Any, Any]], namespaces: Iterable[str]) -> None:
        self.names = tuple(sorted(set(namespaces)))
        self._global = {row.plural for row in rows if not row.namespaced} | {"nodes"}

    def rights(self, group: str, resource: str, verbs: Iterable[str]) -> tuple[Right, ...]:
        places = ("",) if self.is_global(resource) else self.names or ("",)
        return tuple(Right(verb, resource, group, place) for place in places for verb in verbs)

    def is_global(self, resource: str) -> bool:
        return resource.partition("/")[0] in self._global

    def is_beyond(self, resource: str) -> bool:
        """Whether no role of a namespace can grant it, while the agent is restricted to some."""
        return bool(self.names) and self.is_global(resource)


def _of_kind(row: KindRow[Any, Any], scopes: _Scopes) -> Need:
    kind = row.resource.kind
    return Need(
        subject=kind.value,
        purpose=Purpose.KIND,
        rights=scopes.rights(row.group, row.plural, COLLECT),
        kind=kind,
        optional=_why_optional(row.role, row.plural, scopes),
    )


def _beside_kinds(scopes: _Scopes) -> Iterator[Need]:
    """What `read` grants beside the kinds, resource by resource: each is a feature of its own."""
    for rule in rules_beside_kinds(RbacRole.READ):
        for resource in rule.resources:
            is_usage = rule.group == _METRICS_GROUP
            yield Need(
                subject=f"usage of {resource}" if is_usage else resource,
                purpose=Purpose.USAGE if is_usage else Purpose.COMMAND,
                rights=scopes.rights(rule.group, resource, rule.verbs),
                actions=frozenset() if is_usage else ACTIONS_OF_RESOURCE.get(resource, frozenset()),
                optional=_why_optional(RbacRole.READ, resource, scopes),
            )


def _of_roles(scopes: _Scopes) -> Iterator[Need]:
    for role in RbacRole:
        if role is not RbacRole.READ and (granted := rules_beside_kinds(role)):
            yield Need(
                subject=role.value,
                purpose=Purpose.COMMAND,
                rights=tuple(_all_rights(granted, scopes)),
                actions=ACTIONS_OF_ROLE.get(role, frozenset()),
                optional=_why_optional(role, "", scopes),
            )


def _all_rights(rules: Iterable[Rule], scopes: _Scopes) -> Iterator[Right]:
    for rule in rules:
        for resource in rule.resources:
            yield from scopes.rights(rule.group, resource, rule.verbs)


def _why_optional(role: RbacRole, resource: str, scopes: _Scopes) -> str:
    if role is not RbacRole.READ:
        return _OFF_BY_DEFAULT.format(role=role.value)
    return _NO_CLUSTER_ROLE if scopes.is_beyond(resource) else ""
