"""Which object gets which: containers by concern, built from settings, without any I/O.

Where an outside system can be real, in memory or off there is a `Selector` on one choice, so that the demo and the
tests swap them one by one. Source of the rules: docs/adr/0006.
"""

import gc
from collections.abc import Mapping

from dependency_injector import containers, providers

from adapters.gateway.client import HttpMasterGateway
from adapters.gateway.wire.results import WireOutputRenderer
from adapters.health.liveness import Liveness
from adapters.health.server import HealthServer
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.identity import KubernetesClusterIdentity
from adapters.kubernetes.inventory import KubernetesInventory
from adapters.kubernetes.usage import UsagePoller
from adapters.ledger.sqlite import SqliteLedger
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.gateway import InMemoryMaster
from adapters.memory.ledger import InMemoryLedger
from adapters.scheduler.command_loop import CommandLoop
from adapters.scheduler.observer import BroadcastObserver
from adapters.scheduler.scheduler import Scheduler
from adapters.scheduler.supervisor import Supervisor
from adapters.system.clock import SystemClock
from adapters.system.heap import HeapKeeper
from adapters.telemetry.gateway import MeasuredMasterGateway
from adapters.telemetry.observers import MetricsObserver
from adapters.telemetry.providers import Telemetry
from adapters.telemetry.sampling import GaugeSampler
from application.collect_snapshot import CollectSnapshot
from application.deliver_results import DeliverResults
from application.execute_command import ExecuteCommand
from application.identify_cluster import IdentifyCluster
from application.lanes import LaneLimits, Lanes
from application.report_progress import ReportProgress
from application.send_heartbeat import SendHeartbeat
from application.target_keys import TargetKeys
from bootstrap import wiring
from bootstrap.choices import Choices as Choices  # noqa: PLC0414 - composed here
from bootstrap.choices import OTelSource as OTelSource  # noqa: PLC0414 - as above
from bootstrap.choices import Source as Source  # noqa: PLC0414 - as above
from bootstrap.command_container import CommandAdapters
from bootstrap.otel_container import OTelAdapters
from bootstrap.preflight import Preflight
from bootstrap.settings import AgentSettings
from bootstrap.status import AgentStatus
from bootstrap.version import VERSION
from domain.commands.actions import Topic


class Adapters(containers.DeclarativeContainer):
    """The outside world, and what measures it."""

    settings = providers.Dependency(instance_of=AgentSettings)
    choices = providers.Dependency(instance_of=Choices)
    environ = providers.Dependency(instance_of=Mapping)  # type: ignore[type-abstract]  # checked at injection only
    clock = providers.Singleton(SystemClock)
    heap = providers.Singleton(HeapKeeper, clock)
    telemetry = providers.Singleton(Telemetry, VERSION, environ)
    metrics = providers.Singleton(MetricsObserver, telemetry)
    gauge_sampler = providers.Singleton(GaugeSampler, telemetry, clock)
    liveness = providers.Singleton(Liveness, clock, providers.Callable(wiring.longest_rounds, settings))
    loop_observer = providers.Singleton(BroadcastObserver, metrics, liveness)

    connection = providers.Singleton(
        KubernetesConnection,
        providers.Callable(wiring.credential_source, settings.provided.cluster, environ),
        version=VERSION,
        hooks=metrics,
    )
    usage = providers.Singleton(UsagePoller, connection, clock, namespaces=settings.provided.cluster.namespaces)
    inventory = providers.Singleton(
        KubernetesInventory,
        connection,
        clock,
        usage=usage,
        namespaces=settings.provided.cluster.namespaces,
        exclude=providers.Callable(wiring.excluded_kinds, settings.provided.cluster),
        options=providers.Callable(wiring.mapping_options, settings.provided.cluster),
        hooks=metrics,
        after_page=providers.Object(gc.freeze),
    )
    simulated_cluster = providers.Singleton(InMemoryCluster, clock)
    cluster_reader = providers.Selector(choices.provided.cluster, real=inventory, memory=simulated_cluster)
    cluster_identity = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesClusterIdentity, connection),
        memory=simulated_cluster,
    )

    ledger_file = providers.Singleton(SqliteLedger, settings.provided.commands.ledger_path, clock)
    ledger = providers.Selector(
        choices.provided.ledger, real=ledger_file, memory=providers.Singleton(InMemoryLedger, clock)
    )


class MasterAdapters(containers.DeclarativeContainer):
    """The Master's side; it needs to know which cluster speaks."""

    settings = providers.Dependency(instance_of=AgentSettings)
    choices = providers.Dependency(instance_of=Choices)
    adapters = providers.DependenciesContainer()
    identify = providers.Dependency(instance_of=IdentifyCluster)

    http_master = providers.Singleton(
        HttpMasterGateway,
        providers.Callable(wiring.gateway_settings, settings.provided.master),
        providers.Callable(wiring.current_id, identify),
        adapters.clock,
    )
    memory_master = providers.Singleton(InMemoryMaster, adapters.clock)
    master = providers.Selector(choices.provided.master, real=http_master, memory=memory_master)
    gateway = providers.Singleton(MeasuredMasterGateway, master, adapters.telemetry)
    renderer = providers.Singleton(WireOutputRenderer)


