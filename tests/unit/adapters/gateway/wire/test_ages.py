"""An age text is made again exactly when it may change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.ages import FOREVER_US, age_until, microseconds
from domain.cluster.ages import age_text

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
AGES = st.timedeltas(min_value=timedelta(minutes=-3), max_value=timedelta(days=400))


def after(now: datetime, moment_us: int) -> datetime:
    return now + timedelta(microseconds=moment_us - microseconds(now))


@given(age=AGES, share=st.floats(0, 1))
def test_the_text_stays_true_until_the_moment_to_look_again(age: timedelta, share: float) -> None:
    created_at = NOW - age
    text, until_us = age_until(created_at, NOW)
    assert until_us > microseconds(NOW)
    span_us = until_us - microseconds(NOW) - 1
    assert age_text(created_at, after(NOW, microseconds(NOW) + int(span_us * share))) == text
    assert age_text(created_at, after(NOW, until_us - 1)) == text


@given(age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_the_text_is_another_at_that_moment(age: timedelta) -> None:
    created_at = NOW - age
    text, until_us = age_until(created_at, NOW)
    assert age_text(created_at, after(NOW, until_us)) != text


def test_an_unknown_birth_is_never_looked_at_again() -> None:
    assert age_until(None, NOW) == ("0m", FOREVER_US)


@pytest.mark.parametrize(("seconds", "text"), [(59, "0m"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86_400, "1d")])
def test_one_unit_truncated(seconds: int, text: str) -> None:
    assert age_until(NOW - timedelta(seconds=seconds), NOW)[0] == text
