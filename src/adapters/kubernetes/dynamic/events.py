"""The newest events: the API server gives them in the order of their names, so the newest may come last."""

from typing import Any, Final

from adapters.kubernetes.dynamic.fetching import Fetching
from adapters.kubernetes.errors import Expired
from domain.cluster.resource_types import ResourceType
from ports.dynamic import EventQuery, ListQuery

EVENTS: Final = ResourceType(
    group="", version="v1", kind="Event", plural="events", singular="event", namespaced=True, verbs=frozenset({"list"})
)
"""Of the core, which is always served."""
_PAGE: Final = 500
_MOST_PAGES: Final = 4


async def fetched_events(fetching: Fetching, query: EventQuery) -> list[dict[str, Any]]:
    """All events that are asked for, at most the first two thousand of them.

    Raises:
        PortError: as `DynamicReader.events` says.
    """
    about = {"involvedObject.kind": query.involved_kind, "involvedObject.name": query.involved_name}
    fields = [f"{path}={value}" for path, value in about.items() if value]
    selector = ",".join([query.field_selector, *fields] if query.field_selector else fields)
    found: list[dict[str, Any]] = []
    token = ""
    for _ in range(_MOST_PAGES):
        question = ListQuery(
            resource=EVENTS,
            namespace=query.namespace,
            label_selector=query.label_selector,
            field_selector=selector,
            limit=_PAGE,
            continue_token=token,
            as_table=False,
        )
        try:
            page = await fetching.page(question)
        except Expired:
            # Events come and go: what has been read until now is still true.
            break
        found += page.objects
        token = (page.metadata.continue_ if page.metadata is not None else None) or ""
        if not token:
            break
    return found
