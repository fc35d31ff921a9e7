"""DeliverResults: report every finished command until the Master acknowledges it, oldest first.

A result that somebody waits for and that came within a second is posted once more shortly after: the Master can miss
a very fast one between looking for a result and registering its waiter, and a repeat is harmless (wire contract 6, M4).
A result that fails again and again lets the others go first: it may be itself what cannot be delivered.

What an answer other than yes means for a result:

| answer | the result |
|---|---|
| none, 408, 425, 429, 5xx | tried again, not before the time that was asked for |
| 401, 403, 407 | tried again: credentials are missing or come back |
| 404, 405, a page, a redirect, other 4xx | tried again: that was no Master |
| 413 | delivered without a part of it (the gateway does that); dropped when nothing can be left out |
| 400, 422, unless with a page | dropped with an ERROR line: the same content will never be taken |
"""

import contextlib
import logging
from collections import Counter

import anyio

from domain.backoff import Backoff
from domain.commands.results import RenderedResult
from ports.clock import Clock
from ports.errors import InvalidRequest, PortError, Unavailable
from ports.gateway import MasterGateway
from ports.ledger import CommandLedger

_REPEAT_AFTER_SECONDS = 0.5
_FAST_SECONDS = 1.0
_PATIENCE = 5
"""Failures in a row after which a result stands behind those that failed less often."""
_LAST_PAUSE_SECONDS = 0.5
_LAST_TRIES = 3
"""How many tries without an answer there is time for at a stop: a connection that is dead must not cost the result."""

logger = logging.getLogger(__name__)


class DeliverResults:
    """The outbox: what the ledger holds unreported goes out."""

    def __init__(self, ledger: CommandLedger, gateway: MasterGateway, clock: Clock, *, timeout_seconds: float) -> None:
        self._ledger = ledger
        self._gateway = gateway
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._wake = anyio.Event()
        self._awaited: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._asked_seconds = 0.0
        """How long the Master has asked to be left alone, at the last failure."""

    def announce(self, command_id: str, *, is_awaited: bool = False) -> None:
        """A result is in the ledger; `is_awaited` says that a caller of the Master waits for it."""
        if is_awaited:
            self._awaited.add(command_id)
        self._wake.set()

    async def run(self) -> None:
        """Deliver for ever."""
        backoff = Backoff(first_seconds=0.5, longest_seconds=30.0)
        async with anyio.create_task_group() as repeats:
            while True:
                # Before the ledger is read: what is announced from here on is not overlooked.
                wake = self._wake = anyio.Event()
                if await self.flush(repeats):
                    backoff.reset()
                    await wake.wait()
                else:
                    await self._clock.sleep(self._asked_seconds)
                    # A result that has just come need not wait because another one failed.
                    with contextlib.suppress(TimeoutError):
                        async with self._clock.deadline(backoff.next_seconds()):
                            await wake.wait()

    async def finish(self, seconds: float) -> None:
        """Before the end: deliver what is there; what fails, or is not answered soon, is tried again for so long."""
        with contextlib.suppress(TimeoutError):
            async with self._clock.deadline(seconds):
                while not await self.flush(timeout_seconds=min(self._timeout_seconds, seconds / _LAST_TRIES)):
                    await self._clock.sleep(_LAST_PAUSE_SECONDS)

    async def flush(self, repeats: anyio.abc.TaskGroup | None = None, *, timeout_seconds: float | None = None) -> bool:
        """Deliver what is there; returns whether nothing is left. Stops at the first failure.

        `timeout_seconds`: for each result, where less than usual is left.
        """
        unreported = await self._ledger.unreported()
        for result in sorted(unreported, key=lambda one: self._failures[one.command_id] // _PATIENCE):
            try:
                async with self._clock.deadline(timeout_seconds or self._timeout_seconds):
                    await self._gateway.report_result(result)
            except (PortError, TimeoutError) as error:
                if not isinstance(error, InvalidRequest):
                    self._asked_seconds = (error.retry_after_seconds or 0.0) if isinstance(error, Unavailable) else 0.0
                    self._failures[result.command_id] += 1
                    logger.warning(
                        "result not delivered yet", extra={"command_id": result.command_id, "error": str(error)}
                    )
                    return False
                logger.error(  # noqa: TRY400 - the text says it all
                    "result refused for good", extra={"command_id": result.command_id, "error": str(error)}
                )
            self._failures.pop(result.command_id, None)
            await self._ledger.mark_reported(result.command_id)
            self._repeat_if_fast(result, repeats)
        return True

    def _repeat_if_fast(self, result: RenderedResult, repeats: anyio.abc.TaskGroup | None) -> None:
        is_awaited = result.command_id in self._awaited
        self._awaited.discard(result.command_id)
        if repeats is not None and is_awaited and result.duration_seconds < _FAST_SECONDS:
            repeats.start_soon(self._repeat, result)

    async def _repeat(self, result: RenderedResult) -> None:
        await self._clock.sleep(_REPEAT_AFTER_SECONDS)
        try:
            async with self._clock.deadline(self._timeout_seconds):
                await self._gateway.report_result(result)
        except (PortError, TimeoutError) as error:
            # The first post was acknowledged: nothing is lost.
            logger.debug("repeat of a result failed", extra={"command_id": result.command_id, "error": str(error)})
