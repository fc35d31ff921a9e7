"""The lines of the last hour are put together from what the other parts read anyway, and are what one reading of the
whole hour would have shown."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.otel.parts import SeriesContent
from tests.support.clickhouse_fixtures import CreateDatabase
from tests.support.clickhouse_stores import RealStore, real_store
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_shop import NOW, shop_rows

STEPWISE = {"list_node_gauge_steps", "list_node_counter_steps", "list_service_steps"}
LAYOUTS = pytest.mark.parametrize("layout", [Layout.V096, Layout.V151], ids=lambda layout: layout.name.lower())


def a_shop(create: CreateDatabase, layout: Layout) -> Database:
    database = create(layout)
    shop_rows(seconds=4800).insert(database)
    return database


async def a_round(real: RealStore, at: datetime) -> SeriesContent:
    """The short parts as a round asks for them, at some time; what the lines are then."""
    real.store.at = at
    real.log.entries.clear()
    await real.parts.apm(900)
    await real.parts.slo(300)
    await real.parts.nodes(300)
    before = len(real.log.entries)
    content = (await real.parts.series(3600)).content
    assert before == len(real.log.entries) or set(real.log.names[before:]) >= STEPWISE
    return content


def lines_of(content: SeriesContent) -> dict[Any, dict[datetime, dict[str, Any]]]:
    """Points by line, then by minute."""

    def by_minute(points: Iterable[Any]) -> dict[datetime, dict[str, Any]]:
        figures = {point.timestamp: asdict(point) for point in points}
        return {at: {name: value for name, value in one.items() if name != "timestamp"} for at, one in figures.items()}

    return {
        **{("node", line.node_name): by_minute(line.points) for line in content.nodes},
        **{("level", line.service_name): by_minute(line.points) for line in content.slo},
        **{("service", line.namespace, line.service_name): by_minute(line.points) for line in content.apm},
    }


async def at_once(database: Database, at: datetime) -> SeriesContent:
    async with real_store(database, at) as fresh:
        return (await fresh.parts.series(3600)).content


def assert_same(told: SeriesContent, read: SeriesContent) -> None:
    ours, theirs = lines_of(told), lines_of(read)
    assert ours.keys() == theirs.keys()
    assert len(ours) == 3 + 4 + 2
    for key, minutes in theirs.items():
        assert ours[key].keys() == minutes.keys(), key
        for minute, point in minutes.items():
            # Quantiles come from sketches, which depend on the order of rows a little.
            assert ours[key][minute] == pytest.approx(point, rel=0.01, abs=0.011), (key, minute)


@LAYOUTS
async def test_lines_that_grow_by_the_minute_are_those_of_the_whole_hour(
    create: CreateDatabase, layout: Layout
) -> None:
    database = a_shop(create, layout)
    async with real_store(database, NOW) as real:
        for minutes_ago in range(6, -1, -1):
            content = await a_round(real, NOW - timedelta(minutes=minutes_ago, seconds=minutes_ago))
            assert (minutes_ago == 6) == bool(STEPWISE & set(real.log.names)), "read once, then told"
    assert_same(content, await at_once(database, NOW))


@LAYOUTS
async def test_minutes_that_nobody_told_are_read(create: CreateDatabase, layout: Layout) -> None:
    """The agent slept, or its rounds failed, for longer than the windows of the other parts reach back."""
    database = a_shop(create, layout)
    async with real_store(database, NOW) as real:
        await a_round(real, NOW - timedelta(minutes=25))
        content = await a_round(real, NOW)
        assert set(real.log.names) >= STEPWISE
    assert_same(content, await at_once(database, NOW))


@LAYOUTS
async def test_what_came_late_replaces_what_was_known_of_a_minute(create: CreateDatabase, layout: Layout) -> None:
    database = create(layout)
    rows = shop_rows(seconds=1200)
    late = [span for span in rows.spans if span.at > NOW - timedelta(seconds=150)]
    rows.spans = [span for span in rows.spans if span not in late]
    rows.insert(database)
    async with real_store(database, NOW) as real:
        await a_round(real, NOW - timedelta(minutes=1))
        rows.spans, rows.logs, rows.gauges, rows.sums, rows.histograms = late, [], [], [], []
        rows.insert(database)
        content = await a_round(real, NOW)
    newest = [line.points[-1].timestamp for line in content.apm]
    assert newest == [NOW.replace(second=0) - timedelta(minutes=1)] * 2
    assert lines_of(content)["service", "shop", "web"].keys() >= {NOW.replace(second=0) - timedelta(minutes=2)}
