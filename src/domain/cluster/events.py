"""Events, and which of them are kept.

Source: wire contract 2.4.15. Writers of events.k8s.io leave the old times and counts empty, a third of all events; the
mapper takes the new fields first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, TypeVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta

K = TypeVar("K")

MOST_EVENTS: Final = 5000
"""Kept at most: what an API server holds of a busy cluster in an hour can be many times as much."""
EVENT_LIFETIME: Final = timedelta(hours=1)
"""How long an Event is kept after it was last seen; the API server's own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRef:
    """The object that an Event is about."""

    kind: str
    namespace: str = ""
    name: str
    uid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(CommonMeta):
    """An Event."""

    kind: ClassVar[Kind] = Kind.EVENT

    type: str
    """Normal or Warning."""
    reason: str
    message: str
    source: str = ""
    """The component that wrote it."""
    involved_object: ResourceRef
    count: int
    first_timestamp: datetime | None = None
    last_timestamp: datetime | None = None

    @property
    def is_warning(self) -> bool:
        """Whether somebody should look."""
        return self.type == "Warning"


def surplus_events(events: Mapping[K, Event], now: datetime, most: int = MOST_EVENTS) -> list[K]:
    """Keys of the Events not to keep: those last seen too long ago; of the others all above `most`.

    Warnings stay before others, newer before older. An Event without any time counts as the oldest.
    """
    horizon = now - EVENT_LIFETIME
    surplus = [key for key, event in events.items() if _seen_at(event, now) < horizon]
    left = len(events) - len(surplus)
    if left > most:
        gone = set(surplus)
        ranked = sorted(
            (key for key in events if key not in gone),
            key=lambda key: (events[key].is_warning, _seen_at(events[key], now)),
        )
        surplus += ranked[: left - most]
    return surplus


def _seen_at(event: Event, now: datetime) -> datetime:
    """Never later than now: a clock ahead does not keep an Event for ever."""
    seen_at = event.last_timestamp
    return now - EVENT_LIFETIME if seen_at is None else min(seen_at, now)
