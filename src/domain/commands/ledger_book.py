"""The rules of every ledger: what a command may become, what a restart may say, what is forgotten when.

A command is new once, its first result stays, what is not acknowledged is reported again (docs/adr/0007). What is
bounded: acknowledged entries are kept for a day so that a redelivery gets the stored answer, at most so many of them,
and at most so much of their output; what is unfinished or unreported is never dropped. The book knows no disk: a ledger
writes down what the book says has changed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Final

from domain.commands.acknowledged import Acknowledged
from domain.commands.actions import Action
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import Outcome, RenderedResult

KEEP_SECONDS: Final = 24 * 3600.0
MAX_ENTRIES: Final = 10_000
MAX_OUTPUT_CHARS: Final = 8 * 2**20
"""Output of acknowledged commands that is kept in all; a single result is at most 2 MiB."""

OUTPUT_NOT_KEPT: Final = "output not kept"
"""Stands for an output that was delivered once and is gone."""
NOT_STARTED: Final = "not started: the agent restarted"
SAFE_TO_REPEAT: Final = "interrupted, safe to repeat"
OUTCOME_UNKNOWN: Final = "interrupted: the agent restarted, and the outcome is not known"

MAY_HOLD_SECRETS: Final = frozenset({Action.GET_SECRET, Action.EXEC, Action.GET_CONFIGMAP, Action.GET_LOGS})
"""Programs write down what they should not, and people put passwords into ConfigMaps. Their output is never written to
a disk, and forgotten once it was acknowledged."""


class EntryState(StrEnum):
    """Where a command stands."""

    CLAIMED = "claimed"
    RUNNING = "running"
    FINISHED = "finished"
    """It has a result, which the Master has not acknowledged."""
    REPORTED = "reported"


class Claim(StrEnum):
    """What the ledger knows of a command that just arrived."""

    NEW = "new"
    """Never seen; it is now claimed and may be carried out."""
    IN_PROGRESS = "in_progress"
    """Being carried out; its result will come."""
    FINISHED = "finished"
    """Carried out before; its stored result has been queued to be reported again."""
    ID_REUSED = "id_reused"
    """The id is known with other content: something else is asked under an old name."""


@dataclass(slots=True, kw_only=True)
class Entry:
    """One command; moments are seconds on whatever clock the book's user has, one that never goes back."""

    command_id: str
    digest: str
    action: Action | None
    """None for a command that could not be understood, or only by a newer agent that has written it down."""
    target: str = ""
    state: EntryState
    claimed_at_seconds: float
    result: RenderedResult | None = None
    finished_at_seconds: float = 0.0
    finished_order: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is no result yet."""
        return self.state in {EntryState.CLAIMED, EntryState.RUNNING}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was let go to keep within the bounds."""

    gone: tuple[str, ...]
    """Ids of entries that are not known any more."""
    shortened: tuple[Entry, ...]
    """Entries that have lost their output."""


