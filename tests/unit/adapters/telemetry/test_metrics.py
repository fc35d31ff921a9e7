"""Every instrument of the catalogue reaches `/metrics`."""

import re
import threading

import anyio
import anyio.to_thread
import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint

from adapters.memory.clock import ManualClock
from adapters.telemetry.catalogue import Instrument, InstrumentType
from adapters.telemetry.observers import MetricsObserver
from adapters.telemetry.providers import Telemetry
from adapters.telemetry.sampling import GaugeSampler


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry("3.0", {})


def test_names_and_units_follow_the_conventions() -> None:
    names = [instrument.value.name for instrument in Instrument]
    assert len(set(names)) == len(names)
    for instrument in Instrument:
        assert re.fullmatch(r"atlhyper\.agent(\.[a-z]+)+", instrument.value.name)
        assert instrument.value.unit
        assert instrument.value.description


@pytest.mark.parametrize("instrument", Instrument)
def test_each_instrument_is_exported(telemetry: Telemetry, instrument: Instrument) -> None:
    match instrument.value.type:
        case InstrumentType.COUNTER:
            telemetry.count(instrument, {"kind": "Pod"})
        case InstrumentType.HISTOGRAM:
            telemetry.record(instrument, 0.5, {"kind": "Pod"})
        case InstrumentType.GAUGE:
            telemetry.observe(instrument, lambda: [(7.0, {"kind": "Pod"})])
    content_type, body = telemetry.metrics_text()
    assert content_type.startswith("text/plain")
    assert instrument.value.name.replace(".", "_") in body.decode()


def test_every_hook_is_recorded(telemetry: Telemetry) -> None:
    observer = MetricsObserver(telemetry)
    observer.on_round("snapshot", 0.1, "")
    observer.on_round("snapshot", 0.1, "refused")
    observer.on_crash("reflector")
    observer.on_command("scale", "ops", "succeeded", 0.02)
    observer.on_request("GET", "pods", 200, 0.01)
    observer.on_relist("Pod", "expired")
    observer.on_watch_close("Pod", "silent")
    observer.on_event("Pod", "MODIFIED")
    observer.on_skipped("Pod")
    observer.on_statement("list_services", "ok", 0.02, 1000, 64_000)
    text = telemetry.metrics_text()[1].decode()
    for labels in (
        'loop="snapshot",outcome="failed"',
        'task="reflector"',
        'action="scale",outcome="succeeded",topic="ops"',
        'method="GET",resource="pods",status="200"',
        'kind="Pod",reason="expired"',
        'kind="Pod",reason="silent"',
        'kind="Pod",type="MODIFIED"',
        'outcome="ok",statement="list_services"',
        'statement_rows_total{statement="list_services"} 1000.0',
        'statement_bytes_total{statement="list_services"} 64000.0',
    ):
        assert labels in text


def test_the_process_itself_is_measured(telemetry: Telemetry) -> None:
    assert b"process_resident_memory_bytes" in telemetry.metrics_text()[1]


async def test_an_exporters_thread_gets_what_was_sampled_and_never_reads_the_state() -> None:
    readers: set[int] = set()
    values = iter(range(1, 100))

    def read() -> list[tuple[float, dict[str, str]]]:
        readers.add(threading.get_ident())
        return [(float(next(values)), {"kind": "Pod"})]

    exporter, clock = InMemoryMetricReader(), ManualClock()
    telemetry = Telemetry("3.0", {}, [exporter])
    telemetry.observe(Instrument.OBJECTS, read)
    assert await anyio.to_thread.run_sync(_values, exporter) == []
    async with anyio.create_task_group() as group:
        await group.start(GaugeSampler(telemetry, clock).run)
        await clock.advance(1)
        assert await anyio.to_thread.run_sync(_values, exporter) == [1.0]
        assert await anyio.to_thread.run_sync(_values, exporter) == [1.0]
        await clock.advance(10)
        assert await anyio.to_thread.run_sync(_values, exporter) == [2.0]
        group.cancel_scope.cancel()
    assert "3.0" in telemetry.metrics_text()[1].decode(), "who asks from here gets the value of now"
    assert readers == {threading.get_ident()}


def _values(exporter: InMemoryMetricReader) -> list[float]:
    found = exporter.get_metrics_data()
    resources = found.resource_metrics if found is not None else []
    metrics = [metric for resource in resources for scope in resource.scope_metrics for metric in scope.metrics]
    points = [
        point for metric in metrics if metric.name == Instrument.OBJECTS.value.name for point in metric.data.data_points
    ]
    return [point.value for point in points if isinstance(point, NumberDataPoint)]


def test_an_exporter_that_hangs_does_not_keep_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    telemetry = Telemetry("3.0", {})
    released = threading.Event()
    monkeypatch.setattr(telemetry, "_shutdown", released.wait)
    telemetry.shutdown(timeout_seconds=0.01)
    assert not released.is_set()
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "telemetry shutdown")
    released.set()
