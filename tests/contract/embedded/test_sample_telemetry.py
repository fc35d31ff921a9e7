"""The demo's telemetry as the agent's own adapter reads it: every part and every question has an answer in it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
import pytest

from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from adapters.clickhouse.runner import ClickHouseRunner
from adapters.clickhouse.store import TelemetryStore
from adapters.embedded.clickhouse.client import EmbeddedClient
from adapters.memory.otel_traffic import SHOP
from adapters.memory.world.scenario import NODES
from adapters.system.clock import SystemClock
from bootstrap.clickhouse_settings import TelemetryStoreSettings
from bootstrap.demo_telemetry import DATABASE, DemoTelemetry, demo_telemetry
from bootstrap.wiring import clickhouse_settings
from domain.otel.parts import SloWindow
from ports.errors import AccessDenied

SERVICES = {service.name for service in SHOP}
CONSUMER = "notifications"
ADDRESSES = {node.address for node in NODES}


@dataclass
class Demo:
    telemetry: DemoTelemetry
    runner: ClickHouseRunner
    parts: ClickHouseOTelParts

    async def select(self, sql: str) -> str:
        """An answer of the server's, to its writer."""
        writer = self.telemetry.server.folder.users["writer"]
        async with EmbeddedClient(self.telemetry.server.folder.url, "writer", writer.password) as client:
            return (await client.execute(sql, database=DATABASE)).strip()


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For the whole module, as its server lives that long."""
    return "asyncio"


@pytest.fixture(scope="module")
async def demo() -> AsyncIterator[Demo]:
    telemetry = demo_telemetry(TelemetryStoreSettings.model_validate({}))
    assert telemetry is not None
    clock = SystemClock()
    runner = ClickHouseRunner(clickhouse_settings(telemetry.store), clock)
    store = TelemetryStore(runner, clock)
    async with anyio.create_task_group() as group:
        for _, task in telemetry.tasks():
            await group.start(task)  # type: ignore[arg-type] # a protocol of its own
        yield Demo(
            telemetry,
            runner,
            ClickHouseOTelParts(store, clock),
        )
        await runner.aclose()
        group.cancel_scope.cancel()
    assert not telemetry.server.folder.path.exists()


async def test_services_have_the_names_of_the_cluster_and_call_each_other(demo: Demo) -> None:
    content = (await demo.parts.apm(900)).content
    assert {service.name for service in content.services} == {*SERVICES, CONSUMER}, "one only consumes messages"
    assert {service.namespace for service in content.services} == {"shop"}
    assert {operation.operation_name for operation in content.operations} >= {"GET /products", "POST /payments"}
    topology = (await demo.parts.topology(900)).content
    types = {node.type.value for node in topology.nodes}
    assert types >= {"service", "database", "external"}
    edges = {(edge.source.rpartition("/")[2], edge.target.rpartition("/")[2]) for edge in topology.edges}
    assert {(service.name, called) for service in SHOP for called in service.calls} <= edges
    assert ("checkout", CONSUMER) in edges


async def test_nodes_are_those_of_the_cluster_with_every_figure(demo: Demo) -> None:
    nodes = (await demo.parts.nodes(300)).content.nodes
    assert {node.node_ip for node in nodes} == ADDRESSES
    cores = {plan.address: plan.cores for plan in NODES}
    for node in nodes:
        assert node.cpu.cores == cores[node.node_ip]
        assert 5 < node.cpu.usage_pct < 95
        assert 20 < node.memory.usage_pct < 95
        assert {disk.mount_point for disk in node.disks} == {"/", "/var/lib/data"}
        assert all(disk.write_bytes_per_sec > 0 for disk in node.disks)
        assert {network.interface for network in node.networks} == {"eth0", "lo"}
        assert node.psi.cpu_some_pct > 0
        assert node.vmstat.pg_fault_per_sec > 0
        assert node.kernel
    assert min(node.uptime_seconds for node in nodes) < 3600 < max(node.uptime_seconds for node in nodes)


async def test_service_levels_have_every_window_with_its_history(demo: Demo) -> None:
    short = (await demo.parts.slo(300)).content
    assert {slo.service_key for slo in short.ingress} == {"shop-web-80@kubernetes", "shop-api-80@kubernetes"}
    assert {slo.name for slo in short.services} == SERVICES
    assert len(short.edges) == sum(len(service.calls) for service in SHOP)
    web = next(slo for slo in short.ingress if "web" in slo.service_key)
    assert 3 < web.rps < 18
    assert 0 < web.p50_ms < web.p99_ms
    for window in SloWindow:
        content = (await demo.parts.slo_window(window)).content
        assert content.current, window
        assert content.previous, window
        assert len(content.history) > 10, window


async def test_a_failed_trace_leads_to_its_spans_and_to_its_log_lines(demo: Demo) -> None:
    traces = (await demo.parts.recent_traces(900, 500)).content
    failed = next(trace for trace in traces if trace.has_error and trace.error_type)
    assert failed.service_count > 0
    durations = sorted(trace.duration_ms for trace in traces)
    assert durations[-1] > 5 * durations[len(durations) // 2]
    spans = await demo.select(f"SELECT count() FROM otel_traces WHERE TraceId = '{failed.trace_id}'")  # noqa: S608 - its own id
    assert int(spans) == failed.span_count
    lines = await demo.select(
        "SELECT countIf(SeverityText = 'ERROR'), uniqExact(SpanId) FROM otel_logs "  # noqa: S608 - as above
        f"WHERE TraceId = '{failed.trace_id}'"
    )
    assert all(int(count) > 0 for count in lines.split())
    orphans = "SELECT count() FROM otel_logs WHERE TraceId NOT IN (SELECT TraceId FROM otel_traces)"
    assert await demo.select(orphans) == "0"


async def test_counters_are_reset_and_never_fall_otherwise(demo: Demo) -> None:
    falls = await demo.select(
        "SELECT countIf(Value < before AND StartTimeUnix != begun), countIf(Value < before AND StartTimeUnix = begun) "
        "FROM (SELECT MetricName, Value, StartTimeUnix, lagInFrame(Value) OVER w AS before, "
        "lagInFrame(StartTimeUnix) OVER w AS begun FROM otel_metrics_sum "
        "WINDOW w AS (PARTITION BY MetricName, ResourceAttributes['service.instance.id'], "
        "cityHash64(toString(Attributes)) ORDER BY TimeUnix ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))"
    )
    resets, others = map(int, falls.split())
    assert resets > 50
    assert others == 0


async def test_every_part_of_the_last_hour_is_dense(demo: Demo) -> None:
    content = (await demo.parts.series(3600)).content
    lengths = [len(series.points) for series in content.nodes]
    lengths += [len(series.points) for series in content.slo]
    lengths += [len(series.points) for series in content.apm]
    assert min(lengths) >= 55
    assert len(content.nodes) == len(ADDRESSES)
    assert (await demo.parts.logs(300)).content.summary.severity_counts.keys() >= {"INFO", "DEBUG"}


async def test_it_goes_on(demo: Demo) -> None:
    async def newest() -> tuple[float, ...]:
        answer = await demo.select(
            "SELECT toUnixTimestamp64Milli((SELECT max(Timestamp) FROM otel_logs)) / 1000, "
            "toUnixTimestamp64Milli((SELECT max(TimeUnix) FROM otel_metrics_gauge)) / 1000, "
            "toUnixTimestamp64Milli((SELECT max(TimeUnix) FROM otel_metrics_histogram)) / 1000"
        )
        return tuple(map(float, answer.split()))

    before = await newest()
    with anyio.fail_after(40):
        while not all(new > old for new, old in zip(await newest(), before, strict=True)):  # noqa: ASYNC110 - a database sets no event
            await anyio.sleep(0.5)
    assert datetime.now(UTC).timestamp() - min(await newest()) < 30


async def test_the_agents_login_cannot_write(demo: Demo) -> None:
    with pytest.raises(AccessDenied):
        await demo.runner.rows("drop_logs", "DROP TABLE otel_logs", {}, operation="drop logs")
    assert int(await demo.select("SELECT count() FROM otel_logs")) > 0
