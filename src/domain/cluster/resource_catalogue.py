"""Finds a kind by any of its names, as `kubectl` does, except that it never guesses between two groups.

| what is asked | what it finds |
|---|---|
| `Deployment`, `deployments`, `deployment` | kind, plural or singular name, in any letter case |
| `deploy` | a short name, where nothing has that name in full |
| `deployments.apps`, `deploy.apps` | the same within a group |
| `deployments.v1.apps`, `pods.v1.` | the same within a version of a group |

The core comes first, then the groups of Kubernetes itself (`apps`, `*.k8s.io`), so that no added kind can take over a
name that everybody knows; of any other groups that share a name all are candidates, and whoever asked has to say which.
Within a group the server's own order of versions decides.
"""

import re
from collections.abc import Iterable
from typing import Final

from domain.cluster.resource_types import ResourceType

_NAME: Final = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,315}[a-z0-9.])?")
"""A name of 63 characters, a dot, and a group of at most 253; letters of other scripts look alike and are none."""
_VERSION: Final = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_OWN_GROUPS: Final = frozenset({"apps", "autoscaling", "batch", "extensions", "policy"})


class ResourceCatalogue:
    """Everything that is served at one moment."""

    def __init__(self, types: Iterable[ResourceType]) -> None:
        """Index the names.

        Args:
            types: in the server's order of groups and, within a group, of versions: the preferred one first.
        """
        self._full: dict[str, list[ResourceType]] = {}
        self._short: dict[str, list[ResourceType]] = {}
        for one in types:
            for name in dict.fromkeys(text.lower() for text in (one.plural, one.singular, one.kind) if text):
                self._full.setdefault(name, []).append(one)
            for name in dict.fromkeys(text.lower() for text in one.short_names):
                self._short.setdefault(name, []).append(one)

    def candidates(self, name: str) -> tuple[ResourceType, ...]:
        """What a name may mean: nothing, the one kind, or several that it does not tell apart."""
        first, dot, rest = name.lower().partition(".")
        full, short = self._full.get(first, []), self._short.get(first, [])
        if not dot:
            return _most_likely(full, short)
        version, _, group = rest.partition(".")
        if _VERSION.fullmatch(version):
            exact = [one for one in (*full, *short) if (one.version, one.group) == (version, group)]
            if exact:
                return (exact[0],)
        within = [one for one in (*full, *short) if one.group == rest.rstrip(".")]
        return tuple(within[:1])


def is_kind_name(text: str) -> bool:
    """Whether a text can be the name of a kind: a separator, an escape or a letter of another script makes it none."""
    return text.isascii() and bool(_NAME.fullmatch(text.lower()))


def group_named_in(name: str) -> str:
    """The group that a name says, empty where it says none: `deployments.v1.apps` says `apps`."""
    _, _, rest = name.lower().partition(".")
    version, _, group = rest.partition(".")
    return group if _VERSION.fullmatch(version) else rest


def _most_likely(full: list[ResourceType], short: list[ResourceType]) -> tuple[ResourceType, ...]:
    for named in (full, short):
        known = [one for one in named if not one.group] or [one for one in named if is_own_group(one.group)]
        if known:
            return (known[0],)
    by_group: dict[str, ResourceType] = {}
    for one in full or short:
        by_group.setdefault(one.group, one)
    return tuple(by_group.values())


def is_own_group(group: str) -> bool:
    """Whether a group is one of Kubernetes itself; others may serve anything under any name."""
    return not group or group in _OWN_GROUPS or group.endswith(".k8s.io")
