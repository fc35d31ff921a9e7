"""Windows of time, and Go durations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidTimeRangeError
from domain.time_range import TimeRange, parse_go_duration

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("24h0m0s", 86400),
        ("100ms", 0.1),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("2µs", 2e-6),
        ("2us", 2e-6),
        ("3ns", 3e-9),
        ("0", 0),
        ("-5s", -5),
        ("+5s", 5),
        (" 10s ", 10),
    ],
)
def test_go_durations_are_read(text: str, seconds: float) -> None:
    assert parse_go_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "10", "1d", "ten seconds", "1s2", "--1s", "s", "1 s", "9999999999999h"])
def test_what_is_no_go_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|is longer than"):
        parse_go_duration(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_go_duration(text)
    except ValueError as error:
        assert repr(text) in str(error)  # noqa: PT017 - either outcome is fine, the message is not optional


def test_a_window_ends_after_it_starts() -> None:
    with pytest.raises(InvalidTimeRangeError, match="must end after"):
        TimeRange(NOON, NOON)


def test_a_window_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidTimeRangeError, match="zone"):
        TimeRange(NOON.replace(tzinfo=None), NOON)


def test_the_last_hour_ends_now() -> None:
    window = TimeRange.last(3600, NOON)
    assert window == TimeRange(NOON - timedelta(hours=1), NOON)
    assert window.seconds == 3600
