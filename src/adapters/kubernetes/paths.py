"""Paths of the API, made of segments that can be nothing but segments.

A path that is joined from strings lets a name such as `web/log` or `../secrets/key` reach another resource than the one
that was allowed. So every segment is checked and quoted, here and nowhere else. An `ApiPath` is stricter still: it is
made of a kind that discovery has told of, and of names that Kubernetes could have given.

Source of the names' rules: k8s.io/apimachinery `util/validation` (DNS label and subdomain, RFC 1123) and
`api/validation/path` (names of roles and the like may be any segment).
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from domain.cluster.resource_types import ResourceType

_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LOOSE_NAME: Final = re.compile(r"[A-Za-z0-9:._-]+")
_LOOSELY_NAMED: Final = frozenset({("rbac.authorization.k8s.io", ""), ("networking.k8s.io", "ipaddresses")})
"""(group, plural) of which names are no subdomains: `system:node`, `2001:db8::1`; an empty plural: the whole group."""
_MOST_NAME_CHARS: Final = 253


class PathSegmentError(ValueError):
    """Raised when a text cannot be one segment of a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPath:
    """Where objects of a kind are: all of them, those of a namespace, one, or a subresource of one.

    Raises:
        PathSegmentError: from the constructor; a part can be none, or parts do not fit together. It names the part.
    """

    resource: ResourceType
    namespace: str = ""
    """Empty: of all namespaces, or of none where the kind has none."""
    name: str = ""
    """Empty: the list."""
    subresource: str = ""
    """`scale`, `status` ...; only of one object."""

    def __post_init__(self) -> None:
        """Refuse what could be another path than the parts say."""
        kind = self.resource
        _require("group", kind.group, _SUBDOMAIN, is_needed=False)
        _require("version", kind.version, _LABEL)
        _require("plural", kind.plural, _LABEL)
        _require("namespace", self.namespace, _LABEL, is_needed=kind.namespaced and bool(self.name))
        is_loose = not _LOOSELY_NAMED.isdisjoint({(kind.group, ""), (kind.group, kind.plural)})
        _require("name", self.name, _LOOSE_NAME if is_loose else _SUBDOMAIN, is_needed=bool(self.subresource))
        _require("subresource", self.subresource, _LABEL, is_needed=False)
        if self.namespace and not kind.namespaced:
            raise PathSegmentError(f"namespace: {kind.qualified} have none")

    def __str__(self) -> str:
        """`/apis/apps/v1/namespaces/shop/deployments/web/scale`."""
        kind = self.resource
        root = ("apis", kind.group, kind.version) if kind.group else ("api", kind.version)
        namespace = ("namespaces", self.namespace) if self.namespace else ()
        below = (one for one in (self.name, self.subresource) if one)
        return api_path(*root, *namespace, kind.plural, *below)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryPath:
    """Where the API server tells what it serves: of the core or of all groups, or of one version of a group.

    Raises:
        PathSegmentError: from the constructor; a part can be none.
    """

    group: str = ""
    version: str = ""
    of_groups: bool = False
    """All groups but the core; without group and version."""

    def __post_init__(self) -> None:
        """Refuse what could be another path than the parts say."""
        _require("group", self.group, _SUBDOMAIN, is_needed=False)
        _require("version", self.version, _LABEL, is_needed=bool(self.group))

    def __str__(self) -> str:
        """`/api`, `/apis`, `/api/v1`, `/apis/apps/v1`."""
        root = "apis" if self.group or self.of_groups else "api"
        return api_path(root, *(one for one in (self.group, self.version) if one))


def api_path(*segments: str) -> str:
    """`/api/v1/namespaces/shop/pods` from its segments.

    Raises:
        PathSegmentError: a segment is empty, is a relative one, or holds a separator.
    """
    return "".join(f"/{_segment(one)}" for one in segments)


def _segment(text: str) -> str:
    if not text or text in {".", ".."} or "/" in text or "%" in text or not text.isprintable():
        raise PathSegmentError(f"{text[:64]!r} is no segment of a path")
    return quote(text, safe=":")


def _require(part: str, text: str, pattern: re.Pattern[str], *, is_needed: bool = True) -> None:
    if not text:
        if is_needed:
            raise PathSegmentError(f"{part}: is required")
        return
    is_relative = text in {".", ".."}
    if is_relative or len(text) > _MOST_NAME_CHARS or not pattern.fullmatch(text):
        raise PathSegmentError(f"{part}: {text[:64]!r} is no valid one")
