"""The documents of discovery, in both forms, and the kinds that they tell of.

The aggregated form is one document for the core and one for all groups (Kubernetes 1.26 and later); the older one is a
document per version of a group. Whatever is left out of a document is taken as its default, so that one odd entry
costs only itself.

Source: apidiscovery.k8s.io/v2 APIGroupDiscoveryList; meta/v1 APIGroupList, APIVersions, APIResourceList.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from adapters.kubernetes.schema.metadata import Named, Partial, Text, Texts
from domain.cluster.resource_types import ResourceType

AGGREGATED: Final = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json"
)
"""What is accepted: the aggregated form, or the older one where the server knows no other."""
STALE: Final = "Stale"
"""How fresh what is told of a version is, while the server that serves it does not answer."""


class _ResponseKind(Partial, frozen=True):
    group: Text = None
    version: Text = None
    kind: Text = None


class _Subresource(Partial, frozen=True):
    subresource: Text = None


class _Resource(Partial, frozen=True):
    resource: Text = None
    response_kind: _ResponseKind | None = None
    scope: Text = None
    singular_resource: Text = None
    verbs: Texts = None
    short_names: Texts = None
    subresources: list[_Subresource | None] | None = None


class _Version(Partial, frozen=True):
    version: Text = None
    freshness: Text = None
    resources: list[_Resource | None] | None = None


class _Group(Partial, frozen=True):
    metadata: Named | None = None
    versions: list[_Version | None] | None = None


class GroupDiscoveryList(Partial, frozen=True):
    """`/api` or `/apis` in the aggregated form."""

    kind: Text = None
    items: list[_Group | None] | None = None

    @property
    def is_aggregated(self) -> bool:
        """False when the server has answered in the older form."""
        return self.kind == "APIGroupDiscoveryList"

    def types(self) -> Iterator[ResourceType]:
        """The kinds, in the server's order."""
        for group, version in self._versions():
            for one in version.resources or ():
                kind = one.response_kind.kind if one is not None and one.response_kind is not None else None
                if one is None or not one.resource or not kind or not version.version:
                    continue
                yield ResourceType(
                    group=group,
                    version=version.version,
                    kind=kind,
                    plural=one.resource,
                    singular=one.singular_resource or kind.lower(),
                    namespaced=one.scope == "Namespaced",
                    short_names=_texts(one.short_names),
                    verbs=frozenset(_texts(one.verbs)),
                    subresources=frozenset(
                        part.subresource for part in one.subresources or () if part is not None and part.subresource
                    ),
                )

    def unanswered(self) -> Iterator[str]:
        """Groups whose servers did not answer the API server."""
        for group, version in self._versions():
            if version.freshness == STALE:
                yield group

    def _versions(self) -> Iterator[tuple[str, _Version]]:
        for group in self.items or ():
            for version in (group.versions if group is not None else None) or ():
                if group is not None and version is not None:
                    yield (group.metadata.name if group.metadata is not None else None) or "", version


class _GroupVersion(Partial, frozen=True):
    group_version: Text = None


class _ListedGroup(Partial, frozen=True):
    preferred_version: _GroupVersion | None = None
    versions: list[_GroupVersion | None] | None = None


class GroupList(Partial, frozen=True, tag_field="kind", tag="APIGroupList"):
    """`/apis` in the older form."""

    groups: list[_ListedGroup | None] | None = None

    def group_versions(self) -> list[str]:
        """`apps/v1` and so on, of each group the preferred version first."""
        found: dict[str, None] = {}
        for group in self.groups or ():
            if group is not None:
                for one in (group.preferred_version, *(group.versions or ())):
                    if one is not None and one.group_version:
                        found[one.group_version] = None
        return list(found)


class _ListedResource(Partial, frozen=True):
    name: Text = None
    kind: Text = None
    singular_name: Text = None
    namespaced: bool | None = None
    verbs: Texts = None
    short_names: Texts = None


class ResourceList(Partial, frozen=True, tag_field="kind", tag="APIResourceList"):
    """`/api/v1` or `/apis/GROUP/VERSION`."""

    resources: list[_ListedResource | None] | None = None

    def types(self, group: str, version: str) -> Iterator[ResourceType]:
        """The kinds; their subresources stand beside them as `deployments/scale`."""
        listed = [one for one in self.resources or () if one is not None and one.name and one.kind]
        for one in listed:
            if one.name and one.kind and "/" not in one.name:
                below = (other.name.partition("/") for other in listed if other.name)
                yield ResourceType(
                    group=group,
                    version=version,
                    kind=one.kind,
                    plural=one.name,
                    singular=one.singular_name or one.kind.lower(),
                    namespaced=bool(one.namespaced),
                    short_names=_texts(one.short_names),
                    verbs=frozenset(_texts(one.verbs)),
                    subresources=frozenset(name for plural, slash, name in below if slash and plural == one.name),
                )


GROUP_DISCOVERY_LIST: Final = msgspec.json.Decoder(GroupDiscoveryList)
GROUP_LIST: Final = msgspec.json.Decoder(GroupList)
RESOURCE_LIST: Final = msgspec.json.Decoder(ResourceList)


def _texts(found: list[str | None] | None) -> tuple[str, ...]:
    return tuple(one for one in found or () if one)
