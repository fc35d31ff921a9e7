"""Ages: one unit, truncated."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.cluster.ages import age_text

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(days=400, hours=23), "400d"),
        (timedelta(days=1), "1d"),
        (timedelta(days=1) - timedelta(microseconds=1), "23h"),
        (timedelta(hours=1), "1h"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(minutes=1), "1m"),
        (timedelta(seconds=59), "0m"),
        (timedelta(0), "0m"),
        (-timedelta(days=3), "0m"),
    ],
)
def test_an_age_is_one_truncated_unit(age: timedelta, expected: str) -> None:
    assert age_text(_NOW - age, _NOW) == expected


def test_an_unknown_birth_is_no_age() -> None:
    assert age_text(None, _NOW) == "0m"
