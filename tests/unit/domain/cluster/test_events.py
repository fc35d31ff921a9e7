"""Which Events are kept: an hour, a number, Warnings before others."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.cluster.events import EVENT_LIFETIME, MOST_EVENTS, Event, ResourceRef, surplus_events
from tests.support.domain_objects import NOW


def an_event(seconds_ago: float | None = 0.0, *, name: str = "e", is_warning: bool = False) -> Event:
    seen_at = None if seconds_ago is None else NOW - timedelta(seconds=seconds_ago)
    return Event(
        uid=f"uid-{name}",
        name=name,
        namespace="shop",
        type="Warning" if is_warning else "Normal",
        reason="R",
        message="m",
        involved_object=ResourceRef(kind="Pod", name="web-1"),
        count=1,
        last_timestamp=seen_at,
    )


def kept(events: dict[str, Event], now: datetime = NOW, most: int = MOST_EVENTS) -> set[str]:
    return events.keys() - set(surplus_events(events, now, most))


def test_an_event_is_kept_for_an_hour_after_it_was_last_seen() -> None:
    hour = EVENT_LIFETIME.total_seconds()
    assert kept({"young": an_event(hour - 1), "old": an_event(hour + 1)}) == {"young"}


def test_of_too_many_the_warnings_stay_then_the_newest() -> None:
    events = {
        "old-warning": an_event(3000, is_warning=True),
        "new-warning": an_event(10, is_warning=True),
        "old": an_event(2000),
        "new": an_event(20),
        "newest": an_event(5),
    }
    assert kept(events, most=4) == {"old-warning", "new-warning", "new", "newest"}
    assert kept(events, most=3) == {"old-warning", "new-warning", "newest"}
    assert kept(events, most=1) == {"new-warning"}
    assert kept(events, most=0) == set()


def test_an_event_without_any_time_is_the_first_to_go() -> None:
    assert kept({"timeless": an_event(None), "old": an_event(3599)}) == {"timeless", "old"}
    assert kept({"timeless": an_event(None), "old": an_event(3599)}, most=1) == {"old"}


def test_a_writer_whose_clock_is_ahead_does_not_outlive_the_others() -> None:
    ahead = {"ahead": an_event(-86400), "now": an_event(0)}
    assert kept(ahead) == {"ahead", "now"}
    assert kept(ahead, now=NOW + timedelta(days=2)) == set()


@given(st.lists(st.tuples(st.none() | st.floats(-100, 5000), st.booleans()), max_size=40), st.integers(0, 20))
def test_what_is_kept_is_never_worse_than_what_is_not(facts: list[tuple[float | None, bool]], most: int) -> None:
    events = {str(number): an_event(ago, is_warning=warning) for number, (ago, warning) in enumerate(facts)}
    stay = kept(events, most=most)
    alive = {key for key, (ago, _) in zip(events, facts, strict=True) if ago is None or ago <= 3600}
    assert len(stay) == min(most, len(alive))
    assert stay <= alive
    gone_warnings = [key for key in alive - stay if events[key].is_warning]
    assert not gone_warnings or all(events[key].is_warning for key in stay)
