"""What the book of commands says beside what every ledger is held to."""

import pytest

from domain.commands.actions import Action
from domain.commands.ledger_book import MAY_HOLD_SECRETS, EntryState, LedgerBook
from domain.commands.results import Outcome, RenderedResult
from tests.support.commands import a_command_for


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
