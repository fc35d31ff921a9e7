"""One SQLite file; every method blocks, so it is called in a worker thread, one at a time.

Write-ahead log, and nobody else in the file: two agents that share a ledger would each take the other's commands for
their own. What must survive the machine is synced before the call returns; the rest survives the process.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from adapters.ledger.rows import CREATE, DELETE, PUT, READ, SCHEMA_VERSION, CorruptFileError, to_bytes

_BUSY_SECONDS: Final = 1.0
_ONLY_OWNER: Final = 0o600
_ABOUT_THE_CONTENT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
"""The last of them says that a statement does not fit: the statements are ours, so the tables are not."""


class LedgerFile:
    """An open ledger file."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it.

        Raises:
            CorruptFileError: it can be opened, but is no ledger.
            sqlite3.Error: it cannot be opened, made, or is in use.
            OSError: its folder cannot be made.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(_ONLY_OWNER)
        self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            if is_corrupt(error):
                raise CorruptFileError(str(error)) from error
            raise

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        (version,) = execute("PRAGMA user_version").fetchone()
        if version not in {0, SCHEMA_VERSION}:
            raise CorruptFileError(f"it is of version {version}, this agent knows {SCHEMA_VERSION}")
        execute("BEGIN IMMEDIATE")
        execute(CREATE)
        if version != SCHEMA_VERSION:
            # Else nothing is written: what a full disk holds can still be read.
            execute(f"PRAGMA user_version = {SCHEMA_VERSION:d}")
        execute("COMMIT")

    def read(self) -> Iterator[tuple[Any, ...]]:
        """Every row, in the order in which commands were finished; one after the other, for outputs may be large."""
        return self._connection.execute(READ)

    def write(self, rows: Iterable[tuple[Any, ...]], gone: Iterable[str] = (), *, is_synced: bool) -> None:
        """Put rows and delete others, all or nothing.

        Args:
            rows: as `to_row` makes them.
            gone: ids of commands to forget.
            is_synced: whether it must survive the machine, not only the process, when this returns.
        """
        execute = self._connection.execute
        execute(f"PRAGMA synchronous = {'FULL' if is_synced else 'NORMAL'}")
        execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(PUT, rows)
            self._connection.executemany(DELETE, [(to_bytes(one),) for one in gone])
            execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Write everything into the one file and let others have it."""
        self._connection.close()


def is_corrupt(error: Exception) -> bool:
    """Whether an error is about the content of the file; a disk that fails for a moment is none."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, CorruptFileError) or code in _ABOUT_THE_CONTENT


def set_aside(path: Path, stamp: str) -> Path:
    """Move a file that cannot be used out of the way, with what belongs to it; only the last such file is kept."""
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    for old in path.parent.glob(f"{path.name}.corrupt-*"):
        old.unlink(missing_ok=True)
    os.replace(path, aside)  # noqa: PTH105 - the file may be a broken one of any kind
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
