"""What the OTel refresh tells an operator."""

import logging

import pytest

from application.otel_plan import RECENT_TRACES_LIMIT
from domain.otel.parts import PartName
from ports.errors import NotFound, Unavailable
from tests.support.otel_world import DOWN, FAST, World, keep_trying


async def test_no_more_recent_traces_are_asked_for_than_the_master_shows(world: World) -> None:
    await world.otel.refresh()
    traces = world.known().recent_traces
    assert traces is not None
    assert 0 < len(traces.content) <= RECENT_TRACES_LIMIT


async def test_a_good_start_is_one_line_with_counts_and_seconds(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await world.otel.refresh()
        await keep_trying(world, 600.0)
    [record] = caplog.records
    assert record.getMessage() == "OTel summary refreshed"
    fields = record.__dict__
    assert (fields["services"], fields["nodes"], fields["ingress_services"], fields["seconds"]) == (7, 2, 2, 0.0)


async def test_an_outage_is_told_when_it_begins_when_data_vanishes_and_when_it_ends(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.otel.refresh()
    began_at = world.clock.now()
    world.store.fail_with(DOWN, *FAST)
    with caplog.at_level(logging.INFO):
        await keep_trying(world, 1200.0)
        world.store.fail_with(None)
        await keep_trying(world, 60.0)
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["OTel summary is stale", "OTel data is unavailable", "OTel summary refreshed"]
    stale, unavailable, refreshed = (record.__dict__ for record in caplog.records)
    assert stale["parts"] == refreshed["parts"] == ["apm", "slo", "nodes", "series"]
    assert 50.0 <= stale["age_seconds"] <= 61.0
    assert stale["error"] == "read telemetry: connection refused"
    assert began_at.isoformat() < unavailable["since"] < world.clock.now().isoformat()
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "INFO"]


async def test_a_store_that_is_down_from_the_start_is_told_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.store.fail_with(DOWN)
    with caplog.at_level(logging.INFO):
        await keep_trying(world, 600.0)
    assert [record.getMessage() for record in caplog.records] == ["OTel data is unavailable"]


async def test_missing_tables_are_told_once(quiet_world: World, caplog: pytest.LogCaptureFixture) -> None:
    quiet_world.store.fail_with(NotFound("read telemetry", "no table otel_logs"), PartName.LOGS)
    with caplog.at_level(logging.INFO):
        await keep_trying(quiet_world, 900.0)
    told = [record.__dict__ for record in caplog.records if record.getMessage() == "OTel store has no such data"]
    assert [(fields["parts"], fields["reason"]) for fields in told] == [
        (["logs"], "read telemetry: no table otel_logs")
    ]


async def test_nothing_known_is_counted_as_nothing_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.store.fail_with(DOWN, PartName.APM, PartName.SLO, PartName.NODES)
    with caplog.at_level(logging.INFO):
        await world.otel.refresh()
    refreshed = next(record.__dict__ for record in caplog.records if record.getMessage() == "OTel summary refreshed")
    assert (refreshed["services"], refreshed["mesh_services"], refreshed["nodes"]) == (0, 0, 0)


async def test_foreign_text_in_an_error_is_cut(world: World) -> None:
    world.store.fail_with(Unavailable("read telemetry", "x" * 10_000))
    await world.otel.refresh()
    assert len(world.otel.status()[0].error) == 256
