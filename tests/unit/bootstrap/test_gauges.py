"""No gauge of the catalogue stays empty."""

import pytest

from adapters.telemetry.catalogue import Instrument, InstrumentType
from bootstrap.container import Choices, Source
from bootstrap.programs import build_agent, build_container
from bootstrap.settings import load_settings

GAUGES = [one for one in Instrument if one.value.type is InstrumentType.GAUGE]
NEEDS_A_PUSH = {Instrument.SNAPSHOT_AGE}


@pytest.mark.parametrize("environ", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}])
def test_gauges_are_sampled_exactly_where_an_exporter_will_ask_for_them(environ: dict[str, str]) -> None:
    choices = Choices(cluster=Source.MEMORY)
    container = build_container(load_settings({}), environ, choices)
    try:
        tasks = dict(build_agent(container, choices).tasks)
        assert ("gauges" in tasks) == bool(environ)
    finally:
        container.adapters.telemetry().shutdown(timeout_seconds=0.1)


@pytest.mark.parametrize("gauge", GAUGES)
def test_every_gauge_is_read_from_the_agents_state(gauge: Instrument) -> None:
    choices = Choices(cluster=Source.MEMORY)
    container = build_container(load_settings({}), {}, choices)
    build_agent(container, choices)
    if gauge in NEEDS_A_PUSH:
        container.master.gateway()._pushed_at = 0.0
    if gauge is Instrument.MASTER_CLOCK_AHEAD:
        container.master.http_master().clock_ahead_seconds = 1.5
    text = container.adapters.telemetry().metrics_text()[1].decode()
    assert f"\n{gauge.value.name.replace('.', '_')}" in text
