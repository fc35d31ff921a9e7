"""Which state becomes a gauge: read when somebody asks for the metrics, from what the parts show of themselves."""

from adapters.gateway.client import HttpMasterGateway
from adapters.telemetry.catalogue import Instrument
from bootstrap.container import AgentContainer
from domain.commands.actions import Topic


def observe_state(container: AgentContainer) -> None:
    """Connect every gauge of the catalogue with what it shows."""
    telemetry = container.adapters.telemetry()
    collect, lanes = container.use_cases.collect(), container.use_cases.lanes()
    gateway, ledger = container.master.gateway(), container.adapters.ledger()
    master = container.master.master()

    def since_push() -> list[tuple[float, dict[str, str]]]:
        seconds = gateway.seconds_since_push
        return [] if seconds is None else [(seconds, {})]

    telemetry.observe(Instrument.SNAPSHOT_AGE, since_push)
    telemetry.observe(
        Instrument.OBJECTS,
        lambda: [
            (len(reading.objects), {"kind": kind.value, "state": reading.state.value})
            for kind, reading in collect.readings().by_kind().items()
        ],
    )
    telemetry.observe(
        Instrument.LEFT_OUT,
        lambda: [(master.encoder.left_out, {})] if isinstance(master, HttpMasterGateway) else [],
    )

    def clock_ahead() -> list[tuple[float, dict[str, str]]]:
        seconds = master.clock_ahead_seconds if isinstance(master, HttpMasterGateway) else None
        return [] if seconds is None else [(seconds, {})]

    telemetry.observe(Instrument.MASTER_CLOCK_AHEAD, clock_ahead)
    telemetry.observe(Instrument.LEDGER_UNREPORTED, lambda: [(ledger.status().unreported, {})])
    telemetry.observe(Instrument.LEDGER_DURABLE, lambda: [(float(ledger.status().durable), {})])
    telemetry.observe(Instrument.COMMANDS_RUNNING, lambda: [(len(lanes.running), {})])
    telemetry.observe(
        Instrument.COMMANDS_WAITING, lambda: [(lanes.waiting(topic), {"topic": topic.value}) for topic in Topic]
    )
