"""The Master, measured: a span and a duration for every request."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import SpanKind, StatusCode
from typing_extensions import override

from adapters.telemetry.catalogue import Instrument
from adapters.telemetry.providers import Telemetry
from domain.cluster.snapshot import ClusterSnapshot
from domain.commands.actions import Topic
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import RenderedResult
from ports.errors import PortError
from ports.gateway import MasterGateway


class MeasuredMasterGateway(MasterGateway):
    """Passes every call on and records how it went."""

    def __init__(self, inner: MasterGateway, telemetry: Telemetry) -> None:
        self._inner = inner
        self._telemetry = telemetry
        self._pushed_at: float | None = None

    @property
    def seconds_since_push(self) -> float | None:
        """Time since the Master last took a snapshot; None before the first."""
        return None if self._pushed_at is None else time.monotonic() - self._pushed_at

    @override
    async def push_snapshot(self, snapshot: ClusterSnapshot) -> int:
        with self._measured("push_snapshot"):
            size_bytes = await self._inner.push_snapshot(snapshot)
        self._pushed_at = time.monotonic()
        self._telemetry.record(Instrument.SNAPSHOT_SIZE, size_bytes, {})
        return size_bytes

    @override
    async def send_heartbeat(self) -> None:
        with self._measured("send_heartbeat"):
            await self._inner.send_heartbeat()

    @override
    async def next_command(self, topic: Topic) -> Command | MalformedCommand | None:
        # No span: a poll that waits for a minute tells nothing.
        return await self._inner.next_command(topic)

    @override
    async def report_result(self, result: RenderedResult) -> None:
        with self._measured("report_result"):
            await self._inner.report_result(result)

    @contextmanager
    def _measured(self, operation: str) -> Iterator[None]:
        started = time.monotonic()
        outcome = "cancelled"
        with self._telemetry.tracer.start_as_current_span(
            f"master {operation}", kind=SpanKind.CLIENT, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
                outcome = "ok"
            except PortError as error:
                outcome = type(error).__name__
                span.set_status(StatusCode.ERROR, outcome)
                raise
            finally:
                attributes = {"operation": operation, "outcome": outcome}
                self._telemetry.record(Instrument.MASTER_REQUEST_DURATION, time.monotonic() - started, attributes)