class UseCases(containers.DeclarativeContainer):
    """What the agent does."""

    settings = providers.Dependency(instance_of=AgentSettings)
    adapters = providers.DependenciesContainer()
    commands = providers.DependenciesContainer()
    otel = providers.DependenciesContainer()
    master = providers.DependenciesContainer()
    identify = providers.Dependency(instance_of=IdentifyCluster)

    refresh_otel = providers.Singleton(
        wiring.refresh_otel, otel.otel_parts, adapters.cluster_reader, adapters.clock, settings.provided.loops
    )
    collect = providers.Singleton(
        CollectSnapshot,
        adapters.cluster_reader,
        providers.Callable(wiring.current_otel, refresh_otel),
        providers.Callable(wiring.current_id, identify),
        adapters.clock,
        initial_sync_timeout_seconds=settings.provided.cluster.initial_sync_timeout_seconds,
    )
    heartbeat = providers.Factory(
        SendHeartbeat,
        master.gateway,
        adapters.clock,
        timeout_seconds=settings.provided.master.heartbeat_timeout_seconds,
    )
    deliver = providers.Singleton(
        DeliverResults,
        adapters.ledger,
        master.gateway,
        adapters.clock,
        timeout_seconds=settings.provided.master.http_timeout_seconds,
    )
    lanes = providers.Singleton(Lanes, providers.Factory(LaneLimits), adapters.clock)
    report_progress = providers.Singleton(ReportProgress, lanes, adapters.clock)
    execute = providers.Singleton(
        ExecuteCommand,
        providers.Callable(wiring.policy, settings.provided.commands),
        adapters.ledger,
        lanes,
        commands.handlers,
        master.renderer,
        deliver,
        adapters.clock,
        adapters.metrics,
        target_keys=providers.Factory(TargetKeys, commands.kind_resolver),
        target_events=commands.target_events,
        timeout_seconds=settings.provided.commands.timeout_seconds,
    )


class AgentContainer(containers.DeclarativeContainer):
    """Everything composed."""

    settings = providers.Dependency(instance_of=AgentSettings)
    choices = providers.Dependency(instance_of=Choices)
    environ = providers.Dependency(instance_of=Mapping)  # type: ignore[type-abstract]  # checked at injection only

    adapters = providers.Container(Adapters, settings=settings, choices=choices, environ=environ)
    identify = providers.Singleton(
        IdentifyCluster,
        adapters.cluster_identity,
        adapters.clock,
        configured_id=settings.provided.cluster.cluster_id,
    )
    master = providers.Container(
        MasterAdapters, settings=settings, choices=choices, adapters=adapters, identify=identify
    )
    otel = providers.Container(OTelAdapters, settings=settings, choices=choices, adapters=adapters)
    commands = providers.Container(CommandAdapters, settings=settings, choices=choices, adapters=adapters, otel=otel)
    preflight = providers.Container(Preflight, settings=settings, choices=choices, adapters=adapters, otel=otel)
    use_cases = providers.Container(
        UseCases, settings=settings, adapters=adapters, commands=commands, otel=otel, master=master, identify=identify
    )

    command_loop = providers.Factory(
        CommandLoop,
        gateway=master.gateway,
        execute=use_cases.execute,
        lanes=use_cases.lanes,
        clock=adapters.clock,
        observer=adapters.loop_observer,
        poll_interval_seconds=settings.provided.loops.poll_interval_seconds,
        finish_seconds=wiring.FINISH_SECONDS,
    )
    ops_loop = providers.Singleton(command_loop, Topic.OPS)
    ai_loop = providers.Singleton(command_loop, Topic.AI)
    supervisor = providers.Singleton(Supervisor, adapters.clock, adapters.loop_observer)
    scheduler = providers.Singleton(
        Scheduler,
        identify,
        use_cases.collect,
        master.gateway,
        use_cases.heartbeat,
        providers.List(ops_loop, ai_loop),
        use_cases.deliver,
        use_cases.refresh_otel,
        supervisor,
        adapters.clock,
        adapters.loop_observer,
        providers.Callable(wiring.loop_timings, settings.provided.loops),
    )
    status = providers.Singleton(
        AgentStatus,
        identify,
        use_cases.collect,
        adapters.cluster_reader,
        use_cases.lanes,
        adapters.ledger,
        adapters.liveness,
        adapters.clock,
        gateway=master.gateway,
        otel=use_cases.refresh_otel,
    )
    health = providers.Singleton(
        HealthServer,
        providers.Callable(wiring.health_address, settings.provided.process),
        liveness=adapters.liveness.provided.problems,
        readiness=status.provided.not_ready,
        status=status.provided.report,
        metrics=adapters.telemetry.provided.metrics_text,
    )
