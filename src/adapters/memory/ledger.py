"""InMemoryLedger: the memory of commands for as long as the process lives.

The rules are those of every ledger (docs/adr/0007): a command is new once, its first result stays, what is not
acknowledged is reported again. What is bounded: acknowledged entries are kept for a day so that a redelivery gets the
stored answer, at most so many of them, and at most so much output; what is unfinished or unreported is never dropped.
"""

import hashlib
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import count
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from domain.commands.actions import Action
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import Outcome, RenderedResult
from ports.clock import Clock
from ports.ledger import Claim, CommandLedger, LedgerStatus

KEEP_SECONDS: Final = 24 * 3600.0
MAX_ENTRIES: Final = 10_000
MAX_OUTPUT_CHARS: Final = 64 * 2**20
"""Output of acknowledged commands that is kept in all; a single result is at most 2 MiB."""

OUTPUT_NOT_KEPT: Final = "output not kept"
"""Stands for an output that was delivered once and is gone."""
NOT_STARTED: Final = "not started: the agent restarted"
SAFE_TO_REPEAT: Final = "interrupted, safe to repeat"
OUTCOME_UNKNOWN: Final = "interrupted: the agent restarted, and the outcome is not known"

_FORGET_OUTPUT: Final = frozenset({Action.GET_SECRET, Action.EXEC})


class _State(Enum):
    CLAIMED = auto()
    RUNNING = auto()
    FINISHED = auto()
    REPORTED = auto()


@dataclass(slots=True, kw_only=True)
class _Entry:
    """One command."""

    digest: str
    action: Action | None
    """None for a command that could not be understood."""
    state: _State
    claimed_at_seconds: float
    result: RenderedResult | None = None
    finished_at_seconds: float = 0.0
    finished_order: int = 0


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
        """Empty.

        Args:
            clock: its monotonic side decides about ages.
            keep_seconds: how long an acknowledged entry is kept.
            max_entries: above this the oldest acknowledged entries go, however young.
            max_output_chars: above this the oldest acknowledged entries lose their output.
        """
        self._clock = clock
        self._keep_seconds = keep_seconds
        self._max_entries = max_entries
        self._max_output_chars = max_output_chars
        self._entries: dict[str, _Entry] = {}
        self._order = count()

    @override
    async def claim(self, command: Command | MalformedCommand) -> Claim:
        await checkpoint()
        known = self._entries.get(command.id)
        if known is None:
            self._entries[command.id] = _Entry(
                digest=digest_of(command),
                action=command.action if isinstance(command, Command) else None,
                state=_State.CLAIMED,
                claimed_at_seconds=self._clock.monotonic(),
            )
            self._forget_old()
            return Claim.NEW
        if known.digest != digest_of(command):
            return Claim.ID_REUSED
        if known.state in {_State.CLAIMED, _State.RUNNING}:
            return Claim.IN_PROGRESS
        known.state = _State.FINISHED
        return Claim.FINISHED

    @override
    async def start(self, command_id: str) -> None:
        await checkpoint()
        entry = self._entries.get(command_id)
        if entry is not None and entry.state is _State.CLAIMED:
            entry.state = _State.RUNNING

    @override
    async def finish(self, result: RenderedResult) -> None:
        await checkpoint()
        self._finish(result)

    @override
    async def unreported(self) -> tuple[RenderedResult, ...]:
        await checkpoint()
        waiting = [entry for entry in self._entries.values() if entry.state is _State.FINISHED]
        waiting.sort(key=lambda entry: entry.finished_order)
        return tuple(entry.result for entry in waiting if entry.result is not None)

    @override
    async def mark_reported(self, command_id: str) -> None:
        await checkpoint()
        entry = self._entries.get(command_id)
        if entry is None or entry.state is not _State.FINISHED:
            return
        entry.state = _State.REPORTED
        if entry.action in _FORGET_OUTPUT:
            _drop_output(entry)

    @override
    async def recover(self) -> int:
        await checkpoint()
        open_entries = [
            (command_id, entry)
            for command_id, entry in self._entries.items()
            if entry.state in {_State.CLAIMED, _State.RUNNING}
        ]
        for command_id, entry in open_entries:
            outcome, error = _verdict(entry)
            seconds = self._clock.monotonic() - entry.claimed_at_seconds
            self._finish(
                RenderedResult(command_id=command_id, outcome=outcome, output="", error=error, duration_seconds=seconds)
            )
        return len(open_entries)

    @override
    def status(self) -> LedgerStatus:
        unreported = sum(entry.state is _State.FINISHED for entry in self._entries.values())
        return LedgerStatus(durable=False, entries=len(self._entries), unreported=unreported)

    def _finish(self, result: RenderedResult) -> None:
        now = self._clock.monotonic()
        # A result of something that was never claimed is nobody's plan, but even that one is not lost.
        entry = self._entries.setdefault(
            result.command_id, _Entry(digest="", action=None, state=_State.RUNNING, claimed_at_seconds=now)
        )
        if entry.result is None:
            entry.result = result
            entry.state = _State.FINISHED
            entry.finished_at_seconds = now
            entry.finished_order = next(self._order)

    def _forget_old(self) -> None:
        """Keep within the bounds; the order of acknowledged entries is that in which they were finished."""
        reported = sorted(
            (item for item in self._entries.items() if item[1].state is _State.REPORTED),
            key=lambda item: item[1].finished_order,
        )
        born_after = self._clock.monotonic() - self._keep_seconds
        too_many = len(self._entries) - self._max_entries
        output_chars = sum(len(entry.result.output) for _, entry in reported if entry.result)
        for number, (command_id, entry) in enumerate(reported):
            if number < too_many or entry.finished_at_seconds < born_after:
                del self._entries[command_id]
            elif output_chars > self._max_output_chars:
                output_chars -= len(entry.result.output) if entry.result else 0
                _drop_output(entry)


def digest_of(command: Command | MalformedCommand) -> str:
    """What tells a redelivery from something else under the same id."""
    if isinstance(command, Command):
        return command.digest
    return hashlib.sha256(f"{command.action}\0{command.error}".encode()).hexdigest()


def _verdict(entry: _Entry) -> tuple[Outcome, str]:
    """What can truthfully be said of a command that the process did not finish."""
    if entry.state is _State.CLAIMED:
        return Outcome.FAILED, NOT_STARTED
    if entry.action is None or entry.action.is_safe_to_repeat:
        return Outcome.FAILED, SAFE_TO_REPEAT
    return Outcome.UNKNOWN, OUTCOME_UNKNOWN


def _drop_output(entry: _Entry) -> None:
    if entry.result is not None and entry.result.output:
        entry.result = replace(entry.result, output=OUTPUT_NOT_KEPT)
