"""What is answered to a question about objects of any kind.

All of it is shown as it stands: secrets are out, what the reader must not see is out and counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.cluster.ages import age_text
from domain.objects.trimming import trimmed
from domain.objects.visibility import JsonObject, Visibility, is_withheld, subject_of

MOST_EVENTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list as people read it: a row for each object."""

    columns: tuple[str, ...]
    """Names in capitals: `NAME`, `NAMESPACE`, `READY` ..."""
    rows: tuple[tuple[str, ...], ...] = ()
    """As wide as the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Objects of one kind, as a table or in full."""

    kind: str
    table: Table | None = None
    """None where the objects are given in full."""
    objects: tuple[JsonObject, ...] = ()
    hidden: int = 0
    """How many were left out because they belong to a protected namespace."""
    withheld: int = 0
    """How many were left out because they hold secrets, or are events about what does."""
    continue_token: str = ""
    """Where the next page begins; empty when this was the last one."""
    remaining: int | None = None
    """About how many follow; None when nobody knows."""
    must_restart: bool = False
    """The token of the page that was asked for is too old: the list has to be read from its beginning."""

    @property
    def count(self) -> int:
        """How many objects are shown."""
        return len(self.objects if self.table is None else self.table.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObject:
    """One object in full."""

    kind: str
    object: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One object with what is told of it and what it belongs to."""

    found: FoundObject
    owners: tuple[FoundObject, ...] = ()
    """Who made it, from the nearest one up: identity and status only."""
    events: Listing
    related: tuple[Listing, ...] = ()
    """What belongs to it, as tables: the pods of a workload, a service, a node."""
    gaps: tuple[str, ...] = ()
    """What could not be read, and why."""


def plain_table(objects: Iterable[JsonObject], *, namespaced: bool, now: datetime) -> Table:
    """The table of a kind of which nothing is known but what every object has."""
    columns = ("NAME", "NAMESPACE", "AGE") if namespaced else ("NAME", "AGE")
    rows = []
    for one in objects:
        metadata = _mapping(one.get("metadata"))
        place = (str(metadata.get("namespace", "")),) if namespaced else ()
        rows.append((str(metadata.get("name", "")), *place, age_text(_time(metadata.get("creationTimestamp")), now)))
    return Table(columns=columns, rows=tuple(rows))


def shown_objects(kind: str, objects: Iterable[JsonObject], visibility: Visibility) -> Listing:
    """Those objects of a page that may be shown, in full."""
    kept, hidden, withheld = sorted_out(kind, objects, visibility)
    shown = tuple(trimmed(one, visibility).object for one in kept)
    return Listing(kind=kind, objects=shown, hidden=hidden, withheld=withheld)


def sorted_out(kind: str, objects: Iterable[JsonObject], visibility: Visibility) -> tuple[list[JsonObject], int, int]:
    """Objects that may be shown, how many are hidden from the reader, and how many are shown to nobody."""
    hidden = withheld = 0
    kept: list[JsonObject] = []
    for one in objects:
        if visibility.hides(kind, one):
            hidden += 1
        elif is_withheld(kind, one):
            withheld += 1
        else:
            kept.append(one)
    return kept, hidden, withheld


def shown_events(events: Iterable[JsonObject], visibility: Visibility, most: int = MOST_EVENTS) -> Listing:
    """Events, the newest first, each in the few fields that tell something; `remaining` are those beyond the most."""
    kept, hidden, withheld = sorted_out("Event", events, visibility)
    kept.sort(key=last_seen, reverse=True)
    shown = tuple(_brief(trimmed(event, visibility).object) for event in kept[:most])
    return Listing(
        kind="Event", objects=shown, hidden=hidden, withheld=withheld, remaining=max(0, len(kept) - most) or None
    )


def last_seen(event: JsonObject) -> str:
    """When it happened last, as RFC 3339 in UTC, so that texts sort as times do."""
    series = _mapping(event.get("series"))
    metadata = _mapping(event.get("metadata"))
    times = (
        series.get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("deprecatedLastTimestamp"),
        event.get("eventTime"),
        event.get("firstTimestamp"),
        metadata.get("creationTimestamp"),
    )
    return next((one for one in times if isinstance(one, str) and one), "")


def _brief(event: JsonObject) -> dict[str, Any]:
    subject = subject_of(event)
    series = _mapping(event.get("series"))
    source = _mapping(event.get("source"))
    metadata = _mapping(event.get("metadata"))
    brief = {
        "type": event.get("type"),
        "reason": event.get("reason"),
        "object": "/".join(str(subject[one]) for one in ("kind", "namespace", "name") if subject.get(one)),
        "message": event.get("message") or event.get("note"),
        "count": series.get("count") or event.get("count") or event.get("deprecatedCount"),
        "firstSeen": event.get("firstTimestamp") or event.get("eventTime") or metadata.get("creationTimestamp"),
        "lastSeen": last_seen(event),
        "from": event.get("reportingComponent") or event.get("reportingController") or source.get("component"),
        "namespace": metadata.get("namespace"),
    }
    return {name: value for name, value in brief.items() if value}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo is not None else None
