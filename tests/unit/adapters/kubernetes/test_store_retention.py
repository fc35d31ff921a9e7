"""Events are many: how many of a kind are kept at most, whatever arrives."""

from datetime import timedelta
from typing import Any

import msgspec

from adapters.kubernetes.decoding import ObjectDecoder
from adapters.kubernetes.hooks import SILENT
from adapters.kubernetes.kinds import EVENT_RETENTION, EVENTS, PODS
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.store import Entry, Key, ObjectStore
from adapters.memory.clock import ManualClock
from domain.cluster.events import MOST_EVENTS, Event
from tests.support.objects import a_pod, metadata, raw

BURST = 100_000
WARNINGS = 3_000


def event_bytes(number: int, seen_at: str, kind: str = "Normal") -> bytes:
    return raw(
        {
            "metadata": metadata(f"e-{number}", "shop"),
            "involvedObject": {"kind": "Pod", "name": "web-1"},
            "type": kind,
            "reason": "R",
            "message": "m",
            "lastTimestamp": seen_at,
            "count": 1,
        }
    )


def entry_of(decoder: ObjectDecoder[Event], body: bytes) -> tuple[Key, Entry[Event]]:
    head, entry = decoder.decode(msgspec.Raw(body))
    assert entry is not None
    return head.key, entry


def a_store(clock: ManualClock) -> tuple[ObjectStore[Event], ObjectDecoder[Event]]:
    decoder: ObjectDecoder[Event] = ObjectDecoder(EVENTS, MappingOptions(), SILENT)
    return ObjectStore(EVENTS.retention, clock.now), decoder


def stamp(clock: ManualClock, seconds_ago: float = 0) -> str:
    return (clock.now() - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_burst_of_events_never_piles_up_and_the_warnings_stay() -> None:
    clock = ManualClock()
    store, decoder = a_store(clock)
    old, new = stamp(clock, 600), stamp(clock)
    most_held = 0
    for number in range(BURST):
        is_warning = number < WARNINGS
        key, entry = entry_of(
            decoder, event_bytes(number, old if is_warning else new, "Warning" if is_warning else "Normal")
        )
        store.put(key, entry)
        most_held = max(most_held, len(store))
    assert most_held <= MOST_EVENTS + EVENT_RETENTION.slack
    kept = store.ordered()
    assert len(kept) == len(store) == MOST_EVENTS
    assert sum(event.is_warning for event in kept) == WARNINGS
    assert store.ordered() is kept


async def test_events_leave_after_an_hour_though_nothing_arrives() -> None:
    clock = ManualClock()
    store, decoder = a_store(clock)
    store.put(*entry_of(decoder, event_bytes(1, stamp(clock))))
    store.put(*entry_of(decoder, event_bytes(2, stamp(clock, -1800))))
    first = store.ordered()
    assert [event.name for event in first] == ["e-1", "e-2"]
    await clock.advance(3500)
    assert store.ordered() is first
    await clock.advance(200)
    assert [event.name for event in store.ordered()] == ["e-2"]


def test_a_list_is_cut_while_it_is_read() -> None:
    clock = ManualClock()
    store, decoder = a_store(clock)
    entries = dict(entry_of(decoder, event_bytes(number, stamp(clock))) for number in range(MOST_EVENTS + 500))
    assert store.trim(entries)
    assert len(entries) == MOST_EVENTS
    assert not store.trim(entries)


def test_kinds_without_retention_keep_everything() -> None:
    decoder: ObjectDecoder[Any] = ObjectDecoder(PODS, MappingOptions(), SILENT)
    store: ObjectStore[Any] = ObjectStore(PODS.retention, ManualClock().now)
    for number in range(10):
        store.put(*entry_of(decoder, raw(a_pod(f"web-{number}"))))
    assert not store.trim(dict(store.entries))
    assert len(store.ordered()) == 10
