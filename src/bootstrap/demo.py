"""`atlhyper-agent demo`: the agent beside a demo Master, with a simulated cluster and a ClickHouse of its own.

Real systems take the place of each, one by one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import anyio
from dependency_injector import providers

from bootstrap.choices import Choices, OTelSource, Source
from bootstrap.container import AgentContainer
from bootstrap.demo_telemetry import DemoTelemetry, demo_telemetry
from bootstrap.lifespan import run_agent
from bootstrap.programs import build_agent, build_container, configured_otel
from bootstrap.settings import AgentSettings, ClusterSettings, CommandSettings
from domain.commands.actions import Action
from domain.errors import MisconfigurationError

_DEMO_CLUSTER_ID: Final = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """How the demo runs."""

    real_cluster: bool
    web_port: int = 0
    allow_changes: bool = True


async def run_demo(
    settings: AgentSettings, environ: Mapping[str, str], options: DemoOptions, announce: Callable[[str], None]
) -> None:
    """The agent with a demo Master beside it, until a signal; `announce` gets the console's address once it answers.

    Telemetry comes from the configured ClickHouse; without one, and with the simulated cluster, from one of the demo's
    own, or from memory where that cannot be had.
    """
    try:
        from adapters.embedded.demo_master.server import DemoMaster  # noqa: PLC0415 - not part of the image
        from adapters.embedded.demo_master.settings import DemoMasterSettings  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise MisconfigurationError("the demo is not part of this image; install the package instead") from error
    demo_master = DemoMaster(DemoMasterSettings(web_port=options.web_port, allow_changes=options.allow_changes))
    choices = Choices(
        cluster=Source.REAL if options.real_cluster else Source.MEMORY,
        otel=configured_otel(settings, otherwise=OTelSource.OFF if options.real_cluster else OTelSource.MEMORY),
    )
    async with anyio.create_task_group() as group:
        await group.start(demo_master.run)
        settings = replace(
            settings,
            cluster=settings.cluster if options.real_cluster else _named(settings.cluster),
            master=settings.master.model_copy(update={"url": demo_master.agent_url}),
            commands=_commands(settings.commands, options),
        )
        telemetry = demo_telemetry(settings.telemetry_store) if choices.otel is OTelSource.MEMORY else None
        announce(demo_master.console_url)
        before = await _run_with(telemetry, settings, environ, choices) if telemetry else None
        if telemetry is None or telemetry.is_lost:
            container = build_container(settings, environ, choices)
            if before is not None:
                # The same cluster goes on, and what it was told to do is remembered.
                container.adapters.simulated_cluster.override(providers.Object(before.adapters.simulated_cluster()))
                container.adapters.ledger.override(providers.Object(before.adapters.ledger()))
            await run_agent(build_agent(container, choices))
        group.cancel_scope.cancel()


async def _run_with(
    telemetry: DemoTelemetry, settings: AgentSettings, environ: Mapping[str, str], choices: Choices
) -> AgentContainer:
    """Run the agent on a ClickHouse of the demo's own, until a signal or until that is given up."""
    choices = replace(choices, otel=OTelSource.REAL)
    try:
        container = build_container(replace(settings, telemetry_store=telemetry.store), environ, choices)
        agent = build_agent(container, choices)
        with telemetry.lost:
            await run_agent(replace(agent, tasks=[*telemetry.tasks(), *agent.tasks]))
    finally:
        await telemetry.remove()
    return container


def _named(cluster: ClusterSettings) -> ClusterSettings:
    """The simulated cluster under a name that people can read."""
    return cluster.model_copy(update={"cluster_id": cluster.cluster_id or _DEMO_CLUSTER_ID})


def _commands(settings: CommandSettings, options: DemoOptions) -> CommandSettings:
    """What the demo's agent carries out: on the simulated cluster everything, unless the operator says otherwise."""
    update: dict[str, object] = {"read_only": settings.read_only or not options.allow_changes}
    if not options.real_cluster and "allowed_actions" not in settings.model_fields_set:
        update["allowed_actions"] = tuple(sorted(Action))
    return settings.model_copy(update=update)
