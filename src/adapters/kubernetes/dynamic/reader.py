"""KubernetesDynamicReader: any kind that is served, over a connection that can only read."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from anyio import to_thread
from typing_extensions import override

from adapters.kubernetes.dynamic.describing import MOST_OWNERS, owner_query, owner_summary, related_query
from adapters.kubernetes.dynamic.documents import Page
from adapters.kubernetes.dynamic.events import fetched_events
from adapters.kubernetes.dynamic.fetching import Fetching
from adapters.kubernetes.dynamic.tables import shown_rows
from adapters.kubernetes.errors import Expired
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.kubernetes.schema.envelopes import ListMeta
from domain.objects.listing import (
    Description,
    FoundObject,
    Listing,
    Table,
    plain_table,
    shown_events,
    shown_objects,
)
from domain.objects.trimming import trimmed
from domain.objects.visibility import Visibility, is_withheld
from ports.clock import Clock
from ports.dynamic import DynamicReader, EventQuery, ListQuery, ObjectQuery
from ports.errors import AccessDenied, PortError
from ports.resource_types import KindResolver

_MOST_EVENTS: Final = 50
"""Of a description; the newest ones."""


class KubernetesDynamicReader(DynamicReader):
    """Asks the API server; what takes time with large answers is done in threads."""

    def __init__(self, connection: ReadOnlyConnection, resolver: KindResolver, clock: Clock) -> None:
        self._fetching = Fetching(connection)
        self._resolver = resolver
        self._clock = clock

    @override
    async def get(self, query: ObjectQuery, visibility: Visibility) -> FoundObject:
        found = await self._visible(query, visibility)
        return FoundObject(kind=query.resource.kind, object=await _trimmed(found, visibility))

    @override
    async def list_page(self, query: ListQuery, visibility: Visibility) -> Listing:
        try:
            page = await self._fetching.page(query)
        except Expired:
            if not query.continue_token:
                raise
            table = Table(columns=()) if query.as_table else None
            return Listing(kind=query.resource.kind, table=table, must_restart=True)
        return await to_thread.run_sync(partial(self._listing, page, query, visibility))

    @override
    async def events(self, query: EventQuery, visibility: Visibility) -> Listing:
        found = await fetched_events(self._fetching, query)
        return await to_thread.run_sync(shown_events, found, visibility, query.limit)

    @override
    async def describe(self, query: ObjectQuery, visibility: Visibility) -> Description:
        found = await self._visible(query, visibility)
        gaps: list[str] = []
        owners = await self._owners(found, query, visibility, gaps)
        return Description(
            found=FoundObject(kind=query.resource.kind, object=await _trimmed(found, visibility)),
            owners=owners,
            events=await self._events_of(query, visibility, gaps),
            related=await self._related(found, query, visibility, gaps),
            gaps=tuple(gaps),
        )

    async def _visible(self, query: ObjectQuery, visibility: Visibility) -> dict[str, Any]:
        found = await self._fetching.one(query)
        operation = f"get {query.resource.kind} {query.name}"
        if visibility.hides(query.resource.kind, found):
            raise AccessDenied(operation, "it belongs to a protected namespace (AGENT_PROTECTED_NAMESPACES)")
        if is_withheld(query.resource.kind, found):
            raise AccessDenied(operation, "it holds secrets, or tells of what does")
        return found

    async def _owners(
        self, found: dict[str, Any], query: ObjectQuery, visibility: Visibility, gaps: list[str]
    ) -> tuple[FoundObject, ...]:
        owners: list[FoundObject] = []
        try:
            while len(owners) < MOST_OWNERS and (above := await owner_query(found, query, self._resolver)) is not None:
                found, query = await self._visible(above, visibility), above
                summary = await _trimmed(owner_summary(found), visibility)
                owners.append(FoundObject(kind=query.resource.kind, object=summary))
        except PortError as error:
            gaps.append(f"owners: {error}")
        return tuple(owners)

    async def _events_of(self, query: ObjectQuery, visibility: Visibility, gaps: list[str]) -> Listing:
        about = EventQuery(
            namespace=query.namespace,
            involved_kind=query.resource.kind,
            involved_name=query.name,
            limit=_MOST_EVENTS,
        )
        try:
            return await self.events(about, visibility)
        except PortError as error:
            gaps.append(f"events: {error}")
            return Listing(kind="Event")

    async def _related(
        self, found: dict[str, Any], query: ObjectQuery, visibility: Visibility, gaps: list[str]
    ) -> tuple[Listing, ...]:
        pods = related_query(found, query)
        if pods is None:
            return ()
        try:
            return (await self.list_page(pods, visibility),)
        except PortError as error:
            gaps.append(f"pods: {error}")
            return ()

    def _listing(self, page: Page, query: ListQuery, visibility: Visibility) -> Listing:
        resource = query.resource
        if page.kind == "Table":
            shown = shown_rows(page, resource, visibility)
        else:
            identity = {"apiVersion": resource.api_version, "kind": resource.kind}
            shown = shown_objects(resource.kind, ({**identity, **one} for one in page.objects), visibility)
            if query.as_table:
                table = plain_table(shown.objects, namespaced=resource.namespaced, now=self._clock.now())
                shown = replace(shown, table=table, objects=())
        place = page.metadata or ListMeta()
        return replace(shown, continue_token=place.continue_ or "", remaining=place.remaining_item_count)


async def _trimmed(found: dict[str, Any], visibility: Visibility) -> dict[str, Any]:
    shown = await to_thread.run_sync(trimmed, found, visibility)
    return shown.object
