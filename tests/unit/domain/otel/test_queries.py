"""Steps and limits of questions about telemetry."""

from datetime import UTC, datetime

import pytest

from domain.errors import InvalidCommandError
from domain.otel.queries import (
    LogFilter,
    LogSearch,
    Period,
    TraceFilter,
    histogram_step_seconds,
    history_step_seconds,
    limited,
    service_step_seconds,
)

HOUR = 3600.0


def test_steps_are_the_documented_ones() -> None:
    assert [history_step_seconds(hours * HOUR) for hours in (1, 6, 7, 24, 25)] == [60, 60, 300, 300, 900]
    assert [service_step_seconds(hours * HOUR) for hours in (1, 6, 24, 168, 169)] == [60, 300, 900, 3600, 14_400]
    assert [histogram_step_seconds(seconds) for seconds in (60, 300, 900, 901)] == [10, 10, 30, 31]


def test_limits() -> None:
    assert [limited(value, 500) for value in (None, 0, -1, 1, 500, 501)] == [50, 50, 50, 1, 500, 500]


def test_a_question_for_every_trace_is_open() -> None:
    period = Period(seconds=60)
    assert TraceFilter(period=period, limit=3, slowest_first=True).is_open
    for one in ({"service": "a"}, {"operation": "a"}, {"min_duration_ms": 1.0}, {"status_code": "5"}, {"method": "a"}):
        assert not TraceFilter(period=period, **one).is_open


def test_the_entries_of_a_trace_need_no_time_unless_one_is_given() -> None:
    absolute = Period(seconds=60, start_at=datetime(2026, 1, 1, tzinfo=UTC), end_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert LogFilter(period=Period(seconds=60), trace_id="a").is_timeless
    assert not LogFilter(period=absolute, trace_id="a").is_timeless
    assert not LogFilter(period=Period(seconds=60)).is_timeless
    assert LogSearch(filter=LogFilter(period=absolute)).limit == 50


def test_a_text_longer_than_any_search_is_refused() -> None:
    with pytest.raises(InvalidCommandError, match="8192"):
        LogFilter(period=Period(seconds=60), query="x" * 8193)
