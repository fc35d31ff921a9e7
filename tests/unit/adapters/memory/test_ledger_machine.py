"""Any order of arrivals, starts, ends, acknowledgements and restarts: nothing is new twice, nothing is lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adapters.memory.clock import ManualClock
from adapters.memory.ledger import InMemoryLedger
from domain.commands.actions import Action
from domain.commands.ledger_book import Claim
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import Outcome, RenderedResult
from tests.support.commands import a_command, a_command_for, a_malformed_command

T = TypeVar("T")

IDS = st.sampled_from([f"c-{number}" for number in range(6)])
DIGESTS = st.sampled_from(["one", "two"])


class LedgerMachine(RuleBasedStateMachine):
    """The ledger beside a model that is a few dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.ledger = InMemoryLedger(ManualClock())
        self.content: dict[str, str] = {}
        self.first_results: dict[str, RenderedResult] = {}
        self.waiting: set[str] = set()

    def teardown(self) -> None:
        self.loop.close()

    def wait(self, call: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(call)

    @rule(command_id=IDS, digest=DIGESTS)
    def a_command_arrives(self, command_id: str, digest: str) -> None:
        self.arrives(a_command(command_id=command_id, digest=digest), digest)

    @rule(command_id=IDS)
    def a_malformed_command_arrives(self, command_id: str) -> None:
        self.arrives(a_malformed_command(command_id), "malformed")

    def arrives(self, command: Command | MalformedCommand, content: str) -> None:
        claim = self.wait(self.ledger.claim(command))
        known = self.content.setdefault(command.id, content)
        if claim is Claim.NEW:
            assert command.id not in self.first_results
            assert command.id not in self.waiting
            self.waiting.add(command.id)
        elif known != content:
            assert claim is Claim.ID_REUSED
        elif command.id in self.first_results:
            assert claim is Claim.FINISHED
            self.waiting.add(command.id)
        else:
            assert claim is Claim.IN_PROGRESS

    @rule(command_id=IDS)
    def it_starts(self, command_id: str) -> None:
        if self.content.get(command_id) != "malformed":  # what could not be understood never runs
            self.wait(self.ledger.start(command_id))

    @rule(command_id=IDS, outcome=st.sampled_from(Outcome))
    def it_ends(self, command_id: str, outcome: Outcome) -> None:
        if command_id not in self.content:
            return
        result = RenderedResult(
            command_id=command_id, outcome=outcome, output=outcome.value, error="", duration_seconds=1
        )
        self.first_results.setdefault(command_id, result)
        self.wait(self.ledger.finish(result))

    @rule()
    def the_master_acknowledges_the_oldest(self) -> None:
        for result in self.wait(self.ledger.unreported())[:1]:
            self.wait(self.ledger.mark_reported(result.command_id))
            self.waiting.discard(result.command_id)

    @rule(command_id=IDS)
    def the_master_acknowledges_something(self, command_id: str) -> None:
        self.wait(self.ledger.mark_reported(command_id))
        if command_id in self.first_results:
            self.waiting.discard(command_id)

    @rule()
    def the_agent_restarts(self) -> None:
        still_open = {command_id for command_id in self.content if command_id not in self.first_results}
        assert self.wait(self.ledger.recover()) == len(still_open)
        for result in self.wait(self.ledger.unreported()):
            if result.command_id in still_open:
                assert result.outcome is Outcome.FAILED
                self.first_results[result.command_id] = result
        assert still_open <= set(self.first_results)

    @invariant()
    def every_finished_command_is_reported_or_waits_to_be(self) -> None:
        unreported = {result.command_id: result for result in self.wait(self.ledger.unreported())}
        assert set(unreported) == {command_id for command_id in self.waiting if command_id in self.first_results}
        for command_id, result in unreported.items():
            assert result == self.first_results[command_id]

    @invariant()
    def its_status_counts_right(self) -> None:
        status = self.ledger.status()
        assert status.entries == len(self.content)
        assert status.unreported == len(self.wait(self.ledger.unreported()))


LedgerMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLedger = LedgerMachine.TestCase


def test_the_model_knows_an_action_whose_outcome_would_be_unknown() -> None:
    """The machine's commands are all safe to repeat; the others are told apart in the contract."""
    assert not a_command_for(Action.EXEC).action.is_safe_to_repeat
    assert a_command().action.is_safe_to_repeat
