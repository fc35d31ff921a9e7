"""InMemoryDynamicReader: any kind of the simulated cluster, with the same care for what may be shown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.failures import PlannedFailures
from adapters.memory.kind_resolver import SERVED
from adapters.memory.object_view import object_of
from adapters.memory.selecting import selects_fields, selects_labels
from domain.cluster.all_readings import RESOURCES
from domain.cluster.resource_types import ResourceType
from domain.objects.listing import (
    Description,
    FoundObject,
    Listing,
    Table,
    plain_table,
    shown_events,
    shown_objects,
)
from domain.objects.secret_kinds import holds_secrets
from domain.objects.trimming import trimmed
from domain.objects.visibility import Visibility, is_withheld
from ports.clock import Clock
from ports.dynamic import DynamicReader, EventQuery, ListQuery, ObjectQuery
from ports.errors import AccessDenied, NotFound, PortError

OPERATIONS: Final = ("get", "list_page", "describe", "events")
_KINDS: Final = {resource.__name__: resource for resource in RESOURCES.values()}
_EVENTS: Final = next(one for one in SERVED if one.kind == "Event")
_PODS: Final = next(one for one in SERVED if one.kind == "Pod")
_PLACE: Final = "after-"
"""A token is this and the number of objects before it."""


class InMemoryDynamicReader(DynamicReader):
    """Reads the objects that the simulated cluster shows; it has no others."""

    def __init__(self, cluster: InMemoryCluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._failures = PlannedFailures(OPERATIONS)

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of an operation fail.

        Raises:
            ValueError: there is no such operation.
        """
        self._failures.fail_next(operation, error, times)

    @override
    async def get(self, query: ObjectQuery, visibility: Visibility) -> FoundObject:
        await checkpoint()
        self._failures.meet("get")
        found = self._find(query, visibility)
        return FoundObject(kind=query.resource.kind, object=trimmed(found, visibility).object)

    @override
    async def list_page(self, query: ListQuery, visibility: Visibility) -> Listing:
        await checkpoint()
        self._failures.meet("list_page")
        return self._list(query, visibility)

    @override
    async def events(self, query: EventQuery, visibility: Visibility) -> Listing:
        await checkpoint()
        self._failures.meet("events")
        return self._events_of(query, visibility)

    @override
    async def describe(self, query: ObjectQuery, visibility: Visibility) -> Description:
        await checkpoint()
        self._failures.meet("describe")
        found = self._find(query, visibility)
        about = EventQuery(
            namespace=query.namespace, involved_kind=query.resource.kind, involved_name=query.name, limit=50
        )
        related: tuple[Listing, ...] = ()
        if query.resource.kind == "Node":
            pods = ListQuery(resource=_PODS, field_selector=f"spec.nodeName={query.name}", limit=100, as_table=True)
            related = (self._list(pods, visibility),)
        return Description(
            found=FoundObject(kind=query.resource.kind, object=trimmed(found, visibility).object),
            owners=tuple(self._owners(found, query, visibility)),
            events=self._events_of(about, visibility),
            related=related,
        )

    def _owners(self, found: Mapping[str, Any], query: ObjectQuery, visibility: Visibility) -> list[FoundObject]:
        owners: list[FoundObject] = []
        while references := found["metadata"].get("ownerReferences"):
            kind = references[0]["kind"]
            resource = next((one for one in SERVED if one.kind == kind), None)
            if resource is None:
                break
            place = query.namespace if resource.namespaced else ""
            found = self._find(ObjectQuery(resource=resource, namespace=place, name=references[0]["name"]), visibility)
            owners.append(FoundObject(kind=kind, object=trimmed(found, visibility).object))
        return owners

    def _find(self, query: ObjectQuery, visibility: Visibility) -> dict[str, Any]:
        kind = query.resource.kind
        operation = f"get {kind} {query.namespace}/{query.name}" if query.namespace else f"get {kind} {query.name}"
        for found in self._objects(query.resource, query.namespace, operation):
            if found["metadata"]["name"] == query.name:
                if visibility.hides(kind, found) or is_withheld(kind, found):
                    raise AccessDenied(operation, "it belongs to a protected namespace (AGENT_PROTECTED_NAMESPACES)")
                return found
        raise NotFound(operation, f"there is no {query.resource.plural} {query.name}")

    def _list(self, query: ListQuery, visibility: Visibility) -> Listing:
        resource = query.resource
        found = [
            one
            for one in self._objects(resource, query.namespace, f"list {resource.plural}")
            if selects_labels(query.label_selector, one) and selects_fields(query.field_selector, one)
        ]
        first = query.continue_token.removeprefix(_PLACE)
        if query.continue_token and not first.isdecimal():
            table = Table(columns=()) if query.as_table else None
            return Listing(kind=resource.kind, table=table, must_restart=True)
        end = int(first or 0) + query.limit
        listing = shown_objects(resource.kind, found[int(first or 0) : end], visibility)
        if query.as_table:
            table = plain_table(listing.objects, namespaced=resource.namespaced, now=self._clock.now())
            listing = replace(listing, table=table, objects=())
        token = f"{_PLACE}{end}" if end < len(found) else ""
        return replace(listing, continue_token=token, remaining=max(0, len(found) - end) or None)

    def _events_of(self, query: EventQuery, visibility: Visibility) -> Listing:
        about = {"involvedObject.kind": query.involved_kind, "involvedObject.name": query.involved_name}
        fields = ",".join([query.field_selector, *(f"{path}={one}" for path, one in about.items() if one)])
        found = [
            one
            for one in self._objects(_EVENTS, query.namespace, "list events")
            if selects_labels(query.label_selector, one) and selects_fields(fields, one)
        ]
        return shown_events(found, visibility, query.limit)

    def _objects(self, resource: ResourceType, namespace: str, operation: str) -> list[dict[str, Any]]:
        if holds_secrets(resource.kind, resource.plural):
            raise AccessDenied(operation, f"{resource.kind} is never read by dynamic: it holds secrets")
        of_domain = _KINDS.get(resource.kind)
        if of_domain is None:
            return []
        found = self._cluster.read(of_domain).objects
        return [object_of(resource, one) for one in found if namespace in {"", one.namespace}]
