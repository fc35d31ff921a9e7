"""DeliverResults: report every finished command until the Master acknowledges it, oldest first.

A result that somebody waits for and that came within a second is posted once more shortly after: the Master can miss
a very fast one between looking for a result and registering its waiter, and a repeat is harmless (wire contract 6, M4).
"""

import logging

import anyio

from domain.backoff import Backoff
from domain.commands.results import RenderedResult
from ports.clock import Clock
from ports.errors import AccessDenied, PortError, Refused
from ports.gateway import MasterGateway
from ports.ledger import CommandLedger

_REPEAT_AFTER_SECONDS = 0.5
_FAST_SECONDS = 1.0

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
                wake = self._wake
                if await self.flush(repeats):
                    backoff.reset()
                    await wake.wait()
                    self._wake = anyio.Event()
                else:
                    await self._clock.sleep(backoff.next_seconds())

    async def flush(self, repeats: anyio.abc.TaskGroup | None = None) -> bool:
        """Deliver what is there; returns whether nothing is left. Stops at the first failure."""
        for result in await self._ledger.unreported():
            try:
                async with self._clock.deadline(self._timeout_seconds):
                    await self._gateway.report_result(result)
            except (PortError, TimeoutError) as error:
                if not self._is_hopeless(error):
                    logger.warning(
                        "result not delivered yet", extra={"command_id": result.command_id, "error": str(error)}
                    )
                    return False
                logger.error(  # noqa: TRY400 - the text says it all
                    "result refused for good", extra={"command_id": result.command_id, "error": str(error)}
                )
            await self._ledger.mark_reported(result.command_id)
            self._repeat_if_fast(result, repeats)
        return True

    @staticmethod
    def _is_hopeless(error: Exception) -> bool:
        return isinstance(error, Refused) and not isinstance(error, AccessDenied)

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
