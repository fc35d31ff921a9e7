"""Entries as rows of one table.

Output of commands that may show secrets is never written. Texts are bytes, because what a program printed need not be
valid Unicode, and SQLite ends a text at its first NUL for some readers.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, Final

from domain.commands.actions import Action
from domain.commands.ledger_book import MAY_HOLD_SECRETS, OUTPUT_NOT_KEPT, Entry, EntryState
from domain.commands.results import Outcome, RenderedResult

SCHEMA_VERSION: Final = 1

CREATE: Final = """
CREATE TABLE IF NOT EXISTS commands (
    id BLOB PRIMARY KEY,
    digest TEXT NOT NULL,
    action TEXT,
    target BLOB NOT NULL,
    state TEXT NOT NULL,
    claimed_at REAL NOT NULL,
    outcome TEXT,
    output BLOB,
    error BLOB,
    duration_seconds REAL,
    finished_at REAL,
    finished_order INTEGER NOT NULL
) WITHOUT ROWID
"""
PUT: Final = "INSERT OR REPLACE INTO commands VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
DELETE: Final = "DELETE FROM commands WHERE id = ?"
READ: Final = "SELECT * FROM commands ORDER BY finished_order"


class CorruptFileError(sqlite3.DatabaseError):
    """Raised when the file is no ledger of this version, or is damaged."""


_ACTIONS: Final = {action.value: action for action in Action}

Moment = Callable[[float], float]
"""Between the book's seconds and seconds since 1970, which mean something after a restart."""


def to_row(entry: Entry, to_wall: Moment) -> tuple[Any, ...]:
    """The entry as it is written."""
    result = entry.result
    output = None
    if result is not None:
        output = to_bytes(_kept_output(entry, result))
    return (
        to_bytes(entry.command_id),
        entry.digest,
        entry.action.value if entry.action is not None else None,
        to_bytes(entry.target),
        entry.state.value,
        to_wall(entry.claimed_at_seconds),
        result.outcome.value if result is not None else None,
        output,
        to_bytes(result.error) if result is not None else None,
        result.duration_seconds if result is not None else None,
        to_wall(entry.finished_at_seconds) if result is not None else None,
        entry.finished_order,
    )


def _kept_output(entry: Entry, result: RenderedResult) -> str:
    return OUTPUT_NOT_KEPT if entry.action in MAY_HOLD_SECRETS and result.output else result.output


def from_row(row: tuple[Any, ...], from_wall: Moment) -> Entry:
    """The entry that was written.

    Raises:
        CorruptFileError: the row is none of ours.
    """
    try:
        command_id, digest, action, target, state, claimed_at, outcome, output, error, seconds, finished_at, order = row
        result = None
        if outcome is not None:
            result = RenderedResult(
                command_id=to_text(command_id),
                outcome=Outcome(outcome),
                output=to_text(output),
                error=to_text(error),
                duration_seconds=seconds,
            )
        return Entry(
            command_id=to_text(command_id),
            digest=digest,
            action=_action_of(action),
            target=to_text(target),
            state=EntryState(state),
            claimed_at_seconds=from_wall(claimed_at),
            result=result,
            finished_at_seconds=from_wall(finished_at) if finished_at is not None else 0.0,
            finished_order=order,
        )
    except (ValueError, TypeError, AttributeError) as problem:
        raise CorruptFileError(f"a row that is no command ({type(problem).__name__})") from problem


def _action_of(text: str | None) -> Action | None:
    """The action; None also for one of a newer agent, of which this one is the way back: all else of it is known."""
    return _ACTIONS.get(text or "")


def to_bytes(text: str) -> bytes:
    """A text as it is kept."""
    return text.encode("utf-8", "surrogatepass")


def to_text(raw: bytes) -> str:
    """The text that was kept."""
    return raw.decode("utf-8", "surrogatepass")
