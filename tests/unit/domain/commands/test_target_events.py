"""What is left on the target of a change."""

import pytest

from domain.commands.actions import Action
from domain.commands.node_requests import DrainOptions, DrainRequest
from domain.commands.requests import Command
from domain.commands.results import CommandResult, Outcome
from domain.commands.target import Target
from domain.commands.target_events import OUTCOME_UNKNOWN, PARTLY_DONE, REASONS, event_of
from domain.commands.workload_requests import DeletePodRequest, DeleteRequest, DeletionOptions
from domain.commands.workload_results import DeleteResult, DeletionState, ScaleResult
from tests.support.commands import a_command, a_command_for

CHANGES = sorted(action for action in Action if action.is_change and action is not Action.APPLY_MANIFESTS)
DONE = CommandResult(outcome=Outcome.SUCCEEDED, content=ScaleResult(previous_replicas=1, replicas=3))
POD = Target(kind="Pod", namespace="shop", name="web-1")
DRY = DeletionOptions(dry_run=True)


def test_every_change_of_one_object_has_a_reason_of_its_own_and_nothing_else_has_one() -> None:
    assert sorted(REASONS) == CHANGES
    assert len(set(REASONS.values())) == len(REASONS)
    assert all(reason.startswith("Atlhyper") and reason.isalpha() for reason in REASONS.values())


@pytest.mark.parametrize("action", sorted(Action))
def test_a_change_of_one_object_leaves_an_event_and_a_read_none(action: Action) -> None:
    command = a_command_for(action)
    event = event_of(command, DONE, has_started=True)
    if action not in CHANGES:
        assert event is None
    else:
        assert event is not None
        assert (event.target, event.reason, event.is_warning) == (command.target, REASONS[action], False)
        assert event.note == f"{action} by web, topic ops, command {command.id}"


@pytest.mark.parametrize("outcome", sorted(Outcome))
@pytest.mark.parametrize("has_started", [False, True])
def test_what_did_not_happen_leaves_nothing_and_what_is_in_doubt_a_warning(
    outcome: Outcome, *, has_started: bool
) -> None:
    content = DONE.content if outcome is Outcome.SUCCEEDED else None
    event = event_of(a_command(), CommandResult(outcome=outcome, content=content), has_started=has_started)
    if outcome in {Outcome.TIMED_OUT, Outcome.UNKNOWN} and has_started:
        assert event is not None
        assert (event.reason, event.is_warning) == (OUTCOME_UNKNOWN, True)
        assert "not known whether it happened" in event.note
    else:
        assert (event is not None) is (outcome is Outcome.SUCCEEDED)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT])
def test_what_stopped_before_its_end_leaves_a_warning_that_says_so(outcome: Outcome) -> None:
    result = CommandResult(outcome=outcome, error="3 of 12 pods evicted")
    event = event_of(a_command_for(Action.DRAIN), result, has_started=True, is_partly_done=True)
    assert event is not None
    assert (event.reason, event.is_warning) == (PARTLY_DONE, True)


def test_what_was_so_already_leaves_nothing() -> None:
    same = CommandResult(outcome=Outcome.SUCCEEDED, content=ScaleResult(previous_replicas=3, replicas=3))
    assert event_of(a_command(), same, has_started=True) is None


@pytest.mark.parametrize(
    "command",
    [
        a_command(DeleteRequest(target=POD, options=DRY)),
        a_command(DeletePodRequest(target=POD, options=DRY)),
        a_command(DrainRequest(target=Target(kind="Node", name="node-1"), options=DrainOptions(dry_run=True))),
    ],
    ids=lambda command: str(command.action),
)
def test_a_dry_run_leaves_nothing(command: Command) -> None:
    assert event_of(command, CommandResult(outcome=Outcome.SUCCEEDED), has_started=True) is None


def test_what_was_deleted_is_told_by_its_uid() -> None:
    command = a_command(DeletePodRequest(target=POD, options=DeletionOptions(uid="asked")))
    gone = DeleteResult(state=DeletionState.DELETED, uid="deleted")
    event = event_of(command, CommandResult(outcome=Outcome.SUCCEEDED, content=gone), has_started=True)
    assert event is not None
    assert event.uid == "deleted"
    event = event_of(command, CommandResult(outcome=Outcome.TIMED_OUT), has_started=True)
    assert event is not None
    assert event.uid == "asked"


def test_what_the_sender_wrote_is_cut_scrubbed_and_printable() -> None:
    secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5"
    command = a_command(command_id=f"{secret}\n\ud800{'x' * 9000}")
    event = event_of(command, DONE, has_started=True)
    assert event is not None
    assert secret not in event.note
    assert event.note.isprintable()
    assert len(event.note) < 1024
