"""domain.objects.listing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.objects.listing import Listing, Table, last_seen, plain_table, shown_events, shown_objects
from domain.objects.visibility import EVERYTHING, Visibility

NOW = datetime(2026, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created_at", "age"),
    [
        ("2026-01-01T00:00:00Z", "3d"),
        ("2026-01-01T00:00:00", "0m"),
        ("no time", "0m"),
        (None, "0m"),
        (7, "0m"),
    ],
)
def test_a_kind_of_which_nothing_is_known_has_names_and_ages(created_at: Any, age: str) -> None:
    found = [{"metadata": {"name": "a", "namespace": "shop", "creationTimestamp": created_at}}]
    table = plain_table(found, namespaced=True, now=NOW)
    assert table == Table(columns=("NAME", "NAMESPACE", "AGE"), rows=(("a", "shop", age),))
    assert plain_table(found, namespaced=False, now=NOW).rows == (("a", age),)


def test_an_object_without_metadata_is_a_row_all_the_same() -> None:
    assert plain_table([{}], namespaced=True, now=NOW).rows == (("", "", "0m"),)


def test_a_list_says_what_is_not_in_it() -> None:
    found: list[dict[str, Any]] = [
        {"metadata": {"namespace": "kube-system"}},
        {"kind": "Secret", "metadata": {"namespace": "shop"}},
        {"metadata": {"namespace": "shop", "name": "a"}},
    ]
    listing = shown_objects("Widget", found, Visibility(frozenset({"kube-system"})))
    assert (listing.count, listing.hidden, listing.withheld) == (1, 1, 1)
    assert listing.objects[0]["metadata"]["name"] == "a"


def test_a_table_counts_its_rows() -> None:
    assert Listing(kind="Pod", table=Table(columns=("NAME",), rows=(("a",), ("b",)))).count == 2


@pytest.mark.parametrize(
    "event",
    [
        {"series": {"lastObservedTime": "2026-01-01T00:00:09Z"}, "lastTimestamp": "2026-01-01T00:00:01Z"},
        {"lastTimestamp": "2026-01-01T00:00:09Z", "firstTimestamp": "2026-01-01T00:00:01Z"},
        {"lastTimestamp": None, "eventTime": "2026-01-01T00:00:09Z"},
        {"deprecatedLastTimestamp": "2026-01-01T00:00:09Z"},
        {"firstTimestamp": "2026-01-01T00:00:09Z"},
        {"metadata": {"creationTimestamp": "2026-01-01T00:00:09Z"}},
    ],
)
def test_the_last_time_of_an_event_is_where_its_writer_put_it(event: dict[str, Any]) -> None:
    assert last_seen(event) == "2026-01-01T00:00:09Z"


def test_an_event_without_any_time_is_the_oldest() -> None:
    assert last_seen({}) == ""


def test_events_are_told_in_short_the_newest_first() -> None:
    old = {
        "metadata": {"name": "a", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web"},
        "type": "Warning",
        "reason": "BackOff",
        "message": "password=canary-1",
        "count": 3,
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:01:00Z",
        "source": {"component": "kubelet"},
    }
    new = {
        "metadata": {"name": "b", "namespace": "shop"},
        "regarding": {"kind": "Node", "name": "node-1"},
        "note": "ready",
        "series": {"count": 2, "lastObservedTime": "2026-01-02T00:00:00Z"},
        "eventTime": "2026-01-01T12:00:00Z",
        "reportingController": "controller",
    }
    listing = shown_events([old, new, old], EVERYTHING, 2)
    assert listing.remaining == 1
    assert listing.objects == (
        {
            "object": "Node/node-1",
            "message": "ready",
            "count": 2,
            "firstSeen": "2026-01-01T12:00:00Z",
            "lastSeen": "2026-01-02T00:00:00Z",
            "from": "controller",
            "namespace": "shop",
        },
        {
            "type": "Warning",
            "reason": "BackOff",
            "object": "Pod/shop/web",
            "message": "password=[redacted]",
            "count": 3,
            "firstSeen": "2026-01-01T00:00:00Z",
            "lastSeen": "2026-01-01T00:01:00Z",
            "from": "kubelet",
            "namespace": "shop",
        },
    )
