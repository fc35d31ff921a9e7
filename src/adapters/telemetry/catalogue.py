"""Every instrument of the agent: name, unit (UCUM), meaning. A name that is not here cannot be recorded."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class InstrumentType(StrEnum):
    """How values of an instrument add up."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Spec:
    """One instrument."""

    name: str
    type: InstrumentType
    unit: str
    description: str


class Instrument(Enum):
    """The catalogue; attributes in braces."""

    LOOP_DURATION = Spec(
        "atlhyper.agent.loop.duration", InstrumentType.HISTOGRAM, "s", "Length of a round {loop, outcome}"
    )
    TASK_CRASHES = Spec(
        "atlhyper.agent.task.crashes", InstrumentType.COUNTER, "{crash}", "Tasks that ended unexpectedly {task}"
    )
    COMMAND_DURATION = Spec(
        "atlhyper.agent.command.duration",
        InstrumentType.HISTOGRAM,
        "s",
        "From a command's arrival to its kept result {action, topic, outcome}",
    )
    MASTER_REQUEST_DURATION = Spec(
        "atlhyper.agent.master.request.duration",
        InstrumentType.HISTOGRAM,
        "s",
        "Requests to the Master {operation, outcome}",
    )
    SNAPSHOT_SIZE = Spec(
        "atlhyper.agent.snapshot.size", InstrumentType.HISTOGRAM, "By", "Compressed size of a pushed snapshot"
    )
    SNAPSHOT_AGE = Spec(
        "atlhyper.agent.snapshot.age", InstrumentType.GAUGE, "s", "Time since the Master last took a snapshot"
    )
    KUBE_REQUEST_DURATION = Spec(
        "atlhyper.agent.kubernetes.request.duration",
        InstrumentType.HISTOGRAM,
        "s",
        "Requests to the API server, until the head of the answer {method, resource, status}",
    )
    KUBE_RELISTS = Spec(
        "atlhyper.agent.kubernetes.relists", InstrumentType.COUNTER, "{list}", "Full lists {kind, reason}"
    )
    KUBE_WATCH_CLOSES = Spec(
        "atlhyper.agent.kubernetes.watch.closes", InstrumentType.COUNTER, "{close}", "Watches that ended {kind, reason}"
    )
    KUBE_EVENTS = Spec(
        "atlhyper.agent.kubernetes.watch.events", InstrumentType.COUNTER, "{event}", "Watch events {kind, type}"
    )
    KUBE_SKIPPED = Spec(
        "atlhyper.agent.kubernetes.skipped", InstrumentType.COUNTER, "{object}", "Objects that could not be read {kind}"
    )
    STATEMENT_DURATION = Spec(
        "atlhyper.agent.otel.statement.duration",
        InstrumentType.HISTOGRAM,
        "s",
        "Statements to the OTel store, waiting included {statement, outcome}",
    )
    STATEMENT_ROWS = Spec(
        "atlhyper.agent.otel.statement.rows", InstrumentType.COUNTER, "{row}", "Rows that statements read {statement}"
    )
    STATEMENT_BYTES = Spec(
        "atlhyper.agent.otel.statement.bytes", InstrumentType.COUNTER, "By", "Bytes that statements read {statement}"
    )
    OBJECTS = Spec("atlhyper.agent.objects", InstrumentType.GAUGE, "{object}", "Objects held {kind, state}")
    LEFT_OUT = Spec(
        "atlhyper.agent.snapshot.left.out",
        InstrumentType.GAUGE,
        "{object}",
        "Objects that the last snapshot lacks because they cannot be encoded",
    )
    MASTER_CLOCK_AHEAD = Spec(
        "atlhyper.agent.master.clock.ahead",
        InstrumentType.GAUGE,
        "s",
        "How far the Master's clock is ahead of this machine's; to half a second",
    )
    LEDGER_UNREPORTED = Spec(
        "atlhyper.agent.ledger.unreported", InstrumentType.GAUGE, "{result}", "Results the Master has not acknowledged"
    )
    LEDGER_DURABLE = Spec(
        "atlhyper.agent.ledger.durable", InstrumentType.GAUGE, "1", "1 when the ledger survives the process"
    )
    COMMANDS_RUNNING = Spec(
        "atlhyper.agent.commands.running", InstrumentType.GAUGE, "{command}", "Commands being carried out"
    )
    COMMANDS_WAITING = Spec(
        "atlhyper.agent.commands.waiting", InstrumentType.GAUGE, "{command}", "Commands that wait {topic}"
    )
