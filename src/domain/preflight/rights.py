"""Rights, and what they are needed for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.cluster.kinds import Kind
from domain.commands.actions import Action


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a role can grant: one verb on one resource, in one namespace or everywhere."""

    verb: str
    resource: str
    """Plural, with the part that is meant where it is not the whole: `pods`, `pods/log`."""
    group: str = ""
    """API group; empty for the core."""
    namespace: str = ""
    """Empty: everywhere, or the resource has no namespaces."""

    @property
    def qualified(self) -> str:
        """The resource as kubectl names it: `pods/log`, `deployments.apps/scale`."""
        plural, slash, part = self.resource.partition("/")
        return f"{plural}.{self.group}{slash}{part}" if self.group else self.resource


class Purpose(StrEnum):
    """What a need is a need of."""

    KIND = "kind"
    USAGE = "usage"
    COMMAND = "command"
    TARGET_EVENTS = "target_events"
    """Leaving an Event on what a command has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The rights that one feature takes; each of them is missed on its own."""

    subject: str
    """Short and unique: `Pod`, `usage of nodes`, `scale`."""
    purpose: Purpose
    rights: tuple[Right, ...]
    kind: Kind | None = None
    """For a kind: which one."""
    actions: frozenset[Action] = frozenset()
    """For commands: what cannot be carried out without."""
    chosen: tuple[Right, ...] = ()
    """The rights by which one sees that somebody has chosen the role that grants them; empty: all of them."""
    optional: str = ""
    """Why it is normal that none of the chosen rights is there; empty where all have to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What of a need is granted."""

    missing: tuple[Right, ...] = ()
    """In the order of the need."""
    grant: str = ""
    """One line for a shell that grants what is missing; empty where nothing is."""


def spelt(rights: Iterable[Right]) -> str:
    """Rights as one text: `list, watch on pods in shop, zoo; get on nodes`."""
    verbs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for right in rights:
        verbs[right.qualified, right.namespace].append(right.verb)
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (resource, namespace), found in verbs.items():
        places[", ".join(found), resource].append(namespace)
    resources: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (found_verbs, resource), where in places.items():
        resources[found_verbs, _in(where)].append(resource)
    return "; ".join(f"{found_verbs} on {', '.join(names)}{where}" for (found_verbs, where), names in resources.items())


def _in(namespaces: list[str]) -> str:
    return f" in {', '.join(namespaces)}" if all(namespaces) else ""
