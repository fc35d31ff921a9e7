"""SqliteLedger: the memory of commands that survives the process.

The rules are the book's (`domain.commands.ledger_book`); this module writes down what the book says has changed, before
its methods return. `claim` and `finish` are synced to the disk. So is `start` of what must not be repeated: were it
lost with the machine, "not started" would be a lie. What may be repeated needs no more than to survive the process.

A disk that is full, read-only, locked or broken costs durability and nothing else: the ledger goes on in memory, says
so once in the log and all the time in its status, and tries the disk again when there is something to write, once a
minute at most, with everything it knows. A file that is damaged is set aside, and a new one begun.
"""

import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread
from typing_extensions import override

from adapters.ledger.rows import from_row, to_row
from adapters.ledger.storage import LedgerFile, is_corrupt, set_aside
from domain.commands.ledger_book import Claim, Entry, LedgerBook
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import RenderedResult
from ports.clock import Clock
from ports.ledger import CommandLedger, LedgerStatus

T = TypeVar("T")

RETRY_SECONDS: Final = 60.0
_BROKEN: Final = (sqlite3.Error, OSError)

logger = logging.getLogger(__name__)


class SqliteLedger(CommandLedger):
    """A ledger in a file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Name the file; nothing is opened.

        Args:
            path: of the file; its folder is made if need be.
            clock: its monotonic side decides about ages while the process lives, its wall side across restarts.
        """
        self._path = path
        self._clock = clock
        self._book = LedgerBook()
        self._file: LedgerFile | None = None
        self._thread = anyio.CapacityLimiter(1)
        self._order = anyio.Lock()
        """Rows are written in the order of the book's changes."""
        self._in_file: set[str] = set()
        """Ids of the rows that the file holds, or held when it was lost: of those the book's word counts."""
        self._is_recovered = False
        self._reason = "not opened yet"
        self._retry_at_seconds = 0.0

    async def open(self) -> None:
        """Read what is known; a file that cannot be used is no reason not to start."""
        async with self._order:
            await self._open()

    async def aclose(self) -> None:
        """Close the file; what is asked after this is kept in memory."""
        async with self._order:
            # After what is being written: its failure must not open the file again.
            file, self._file = self._file, None
            self._reason = "closed"
            self._retry_at_seconds = float("inf")
            if file is not None:
                await self._in_thread(file.close)

    @override
    async def claim(self, command: Command | MalformedCommand) -> Claim:
        claim = self._book.claim(command, self._clock.monotonic())
        entry = self._book.entries[command.id]
        if claim is Claim.NEW:
            forgotten = self._book.forget_old(self._clock.monotonic())
            await self._write([entry, *forgotten.shortened], forgotten.gone)
        elif claim is Claim.FINISHED:
            await self._write([entry])
        return claim

    @override
    async def start(self, command_id: str) -> None:
        entry = self._book.start(command_id)
        if entry is not None:
            is_repeatable = entry.action is not None and entry.action.is_safe_to_repeat
            await self._write([entry], is_synced=not is_repeatable)

    @override
    async def finish(self, result: RenderedResult) -> None:
        entry = self._book.finish(result, self._clock.monotonic())
        if entry is not None:
            await self._write([entry])

    @override
    async def unreported(self) -> tuple[RenderedResult, ...]:
        await anyio.lowlevel.checkpoint()
        return self._book.unreported()

    @override
    async def mark_reported(self, command_id: str) -> None:
        entry = self._book.mark_reported(command_id)
        if entry is not None:
            # Lost, it costs one more report of the same result, which the Master takes as it took the first.
            await self._write([entry], is_synced=False)

    @override
    async def recover(self) -> int:
        closed = self._book.recover(self._clock.monotonic())
        self._is_recovered = True
        if closed:
            await self._write(closed)
        return len(closed)

    @override
    def status(self) -> LedgerStatus:
        return LedgerStatus(
            durable=self._file is not None,
            entries=len(self._book.entries),
            unreported=len(self._book.unreported()),
            reason=self._reason,
        )

    async def _write(self, entries: Collection[Entry], gone: Collection[str] = (), *, is_synced: bool = True) -> None:
        async with self._order:
            if self._file is None:
                if self._clock.monotonic() >= self._retry_at_seconds:
                    await self._open()
                return
            file = self._file
            rows = [to_row(entry, self._to_wall) for entry in entries]
            try:
                await self._in_thread(lambda: file.write(rows, gone, is_synced=is_synced))
            except _BROKEN as error:
                await self._lose(error)
            else:
                self._in_file.update(entry.command_id for entry in entries)
                self._in_file.difference_update(gone)

    async def _open(self) -> None:
        """Open the file, and bring file and book together: neither may know a command that the other does not."""
        try:
            file, entries = await self._in_thread(self._open_file)
        except _BROKEN as error:
            self._forgo(error)
            return
        known = dict(self._book.entries)
        # What the book knew and knows no more it has let go: that must not come back as it once was.
        gone = self._in_file - known.keys()
        others = [one for one in entries if one.command_id not in known and one.command_id not in gone]
        self._in_file.update(one.command_id for one in entries)
        closed = self._close_others(others)
        self._book = LedgerBook([*others, *known.values()])
        rows = [to_row(entry, self._to_wall) for entry in (*known.values(), *closed)]
        try:
            if rows or gone:
                await self._in_thread(lambda: file.write(rows, gone, is_synced=True))
        except _BROKEN as error:
            await self._lose_file(file, error)
            return
        self._in_file = (self._in_file | known.keys()) - gone
        if self._reason and known:
            logger.info("ledger is durable again", extra={"path": str(self._path)})
        self._file, self._reason = file, ""

    def _close_others(self, others: Sequence[Entry]) -> Sequence[Entry]:
        """Give what a process before this one left open the result that `recover` could not give it at the start."""
        if not self._is_recovered:
            return ()
        closed = LedgerBook(others).recover(self._clock.monotonic())
        if closed:
            logger.warning("commands of the last run closed", extra={"commands": len(closed)})
        return closed

    def _open_file(self) -> tuple[LedgerFile, list[Entry]]:
        """In the worker thread."""
        try:
            return self._read(LedgerFile(self._path))
        except sqlite3.Error as error:
            if not is_corrupt(error):
                raise
            aside = set_aside(self._path, self._clock.now().strftime("%Y%m%dT%H%M%SZ"))
            logger.error(  # noqa: TRY400 - the text says it all
                "ledger file is damaged and set aside; commands that it knew are not known any more",
                extra={"path": str(self._path), "aside": str(aside), "error": str(error)},
            )
            return self._read(LedgerFile(self._path))

    def _read(self, file: LedgerFile) -> tuple[LedgerFile, list[Entry]]:
        try:
            return file, [from_row(row, self._from_wall) for row in file.read()]
        except sqlite3.Error:
            file.close()
            raise

    async def _lose(self, error: Exception) -> None:
        """The disk does not take what it is given."""
        file, self._file = self._file, None
        if file is not None:
            await self._lose_file(file, error)

    async def _lose_file(self, file: LedgerFile, error: Exception) -> None:
        try:
            await self._in_thread(file.close)
        except _BROKEN:
            logger.debug("ledger file could not be closed", extra={"path": str(self._path)})
        self._forgo(error)

    def _forgo(self, error: Exception) -> None:
        self._retry_at_seconds = self._clock.monotonic() + RETRY_SECONDS
        reason = f"{type(error).__name__}: {error}"
        if reason != self._reason:
            self._reason = reason
            logger.error(
                "ledger is not durable: after a restart of the agent what it carried out is not known any more",
                extra={"path": str(self._path), "error": reason},
            )

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(call, limiter=self._thread)

    def _to_wall(self, seconds: float) -> float:
        return self._clock.now().timestamp() - (self._clock.monotonic() - seconds)

    def _from_wall(self, timestamp: float) -> float:
        # A clock that has gone back since does not make anything younger than now.
        return self._clock.monotonic() - max(0.0, self._clock.now().timestamp() - timestamp)
