"""What RefreshOTelSummary asks for, when, and what it says it knows."""

import pytest

from application.otel_part import OTelTimings
from domain.otel.parts import PartName, SloWindow
from domain.otel.status import PartState
from domain.otel.summary import node_metrics_summary, scalars
from ports.errors import NotFound
from tests.support.otel_world import DOWN, FAST, SHORT, SLOW, World, keep_trying


def test_before_the_first_round_there_is_no_summary_and_everything_is_due(world: World) -> None:
    assert world.otel.current() is None
    assert world.otel.seconds_until_due() == 0.0
    assert world.states() == {PartState.UNKNOWN}


async def test_the_first_round_asks_every_part_once_and_knows_everything(world: World) -> None:
    await world.otel.refresh()
    assert world.store.asked == dict.fromkeys(PartName, 1)
    summary = world.known()
    assert set(summary.slo_windows) == set(SloWindow)
    assert all((summary.topology, summary.series, summary.logs, summary.recent_traces))
    assert world.states() == {PartState.FRESH}
    assert scalars(summary).total_services > 0


async def test_every_part_knows_its_window_and_the_moment_it_was_read(world: World) -> None:
    await world.clock.advance(5.0)
    await world.otel.refresh()
    summary = world.known()
    assert summary.apm.read_at == world.clock.now()
    assert (summary.apm.window.seconds, summary.slo.window.seconds, summary.nodes.window.seconds) == (900, 300, 300)
    assert summary.series is not None
    assert summary.series.window.seconds == 3600
    assert {window: part.window.seconds for window, part in summary.slo_windows.items()} == {
        SloWindow.DAY: 86_400,
        SloWindow.WEEK: 604_800,
        SloWindow.MONTH: 2_592_000,
    }


async def test_a_second_round_at_once_asks_nothing(world: World) -> None:
    await world.otel.refresh()
    await world.otel.refresh()
    assert set(world.store.asked.values()) == {1}


async def test_parts_live_as_long_as_the_table_says(quiet_world: World) -> None:
    await quiet_world.otel.refresh()
    await keep_trying(quiet_world, 7200.0)
    times = {name: quiet_world.store.asked[name] - 1 for name in PartName}
    assert times == {
        **dict.fromkeys(FAST, 120),
        **dict.fromkeys((*SLOW, PartName.SLO_DAY), 24),
        PartName.SLO_WEEK: 4,
        PartName.SLO_MONTH: 1,
    }


async def test_the_fast_lifetime_is_never_above_the_cache_lifetime() -> None:
    world = World(timings=OTelTimings(cache_ttl_seconds=20.0, fast_ttl_seconds=60.0))
    await world.otel.refresh()
    assert world.otel.seconds_until_due() == 20.0
    await world.round_after(20.0)
    assert {world.store.asked[name] for name in SHORT} == {2}
    assert world.store.asked[PartName.SLO_DAY] == 1, "a day has a lifetime of its own"


async def test_a_lifetime_that_equals_the_period_of_its_user_is_not_missed_by_a_moment(quiet_world: World) -> None:
    await quiet_world.otel.refresh()
    for _ in range(10):
        await quiet_world.round_after(59.9)
    assert quiet_world.store.asked[PartName.APM] == 11


async def test_it_says_how_long_there_is_nothing_to_do(world: World) -> None:
    await world.otel.refresh()
    await world.clock.advance(10.0)
    assert world.otel.seconds_until_due() == 50.0
    await world.clock.advance(47.0)
    assert world.otel.seconds_until_due() == 0.0


@pytest.mark.parametrize("missing", [PartName.APM, PartName.SLO, PartName.NODES])
async def test_there_is_no_summary_before_services_levels_and_nodes_are_each_known(
    world: World, missing: PartName
) -> None:
    world.store.fail_with(DOWN, missing)
    await world.otel.refresh()
    assert world.otel.current() is None
    world.store.fail_with(None, missing)
    await world.round_after(60.0)
    assert world.otel.current() is not None


@pytest.mark.parametrize("missing", [*SLOW, PartName.SERIES])
async def test_any_other_part_may_be_missing(world: World, missing: PartName) -> None:
    world.store.fail_with(DOWN, missing)
    await world.otel.refresh()
    assert getattr(world.known(), missing.value) is None


async def test_a_window_that_was_never_read_is_missing_among_the_windows(world: World) -> None:
    world.store.fail_with(DOWN, PartName.SLO_WEEK)
    await world.otel.refresh()
    assert set(world.known().slo_windows) == {SloWindow.DAY, SloWindow.MONTH}


@pytest.mark.parametrize("absent", list(PartName))
async def test_a_part_that_the_store_does_not_have_is_known_and_empty_with_a_reason(
    world: World, absent: PartName
) -> None:
    world.store.fail_with(NotFound("read telemetry", "no table otel_traces"), absent)
    await world.otel.refresh()
    assert world.otel.current() is not None
    status = world.status(absent)
    assert (status.state, status.error) == (PartState.ABSENT, "read telemetry: no table otel_traces")
    assert status.failing_since is None


async def test_a_store_without_any_data_is_known_to_be_empty(world: World) -> None:
    world.store.fail_with(NotFound("read telemetry", "no such table"))
    await world.otel.refresh()
    summary = world.known()
    figures = scalars(summary)
    assert (figures.total_services, figures.monitored_nodes) == (0, 0)
    assert summary.logs is not None
    assert (summary.logs.content.summary.total_entries, summary.logs.content.recent) == (0, None)
    nodes = node_metrics_summary(summary)
    assert nodes is not None
    assert (nodes.total_nodes, nodes.online_nodes) == (2, 0), "the cluster has them although none reports"


async def test_data_that_appears_later_is_found(world: World) -> None:
    world.store.fail_with(NotFound("read telemetry", "no such table"), PartName.SLO_MONTH)
    await world.otel.refresh()
    world.store.fail_with(None)
    await world.round_after(300.0)
    assert world.status(PartName.SLO_MONTH).state is PartState.FRESH
