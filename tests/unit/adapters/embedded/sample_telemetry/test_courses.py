"""What has come about only grows, whichever moments are compared, and a start begins it anew."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.embedded.sample_telemetry.courses import Lives, Load, Traffic

NOW = 1_780_000_000
AT = st.integers(NOW - 90 * 86_400, NOW)
SECONDS = st.integers(1, 7200)
TRAFFIC = Traffic(name="payments", mean_rps=3.0, median_ms=120.0, error_ratio=0.008)
LOAD = Load(low_ratio=0.2, phase=1.1)
EDGES_MS = (0.0, 5.0, 50.0, 100.0, 250.0, 1000.0, math.inf)


@given(AT, SECONDS)
def test_requests_errors_and_every_bucket_only_grow(at: int, seconds: int) -> None:
    later = at + seconds
    for course in (TRAFFIC.requests, TRAFFIC.errors, TRAFFIC.total_ms):
        assert course(later) > course(at)
    assert TRAFFIC.requests(later) - TRAFFIC.requests(at) > TRAFFIC.errors(later) - TRAFFIC.errors(at)
    for low, high in pairwise(EDGES_MS):
        assert TRAFFIC.between(low, high, later) >= TRAFFIC.between(low, high, at)


@given(AT)
def test_the_buckets_are_all_requests(at: int) -> None:
    buckets = sum(TRAFFIC.between(low, high, at) for low, high in pairwise(EDGES_MS))
    assert buckets == pytest.approx(TRAFFIC.requests(at), rel=1e-9)


@given(AT)
def test_a_day_has_the_mean_rate(at: int) -> None:
    assert TRAFFIC.requests(at + 86_400) - TRAFFIC.requests(at) == pytest.approx(86_400 * 3.0, rel=0.01)


@given(AT, st.integers(10, 600))
def test_a_machine_is_never_idle_nor_busier_than_it_can_be(at: int, seconds: int) -> None:
    grown = (LOAD.busy_seconds(at + seconds) - LOAD.busy_seconds(at)) / seconds
    assert 0.0 < grown < 1.0
    assert 0.0 < LOAD.ratio(at) < 1.0
    middle = LOAD.busy_seconds(at + 0.5) - LOAD.busy_seconds(at - 0.5)
    assert middle == pytest.approx(LOAD.ratio(at), abs=0.01)


@given(AT)
def test_something_was_started_once_in_every_span(at: int) -> None:
    lives = Lives(anchor_seconds=NOW - 2100.0, every_seconds=25_200.0)
    assert 0 <= at - lives.started(at) < 25_200
    assert lives.started(NOW) == NOW - 2100
    assert lives.started(NOW - 2101) == NOW - 2100 - 25_200
