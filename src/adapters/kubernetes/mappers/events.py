"""Events: the new fields first, then the deprecated ones.

Source: wire contract 2.4.15.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_LEAN_META, common_meta
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32
from adapters.kubernetes.mappers.sharing import name
from adapters.kubernetes.schema.events import EventSeriesStruct, EventSourceStruct, EventStruct, ObjectReference
from domain.cluster.events import Event, ResourceRef
from domain.redaction import scrub

_NO_SERIES: Final = EventSeriesStruct()
_NO_SOURCE: Final = EventSourceStruct()
_NO_OBJECT: Final = ObjectReference()
_ONCE: Final = 1


def to_event(event: EventStruct, _options: MappingOptions) -> Event:
    """The Event as the domain knows it."""
    meta = event.metadata or NO_LEAN_META
    series = event.series or _NO_SERIES
    source = event.source or _NO_SOURCE
    about = event.involved_object or _NO_OBJECT
    created_at = instant(meta.creation_timestamp)
    happened_at = instant(event.event_time)
    return Event(
        **common_meta(meta),
        node_name=name(source.host),
        type=name(event.type),
        reason=name(event.reason),
        message=scrub(event.message) if event.message else "",
        source=name(event.reporting_component or source.component),
        involved_object=ResourceRef(
            kind=name(about.kind), namespace=name(about.namespace), name=about.name or "", uid=about.uid or ""
        ),
        count=int32(series.count) or int32(event.count) or _ONCE,
        first_timestamp=happened_at or instant(event.first_timestamp) or created_at,
        last_timestamp=instant(series.last_observed_time) or happened_at or instant(event.last_timestamp) or created_at,
    )
