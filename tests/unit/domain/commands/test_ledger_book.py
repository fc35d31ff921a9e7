"""What the book of commands says beside what every ledger is held to."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.commands.actions import Action
from domain.commands.ledger_book import MAY_HOLD_SECRETS, OUTPUT_NOT_KEPT, Claim, Entry, EntryState, LedgerBook
from domain.commands.results import Outcome, RenderedResult
from tests.support.commands import a_command, a_command_for

KEEP_SECONDS, MAX_ENTRIES, MAX_CHARS = 100.0, 3, 40


@pytest.mark.parametrize("action", sorted(MAY_HOLD_SECRETS))
def test_an_acknowledged_failure_has_no_output_to_forget(action: Action) -> None:
    book = LedgerBook()
    command = a_command_for(action)
    book.claim(command, 0.0)
    failure = RenderedResult(
        command_id=command.id, outcome=Outcome.REFUSED, output="", error="not allowed", duration_seconds=0.0
    )
    book.finish(failure, 1.0)
    entry = book.mark_reported(command.id)
    assert entry is not None
    assert (entry.state, entry.result) == (EntryState.REPORTED, failure)


def test_the_oldest_acknowledged_outputs_go_first_when_there_is_too_much_of_them() -> None:
    book = LedgerBook(max_output_chars=MAX_CHARS)
    for number in range(3):
        command = a_command(command_id=f"c-{number}")
        book.claim(command, 0.0)
        result = RenderedResult(
            command_id=command.id, outcome=Outcome.SUCCEEDED, output="x" * 15, error="", duration_seconds=0.0
        )
        book.finish(result, 1.0)
        book.mark_reported(command.id)
    forgotten = book.forget_old(2.0)
    assert forgotten.gone == ()
    assert [entry.command_id for entry in forgotten.shortened] == ["c-0"]
    assert [output_of(entry) == "" for entry in book.entries.values()] == [True, False, False]
    assert book.forget_old(2.0).shortened == ()


class LedgerLife(RuleBasedStateMachine):
    """Commands come, run, end, are acknowledged and come again, in any order, with little room."""

    def __init__(self) -> None:
        super().__init__()
        self.book = LedgerBook(keep_seconds=KEEP_SECONDS, max_entries=MAX_ENTRIES, max_output_chars=MAX_CHARS)
        self.now_seconds = 0.0

    @rule(seconds=st.floats(0, KEEP_SECONDS))
    def wait(self, seconds: float) -> None:
        self.now_seconds += seconds

    @rule(number=st.integers(0, 5), digest=st.sampled_from(["same", "other"]))
    def claim(self, number: int, digest: str) -> None:
        before = dict(self.book.entries)
        claim = self.book.claim(a_command(command_id=f"c-{number}", digest=digest), self.now_seconds)
        known = before.get(f"c-{number}")
        if known is None:
            assert claim is Claim.NEW
        elif known.digest != digest:
            assert claim is Claim.ID_REUSED
        else:
            assert claim is (Claim.IN_PROGRESS if known.is_open else Claim.FINISHED)

    @rule(number=st.integers(0, 5))
    def start(self, number: int) -> None:
        entry = self.book.start(f"c-{number}")
        assert entry is None or entry.state is EntryState.RUNNING

    @rule(number=st.integers(0, 5), chars=st.integers(0, MAX_CHARS))
    def finish(self, number: int, chars: int) -> None:
        known = self.book.entries.get(f"c-{number}")
        first = known.result if known is not None else None
        result = RenderedResult(
            command_id=f"c-{number}", outcome=Outcome.SUCCEEDED, output="x" * chars, error="", duration_seconds=0.0
        )
        self.book.finish(result, self.now_seconds)
        assert self.book.entries[f"c-{number}"].result == (first or result)

    @rule(number=st.integers(0, 5))
    def report(self, number: int) -> None:
        self.book.mark_reported(f"c-{number}")

    @rule()
    def restart(self) -> None:
        """Everything from the file; what was open is closed with the truth."""
        self.book = LedgerBook(
            sorted(self.book.entries.values(), key=lambda one: one.finished_order),
            keep_seconds=KEEP_SECONDS,
            max_entries=MAX_ENTRIES,
            max_output_chars=MAX_CHARS,
        )
        self.book.recover(self.now_seconds)
        assert not any(entry.is_open for entry in self.book.entries.values())

    @rule()
    def forget(self) -> None:
        """As the plain rule over all entries says."""
        reported = [entry for entry in self.book.entries.values() if entry.state is EntryState.REPORTED]
        reported.sort(key=lambda entry: entry.finished_order)
        too_many = len(self.book.entries) - MAX_ENTRIES
        gone = [
            entry.command_id
            for number, entry in enumerate(reported)
            if number < too_many or entry.finished_at_seconds < self.now_seconds - KEEP_SECONDS
        ]
        left = [entry for entry in reported if entry.command_id not in gone and output_of(entry)]
        shortened = []
        while sum(len(output_of(entry)) for entry in left) > MAX_CHARS:
            shortened.append(left.pop(0).command_id)
        forgotten = self.book.forget_old(self.now_seconds)
        assert list(forgotten.gone) == gone
        assert [entry.command_id for entry in forgotten.shortened] == shortened

    @invariant()
    def what_is_not_acknowledged_is_there_oldest_first(self) -> None:
        waiting = [entry for entry in self.book.entries.values() if entry.state is EntryState.FINISHED]
        waiting.sort(key=lambda entry: entry.finished_order)
        assert self.book.unreported() == tuple(entry.result for entry in waiting if entry.result is not None)


def output_of(entry: Entry) -> str:
    kept = entry.result.output if entry.result is not None else ""
    return "" if kept == OUTPUT_NOT_KEPT else kept


TestLedgerLife = LedgerLife.TestCase
