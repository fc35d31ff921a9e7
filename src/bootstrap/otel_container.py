"""The OTel store: real, simulated or off, chosen once for the summary and for questions on demand."""

from dependency_injector import containers, providers

from adapters.clickhouse.log_queries import ClickHouseLogQueries
from adapters.clickhouse.node_queries import ClickHouseNodeMetricQueries
from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from adapters.clickhouse.runner import ClickHouseRunner
from adapters.clickhouse.slo_queries import ClickHouseSloQueries
from adapters.clickhouse.store import TelemetryStore
from adapters.clickhouse.trace_queries import ClickHouseTraceQueries
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.telemetry_logs import InMemoryLogQueries
from adapters.memory.telemetry_metrics import InMemoryNodeMetricQueries, InMemorySloQueries
from adapters.memory.telemetry_traces import InMemoryTraceQueries
from application.handlers.telemetry_queries import TelemetryStores
from bootstrap import wiring
from bootstrap.choices import Choices
from bootstrap.settings import AgentSettings
from bootstrap.version import VERSION


class OTelAdapters(containers.DeclarativeContainer):
    """Who answers questions about telemetry."""

    settings = providers.Dependency(instance_of=AgentSettings)
    choices = providers.Dependency(instance_of=Choices)
    adapters = providers.DependenciesContainer()

    clickhouse = providers.Singleton(
        ClickHouseRunner,
        providers.Callable(wiring.clickhouse_settings, settings.provided.telemetry_store),
        adapters.clock,
        version=VERSION,
        hooks=adapters.metrics,
    )
    telemetry_store = providers.Singleton(TelemetryStore, clickhouse, adapters.clock)
    simulated_parts = providers.Singleton(
        InMemoryOTelParts, adapters.clock, providers.Callable(wiring.node_addresses, adapters.cluster_reader)
    )
    telemetry_stores = providers.Selector(
        choices.provided.otel,
        real=providers.Singleton(
            TelemetryStores,
            traces=providers.Singleton(ClickHouseTraceQueries, telemetry_store, adapters.clock),
            logs=providers.Singleton(ClickHouseLogQueries, telemetry_store),
            nodes=providers.Singleton(ClickHouseNodeMetricQueries, telemetry_store),
            slo=providers.Singleton(ClickHouseSloQueries, telemetry_store),
        ),
        memory=providers.Singleton(
            TelemetryStores,
            traces=providers.Singleton(InMemoryTraceQueries, adapters.clock, simulated_parts),
            logs=providers.Singleton(InMemoryLogQueries, adapters.clock),
            nodes=providers.Singleton(
                InMemoryNodeMetricQueries,
                adapters.clock,
                providers.Callable(wiring.node_addresses, adapters.cluster_reader),
            ),
            slo=providers.Singleton(InMemorySloQueries, adapters.clock),
        ),
        off=providers.Object(None),
    )
    otel_parts = providers.Selector(
        choices.provided.otel,
        real=providers.Singleton(ClickHouseOTelParts, telemetry_store, adapters.clock),
        memory=simulated_parts,
        off=providers.Object(None),
    )