class LedgerBook:
    """Entries by the Master's id."""

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        *,
        keep_seconds: float = KEEP_SECONDS,
        max_entries: int = MAX_ENTRIES,
        max_output_chars: int = MAX_OUTPUT_CHARS,
    ) -> None:
        """Open the book.

        Args:
            entries: what is known already.
            keep_seconds: how long an acknowledged entry is kept.
            max_entries: above this the oldest acknowledged entries go, however young.
            max_output_chars: above this the oldest acknowledged entries lose their output.
        """
        self._entries = {entry.command_id: entry for entry in entries}
        self._keep_seconds = keep_seconds
        self._max_entries = max_entries
        self._max_output_chars = max_output_chars
        self._order: Iterator[int] = count(max((one.finished_order for one in self._entries.values()), default=0) + 1)
        self._acknowledged = Acknowledged()
        self._waiting: dict[str, Entry] = {}
        """Finished, and not acknowledged."""
        for entry in self._entries.values():
            self._enter(entry)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Everything that is known."""
        return self._entries

    def claim(self, command: Command | MalformedCommand, now_seconds: float) -> Claim:
        """Take in that a command arrived."""
        known = self._entries.get(command.id)
        if known is None:
            understood = command if isinstance(command, Command) else None
            self._entries[command.id] = Entry(
                command_id=command.id,
                digest=digest_of(command),
                action=understood.action if understood else None,
                target=str(understood.target) if understood else "",
                state=EntryState.CLAIMED,
                claimed_at_seconds=now_seconds,
            )
            return Claim.NEW
        if known.digest != digest_of(command):
            return Claim.ID_REUSED
        if known.is_open:
            return Claim.IN_PROGRESS
        if known.state is EntryState.REPORTED:
            self._acknowledged.discard(known.finished_order, known.command_id)
            known.state = EntryState.FINISHED
            self._enter(known)
        return Claim.FINISHED

    def start(self, command_id: str) -> Entry | None:
        """Take in that it is being carried out; the entry when that is news."""
        entry = self._entries.get(command_id)
        if entry is None or entry.state is not EntryState.CLAIMED:
            return None
        entry.state = EntryState.RUNNING
        return entry

    def finish(self, result: RenderedResult, now_seconds: float) -> Entry | None:
        """Take in its result; the entry when that is news, for the first result stays."""
        # A result of something that was never claimed is nobody's plan, but even that one is not lost.
        entry = self._entries.setdefault(
            result.command_id,
            Entry(
                command_id=result.command_id,
                digest="",
                action=None,
                state=EntryState.RUNNING,
                claimed_at_seconds=now_seconds,
            ),
        )
        if entry.result is not None:
            return None
        entry.result = result
        entry.state = EntryState.FINISHED
        entry.finished_at_seconds = now_seconds
        entry.finished_order = next(self._order)
        self._enter(entry)
        return entry

    def unreported(self) -> tuple[RenderedResult, ...]:
        """Results that the Master has not acknowledged, oldest first."""
        waiting = sorted(self._waiting.values(), key=lambda entry: entry.finished_order)
        return tuple(entry.result for entry in waiting if entry.result is not None)

    def mark_reported(self, command_id: str) -> Entry | None:
        """Take in that the Master has acknowledged it; the entry when that is news."""
        entry = self._entries.get(command_id)
        if entry is None or entry.state is not EntryState.FINISHED:
            return None
        entry.state = EntryState.REPORTED
        if entry.action in MAY_HOLD_SECRETS:
            drop_output(entry)
        del self._waiting[command_id]
        self._enter(entry)
        return entry

    def recover(self, now_seconds: float) -> tuple[Entry, ...]:
        """Give everything that is open a result that tells the truth; those entries."""
        still_open = [entry for entry in self._entries.values() if entry.is_open]
        for entry in still_open:
            outcome, error = _verdict(entry)
            seconds = max(0.0, now_seconds - entry.claimed_at_seconds)
            self.finish(
                RenderedResult(
                    command_id=entry.command_id, outcome=outcome, output="", error=error, duration_seconds=seconds
                ),
                now_seconds,
            )
        return tuple(still_open)

    def forget_old(self, now_seconds: float) -> Forgotten:
        """Keep within the bounds, in the order in which acknowledged entries were finished; what that has cost."""
        gone, shortened = [], []
        while (oldest := self._entries.get(self._acknowledged.oldest)) and self._must_go(oldest, now_seconds):
            del self._entries[oldest.command_id]
            self._acknowledged.discard(oldest.finished_order, oldest.command_id)
            gone.append(oldest.command_id)
        while self._acknowledged.output_chars > self._max_output_chars:
            entry = self._entries[self._acknowledged.oldest_with_output]
            drop_output(entry)
            self._acknowledged.drop_output(entry.finished_order, entry.command_id)
            shortened.append(entry)
        return Forgotten(tuple(gone), tuple(shortened))

    def _must_go(self, oldest: Entry, now_seconds: float) -> bool:
        is_old = oldest.finished_at_seconds < now_seconds - self._keep_seconds
        return is_old or len(self._entries) > self._max_entries

    def _enter(self, entry: Entry) -> None:
        """Note where an entry stands, so that nobody has to look through all of them."""
        if entry.state is EntryState.FINISHED:
            self._waiting[entry.command_id] = entry
        elif entry.state is EntryState.REPORTED:
            self._acknowledged.add(entry.finished_order, entry.command_id, _output_chars(entry))


def digest_of(command: Command | MalformedCommand) -> str:
    """What tells a redelivery from something else under the same id."""
    if isinstance(command, Command):
        return command.digest
    return hashlib.sha256(f"{command.action}\0{command.error}".encode()).hexdigest()


def drop_output(entry: Entry) -> None:
    """Keep what came of a command, but not what it put out."""
    if entry.result is not None and _has_output(entry):
        entry.result = replace(entry.result, output=OUTPUT_NOT_KEPT)


def _verdict(entry: Entry) -> tuple[Outcome, str]:
    """What can truthfully be said of a command that the process did not finish."""
    if entry.state is EntryState.CLAIMED:
        return Outcome.FAILED, NOT_STARTED
    # What could not be understood never runs: without an action here it was one that only a newer agent knows.
    if entry.action is not None and entry.action.is_safe_to_repeat:
        return Outcome.FAILED, SAFE_TO_REPEAT
    return Outcome.UNKNOWN, OUTCOME_UNKNOWN


def _has_output(entry: Entry) -> bool:
    return entry.result is not None and entry.result.output not in {"", OUTPUT_NOT_KEPT}


def _output_chars(entry: Entry) -> int:
    return len(entry.result.output) if entry.result is not None and _has_output(entry) else 0
