"""What the commands of the command line do, but for `demo`: compose the agent and run it."""

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping

import anyio
from anyio.abc import TaskStatus

from adapters.clickhouse.settings import ClickHouseSettings
from adapters.gateway.wire.snapshot import SnapshotEncoder
from adapters.scheduler.supervisor import Run
from adapters.system.clock import SystemClock
from application.preflight.section import Progress
from bootstrap import wiring
from bootstrap.container import AgentContainer, Choices, OTelSource, Source
from bootstrap.gauges import observe_state
from bootstrap.lifespan import Agent, run_agent, stop_signals
from bootstrap.preflight import misconfigured
from bootstrap.settings import AgentSettings
from domain.errors import AgentError, MisconfigurationError
from domain.preflight.findings import Report
from ports.errors import Unavailable

logger = logging.getLogger(__name__)


def build_container(settings: AgentSettings, environ: Mapping[str, str], choices: Choices) -> AgentContainer:
    """Everything, constructed on demand and not opened."""
    container = AgentContainer(settings=settings, environ=environ, choices=choices)
    container.check_dependencies()
    return container


def build_agent(container: AgentContainer, choices: Choices) -> Agent:
    """The agent, ready to be opened and run.

    Raises:
        MisconfigurationError: a setting cannot be used.
    """
    observe_state(container)
    tasks: list[tuple[str, Run]] = [("health", container.health().run), ("heap", container.adapters.heap().run)]
    tasks.append(("command progress", container.use_cases.report_progress().run))
    opens, closes = [], []
    adapters, master = container.adapters, container.master
    if adapters.telemetry().is_exported:
        tasks.append(("gauges", adapters.gauge_sampler().run))
    if choices.ledger is Source.REAL:
        # Opened before anything can be asked of the agent, closed after everything has been answered.
        opens.append(adapters.ledger_file().open)
        closes.append(adapters.ledger_file().aclose)
    if choices.cluster is Source.REAL:
        opens.append(adapters.connection().open)
        closes.append(adapters.connection().aclose)
        tasks.extend(adapters.inventory().tasks())
    else:
        tasks.append(("simulated cluster", adapters.simulated_cluster().run))
    if choices.otel is OTelSource.REAL:
        _announce_store(wiring.clickhouse_settings(container.settings().telemetry_store))
        closes.append(container.otel.clickhouse().aclose)
    if choices.master is Source.REAL:
        opens.append(master.http_master().open)
        closes.append(master.http_master().close)

    async def stop_telemetry() -> None:
        await anyio.to_thread.run_sync(adapters.telemetry().shutdown, abandon_on_cancel=True)

    return Agent(
        scheduler=container.scheduler(),
        supervisor=container.supervisor(),
        ledger=adapters.ledger(),
        opens=opens,
        closes=[stop_telemetry, *closes],
        tasks=tasks,
    )


def _announce_store(store: ClickHouseSettings) -> None:
    """Say once where telemetry is read from; whether it answers shows with the first part."""
    logger.info("OTel store configured", extra={"endpoint": str(store.endpoint), "database": store.database})
    for warning in store.endpoint.warnings:
        logger.warning("OTel store's address", extra={"setting": "AGENT_CLICKHOUSE_ENDPOINT", "warning": warning})


def configured_otel(settings: AgentSettings, *, otherwise: OTelSource = OTelSource.OFF) -> OTelSource:
    """The real store where one is configured."""
    return OTelSource.REAL if settings.telemetry_store.endpoint else otherwise


async def run_production(settings: AgentSettings, environ: Mapping[str, str]) -> None:
    """The agent of one real cluster, until a signal."""
    choices = Choices(ledger=Source.REAL, otel=configured_otel(settings))
    await run_agent(build_agent(build_container(settings, environ, choices), choices))


async def take_snapshot(settings: AgentSettings, environ: Mapping[str, str], *, simulated: bool) -> bytes:
    """One snapshot as it would be pushed, uncompressed.

    Raises:
        MisconfigurationError: a setting cannot be used.
        Unavailable: the cluster did not answer in time.
    """
    choices = Choices(cluster=Source.MEMORY if simulated else Source.REAL, master=Source.MEMORY)
    container = build_container(settings, environ, choices)
    async with _reading_cluster(container, choices):
        identify, collect = container.identify(), container.use_cases.collect()
        with anyio.move_on_after(settings.cluster.initial_sync_timeout_seconds):
            async with anyio.create_task_group() as group:
                group.start_soon(identify.resolve)
                await collect.wait_until_complete()
        readings = collect.readings().by_kind()
        if not any(reading.is_settled for reading in readings.values()):
            reasons = {reading.reason for reading in readings.values() if reading.reason}
            raise Unavailable("read the cluster", "; ".join(sorted(reasons)) or "no answer in time")
        return b"".join(await SnapshotEncoder().encode(collect.collect()))


async def run_check(
    settings: AgentSettings, environ: Mapping[str, str], progress: Progress, *, simulated: bool
) -> Report:
    """What can be found out before the agent runs; what it cannot be built with is a finding, too.

    Raises:
        AgentError: a signal came before the end.
    """
    choices = (
        Choices(cluster=Source.MEMORY, master=Source.MEMORY) if simulated else Choices(otel=configured_otel(settings))
    )
    container = build_container(settings, environ, choices)
    try:
        preflight = container.preflight.run_preflight()
    except MisconfigurationError as error:
        return misconfigured((str(error),), SystemClock().now())
    report: Report | None = None
    async with anyio.create_task_group() as group:
        await group.start(_cancel_at_signal, group.cancel_scope)
        try:
            report = await preflight.run(progress)
        finally:
            if choices.cluster is Source.REAL:
                await container.adapters.connection().aclose()
            if choices.otel is OTelSource.REAL:
                await container.otel.clickhouse().aclose()
        group.cancel_scope.cancel()
    if report is None:
        raise AgentError("interrupted: nothing can be said")
    return report


async def _cancel_at_signal(
    scope: anyio.CancelScope, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    with stop_signals() as signals:
        task_status.started()
        async for _ in signals:
            scope.cancel()


@contextlib.asynccontextmanager
async def _reading_cluster(container: AgentContainer, choices: Choices) -> AsyncIterator[None]:
    """What reads the cluster runs for the block."""
    adapters = container.adapters
    async with anyio.create_task_group() as group:
        if choices.cluster is Source.REAL:
            connection = adapters.connection()
            await connection.open()
            try:
                await group.start(adapters.inventory().run)
                yield
            finally:
                group.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await connection.aclose()
        else:
            await group.start(adapters.simulated_cluster().run)
            yield
            group.cancel_scope.cancel()
