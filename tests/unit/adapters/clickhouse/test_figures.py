"""Rounding, quantiles, disks, grids: the arithmetic after the statements."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clickhouse.disks import disk_of
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.histogram import Histograms, Observations, from_cumulative
from adapters.clickhouse.rounding import clamped_percent, ms_of_nanos, percent, rate, ratio
from domain.time_range import TimeRange

AT = datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)


def test_rates_keep_two_digits_that_mean_something() -> None:
    assert [rate(amount, 300) for amount in (0, -5, 1000, 1, 0.001, float("nan"))] == [0, 0, 3.33, 0.0033, 0.000003, 0]
    assert rate(5, 0) == 0


def test_what_is_not_finite_is_nothing() -> None:
    assert (ms_of_nanos(float("nan")), ms_of_nanos(1_234_567)) == (0, 1.23)
    assert (clamped_percent(float("inf")), clamped_percent(1.2), clamped_percent(-1)) == (0, 100, 0)
    assert (ratio(1, 0), percent(1, 0), percent(1, 0, of_nothing=100)) == (0, 0, 100)


def test_a_quantile_lies_inside_its_bucket_and_never_above_the_last_bound() -> None:
    one = Observations((10.0, 100.0), [50, 40, 10])
    assert (one.quantile_ms(0.25), one.quantile_ms(0.7), one.quantile_ms(0.99)) == (5, 55, 100)
    assert Observations(()).quantile_ms(0.5) == 0
    assert Observations((1.0,), [0, 0]).quantile_ms(0.5) == 0


def test_a_mean_without_a_sum_is_estimated_from_the_middles_of_the_buckets() -> None:
    assert Observations((10.0, 100.0), [2, 1, 1]).estimated_mean_ms == (2 * 5 + 55 + 100) / 4
    assert Observations((10.0,), [0, 0]).estimated_mean_ms == 0
    assert Observations((), [5]).estimated_mean_ms == 0


def test_different_bounds_are_never_added() -> None:
    histograms = Histograms()
    histograms.add((1.0,), [3, 0], 2.0)
    histograms.add((2.0,), [1, 1], 1.0)
    histograms.add((2.0,), [5, 0], 1.0)
    assert histograms.shown().bounds_ms == (2.0,)
    assert histograms.shown().counts == [6, 1]
    assert histograms.shown().mean_ms == 0.29


def test_cumulative_counts_that_fall_are_raised() -> None:
    assert from_cumulative([(1.0, 5.0), (2.0, 4.0), (float("inf"), 9.0)]) == ((1.0, 2.0), [5, 0, 4])
    assert from_cumulative([(1.0, 5.0)]) == ((1.0,), [5, 0])


@pytest.mark.parametrize(
    ("device", "disk"),
    {
        "/dev/sda2": "sda",
        "/dev/vdb": "vdb",
        "/dev/nvme0n1p2": "nvme0n1",
        "/dev/mmcblk0p1": "mmcblk0",
        "/dev/mapper/vg-root": None,
        "/dev/dm-0": "dm-0",
        "": None,
    }.items(),
)
def test_a_partition_belongs_to_its_disk(device: str, disk: str | None) -> None:
    traffic = {name: name for name in ("sda", "vdb", "nvme0n1", "mmcblk0", "dm-0")}
    assert disk_of(device, traffic) == disk


def test_a_window_over_minutes_keeps_its_ends_and_begins_its_steps_where_minutes_do() -> None:
    grid = Grid.over_minutes(TimeRange(AT, AT + timedelta(seconds=300)))
    assert grid.window == TimeRange(AT, AT + timedelta(seconds=300))
    assert grid.start_of(0) == AT - timedelta(seconds=30)
    assert grid.steps() == range(6)
    first = int(AT.timestamp() // 60) + 1
    assert grid.minutes() == range(first, first + 4), "those that lie inside entirely"
    assert grid.parameters()["f_ms"] - grid.parameters()["o_ms"] == 30_000


def test_minutes_of_a_window_are_whole() -> None:
    grid = Grid.of_minutes(TimeRange(AT, AT + timedelta(minutes=5)))
    assert grid.window == TimeRange(AT + timedelta(seconds=30), AT + timedelta(minutes=4, seconds=30))
    assert grid.start_of(3) == AT + timedelta(minutes=3, seconds=30)
    short = Grid.of_minutes(TimeRange(AT, AT + timedelta(seconds=10)))
    assert short.window.seconds == 60
    assert Grid.whole(TimeRange(AT, AT + timedelta(seconds=1.5))).step_seconds == 2
