"""Hears what the rest of the agent tells and records it.

Implements the hook protocols of the scheduler, of ExecuteCommand, of the Kubernetes and of the ClickHouse adapter by
their shape, so that none of them knows telemetry and telemetry knows none of them.
"""

from adapters.telemetry.catalogue import Instrument
from adapters.telemetry.providers import Telemetry


class MetricsObserver:
    """Records every hook."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def on_round(self, loop: str, seconds: float, error: str) -> None:
        """A round of a loop ended."""
        attributes = {"loop": loop, "outcome": "failed" if error else "ok"}
        self._telemetry.record(Instrument.LOOP_DURATION, seconds, attributes)

    def on_crash(self, task: str) -> None:
        """A task ended unexpectedly."""
        self._telemetry.count(Instrument.TASK_CRASHES, {"task": task})

    def on_command(self, action: str, topic: str, outcome: str, seconds: float) -> None:
        """A command ended."""
        attributes = {"action": action, "topic": topic, "outcome": outcome}
        self._telemetry.record(Instrument.COMMAND_DURATION, seconds, attributes)

    def on_request(self, method: str, resource: str, status: int, seconds: float) -> None:
        """The API server answered; status 0 when it did not."""
        attributes = {"method": method, "resource": resource, "status": str(status)}
        self._telemetry.record(Instrument.KUBE_REQUEST_DURATION, seconds, attributes)

    def on_relist(self, kind: str, reason: str) -> None:
        """A kind is listed in full."""
        self._telemetry.count(Instrument.KUBE_RELISTS, {"kind": kind, "reason": reason})

    def on_watch_close(self, kind: str, reason: str) -> None:
        """A watch ended."""
        self._telemetry.count(Instrument.KUBE_WATCH_CLOSES, {"kind": kind, "reason": reason})

    def on_event(self, kind: str, event_type: str) -> None:
        """A watch event arrived."""
        self._telemetry.count(Instrument.KUBE_EVENTS, {"kind": kind, "type": event_type})

    def on_skipped(self, kind: str) -> None:
        """An object could not be read."""
        self._telemetry.count(Instrument.KUBE_SKIPPED, {"kind": kind})

    def on_statement(self, statement: str, outcome: str, seconds: float, rows_read: int, bytes_read: int) -> None:
        """A statement to the OTel store ended."""
        attributes = {"statement": statement, "outcome": outcome}
        self._telemetry.record(Instrument.STATEMENT_DURATION, seconds, attributes)
        self._telemetry.count(Instrument.STATEMENT_ROWS, {"statement": statement}, rows_read)
        self._telemetry.count(Instrument.STATEMENT_BYTES, {"statement": statement}, bytes_read)
