"""A store that fails: what is still shown, for how long, and when it is asked again."""

import pytest

from domain.otel.parts import PartName, SloWindow
from domain.otel.status import PartState
from domain.otel.summary import scalars
from ports.errors import AccessDenied, PortError, Unavailable, UnexpectedAnswer
from tests.support.otel_world import DOWN, FAST, SHORT, SLOW, World, keep_trying


async def test_what_cannot_be_renewed_is_shown_as_it_was_with_its_age_and_the_error(world: World) -> None:
    await world.otel.refresh()
    before = world.known()
    world.store.fail_with(DOWN)
    await world.round_after(120.0)
    after = world.known()
    assert after.apm.content is before.apm.content
    assert after.apm.error == "read telemetry: connection refused"
    assert not after.apm.expired
    status = world.status(PartName.APM)
    assert (status.state, status.age_seconds) == (PartState.STALE, 120.0)
    assert status.failing_since == world.clock.now()
    assert world.status(PartName.LOGS).state is PartState.FRESH, "it was not due yet"


async def test_a_failure_of_one_part_touches_no_other(world: World) -> None:
    await world.otel.refresh()
    world.store.fail_with(DOWN, PartName.SLO)
    await world.round_after(60.0)
    summary = world.known()
    assert (summary.slo.error != "", summary.apm.error, summary.nodes.error) == (True, "", "")


async def test_failures_are_never_zeros(world: World) -> None:
    await world.otel.refresh()
    before = scalars(world.known())
    world.store.fail_with(DOWN)
    await keep_trying(world, 850.0)
    assert scalars(world.known()) == before


async def test_a_part_is_left_out_once_it_is_older_than_the_limit(world: World) -> None:
    await world.otel.refresh()
    world.store.fail_with(DOWN, PartName.APM)
    await keep_trying(world, 900.0)
    assert not world.known().apm.expired
    await keep_trying(world, 1.0)
    summary = world.known()
    assert summary.apm.expired
    assert not summary.slo.expired
    assert world.status(PartName.APM).state is PartState.EXPIRED
    assert scalars(summary).total_services > 0, "the figures keep their last value while anything is fresh"


async def test_a_part_expires_without_anybody_asking_for_it(world: World) -> None:
    await world.otel.refresh()
    await world.clock.advance(901.0)
    assert world.otel.current() is None


async def test_a_long_window_is_not_left_out_while_nothing_is_wrong_with_it(quiet_world: World) -> None:
    await quiet_world.otel.refresh()
    quiet_world.store.fail_with(DOWN, PartName.SLO_WEEK)
    await keep_trying(quiet_world, 1800.0 + 900.0)
    assert not quiet_world.known().slo_windows[SloWindow.WEEK].expired
    assert not quiet_world.known().slo_windows[SloWindow.MONTH].expired
    await keep_trying(quiet_world, 1.0)
    assert quiet_world.known().slo_windows[SloWindow.WEEK].expired


async def test_there_is_no_summary_when_every_short_window_is_too_old(world: World) -> None:
    await world.otel.refresh()
    world.store.fail_with(DOWN, *SHORT)
    await keep_trying(world, 901.0)
    assert world.status(PartName.SLO_MONTH).state is PartState.FRESH
    assert world.otel.current() is None
    world.store.fail_with(None)
    await keep_trying(world, 60.0)
    assert world.states() == {PartState.FRESH}
    assert world.otel.current() is not None


async def test_a_dead_store_is_tried_again_within_a_minute_and_more_rarely_after_each_failure(world: World) -> None:
    world.store.fail_with(DOWN)
    await world.otel.refresh()
    assert 0.0 < world.otel.seconds_until_due() <= 5.0
    await keep_trying(world, 600.0)
    assert 10 <= world.store.asked[PartName.APM] <= 120
    world.store.fail_with(None)
    await keep_trying(world, 60.0)
    assert world.otel.current() is not None


async def test_when_one_part_answers_again_the_others_are_asked_at_once(world: World) -> None:
    world.store.fail_with(Unavailable("read telemetry", "too many queries", retry_after_seconds=50.0), *SLOW)
    world.store.fail_with(Unavailable("read telemetry", "too many queries", retry_after_seconds=20.0), *FAST)
    await world.otel.refresh()
    world.store.fail_with(None)
    await world.round_after(20.0)
    assert world.states() == {PartState.FRESH}


async def test_the_scan_of_a_month_that_fails_is_not_repeated_every_minute(quiet_world: World) -> None:
    quiet_world.store.fail_with(Unavailable("read telemetry", "took too long"), PartName.SLO_MONTH)
    await keep_trying(quiet_world, 7200.0)
    assert 20 <= quiet_world.store.asked[PartName.SLO_MONTH] <= 80


async def test_the_store_may_ask_for_a_pause(world: World) -> None:
    world.store.fail_with(Unavailable("read telemetry", "too many queries", retry_after_seconds=40.0))
    await world.otel.refresh()
    assert world.otel.seconds_until_due() == 40.0


@pytest.mark.parametrize(
    "error", [AccessDenied("read telemetry", "no grant"), UnexpectedAnswer("read telemetry", "no such column")]
)
async def test_what_trying_again_will_not_help_is_not_tried_in_a_loop(world: World, error: PortError) -> None:
    world.store.fail_with(error)
    await world.otel.refresh()
    assert world.otel.seconds_until_due() == 300.0
