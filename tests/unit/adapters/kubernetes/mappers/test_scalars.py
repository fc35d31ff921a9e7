"""Times, numbers and lists."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kubernetes.mappers.scalars import instant, int32, int64, present, texts, time_text


@pytest.mark.parametrize(
    ("text", "expected", "as_text"),
    [
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.123456Z", datetime(2026, 1, 1, 0, 0, 0, 123456, UTC), "2026-01-01T00:00:00.123456Z"),
        (
            "2026-01-01T00:00:00.123456789Z",
            datetime(2026, 1, 1, 0, 0, 0, 123456, UTC),
            "2026-01-01T00:00:00.123456789Z",
        ),
        ("2026-01-01T09:00:00+09:00", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00+00:00", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ("2026-01-01 00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ("2026-W01-4T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:59:59-01:00", None, ""),
        ("0001-01-01T00:00:00Z", None, ""),
        ("0001-01-01T00:00:00+09:00", None, ""),
        ("2026-01-01T00:00:00", None, ""),
        ("2026-01-01", None, ""),
        ("2026-13-01T00:00:00Z", None, ""),
        ("2026-01-01T00:00:61Z", None, ""),
        ("12026-01-01T00:00:00Z", None, ""),
        ("1767225600", None, ""),
        ("soon", None, ""),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_a_time_is_utc_or_none(text: str | None, expected: datetime | None, as_text: str) -> None:
    assert instant(text) == expected
    assert time_text(text) == as_text


@given(st.text(max_size=40))
def test_any_text_is_a_time_in_utc_or_none(text: str) -> None:
    moment = instant(text)
    assert moment is None or moment.tzinfo is UTC
    assert bool(time_text(text)) is (moment is not None)


@given(st.datetimes(timezones=st.timezones()))
def test_the_text_of_a_time_is_the_same_time(moment: datetime) -> None:
    text = moment.isoformat()
    expected = instant(text)
    assert instant(time_text(text)) == expected


@given(st.integers())
def test_integers_are_clamped(number: int) -> None:
    assert -(2**31) <= int32(number) <= 2**31 - 1
    assert -(2**63) <= int64(number) <= 2**63 - 1
    assert int32(number) == number or abs(number) >= 2**31
    assert int64(number) == number or abs(number) >= 2**63


def test_no_number_is_zero() -> None:
    assert int32(None) == 0


def test_lists_lose_what_is_not_there() -> None:
    assert list(present(None)) == []
    assert list(present([None, "a", None])) == ["a"]
    assert texts(None) == ()
    assert texts(["a", None, ""]) == ("a", "", "")
