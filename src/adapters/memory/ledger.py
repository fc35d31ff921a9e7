"""InMemoryLedger: the memory of commands for as long as the process lives."""

from anyio.lowlevel import checkpoint
from typing_extensions import override

from domain.commands.ledger_book import KEEP_SECONDS, MAX_ENTRIES, MAX_OUTPUT_CHARS, Claim, LedgerBook
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import RenderedResult
from ports.clock import Clock
from ports.ledger import CommandLedger, LedgerStatus


class InMemoryLedger(CommandLedger):
    """A ledger without a disk; `durable` is False."""

    def __init__(
        self,
        clock: Clock,
        *,
        keep_seconds: float = KEEP_SECONDS,
        max_entries: int = MAX_ENTRIES,
        max_output_chars: int = MAX_OUTPUT_CHARS,
    ) -> None:
        """Empty; the bounds are those of `LedgerBook`, ages go by the clock's monotonic side."""
        self._clock = clock
        self._book = LedgerBook(keep_seconds=keep_seconds, max_entries=max_entries, max_output_chars=max_output_chars)

    @override
    async def claim(self, command: Command | MalformedCommand) -> Claim:
        await checkpoint()
        claim = self._book.claim(command, self._clock.monotonic())
        if claim is Claim.NEW:
            self._book.forget_old(self._clock.monotonic())
        return claim

    @override
    async def start(self, command_id: str) -> None:
        await checkpoint()
        self._book.start(command_id)

    @override
    async def finish(self, result: RenderedResult) -> None:
        await checkpoint()
        self._book.finish(result, self._clock.monotonic())

    @override
    async def unreported(self) -> tuple[RenderedResult, ...]:
        await checkpoint()
        return self._book.unreported()

    @override
    async def mark_reported(self, command_id: str) -> None:
        await checkpoint()
        self._book.mark_reported(command_id)

    @override
    async def recover(self) -> int:
        await checkpoint()
        return len(self._book.recover(self._clock.monotonic()))

    @override
    def status(self) -> LedgerStatus:
        return LedgerStatus(durable=False, entries=len(self._book.entries), unreported=len(self._book.unreported()))
