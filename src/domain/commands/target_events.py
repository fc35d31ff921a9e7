"""What is left as an Event on the object that a command has changed: pure text, no secrets.

Whoever wonders why a workload restarted asks `kubectl describe`, not the agent's log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.commands.actions import Action
from domain.commands.node_requests import DrainRequest
from domain.commands.requests import Command
from domain.commands.results import CommandResult, Outcome
from domain.commands.target import Target
from domain.commands.workload_requests import DeletePodRequest, DeleteRequest
from domain.commands.workload_results import DeleteResult
from domain.redaction import scrub

REASONS: Final[Mapping[Action, str]] = {
    Action.SCALE: "AtlhyperScaled",
    Action.RESTART: "AtlhyperRestarted",
    Action.UPDATE_IMAGE: "AtlhyperImageUpdated",
    Action.DELETE: "AtlhyperDeleted",
    Action.DELETE_POD: "AtlhyperPodDeleted",
    Action.CORDON: "AtlhyperCordoned",
    Action.UNCORDON: "AtlhyperUncordoned",
    Action.DRAIN: "AtlhyperDrained",
    Action.EXEC: "AtlhyperExecuted",
}
"""Every change of one object, in the CamelCase of Kubernetes; manifests are about many, which their answer names."""
OUTCOME_UNKNOWN: Final = "AtlhyperOutcomeUnknown"
"""It was begun, and nobody can say whether it happened."""
PARTLY_DONE: Final = "AtlhyperPartlyDone"
"""It stopped before its end; the answer to the command accounts for what was done."""

_MAX_ID_CHARS: Final = 128
_MAX_SOURCE_CHARS: Final = 64
_IN_DOUBT: Final = frozenset({Outcome.TIMED_OUT, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEvent:
    """One Event."""

    target: Target
    command_id: str
    """The same command leaves the same Event."""
    action: Action
    reason: str
    """CamelCase, at most 128 characters."""
    note: str
    """A sentence, at most 1,024 characters."""
    uid: str = ""
    """Of the target, where the command or its result told; what was deleted cannot be looked up any more."""
    is_warning: bool = False


def uid_of(command: Command, result: CommandResult) -> str:
    """Which object it was, as far as the command or its result tells."""
    if isinstance(result.content, DeleteResult):
        return result.content.uid
    return command.request.options.uid if isinstance(command.request, DeleteRequest | DeletePodRequest) else ""


def event_of(
    command: Command, result: CommandResult, *, has_started: bool, is_partly_done: bool = False
) -> TargetEvent | None:
    """The Event that a command leaves; None where its target was not changed, or it names none.

    Args:
        command: what was asked.
        result: what came of it.
        has_started: whether it was begun at all.
        is_partly_done: whether it stopped before its end and says how far it came.
    """
    reason = REASONS.get(command.action)
    if reason is None or _is_dry_run(command):
        return None
    who = _shown(command.source[:_MAX_SOURCE_CHARS]) or "the Master"
    note = f"{command.action} by {who}, topic {command.topic}, command {_shown(command.id[:_MAX_ID_CHARS])}"
    is_in_doubt = has_started and result.outcome in _IN_DOUBT
    if is_partly_done:
        reason, note = PARTLY_DONE, f"{note}: not to its end"
    elif is_in_doubt:
        reason, note = OUTCOME_UNKNOWN, f"{note}: it is not known whether it happened"
    # A result that says nothing of it is of an action that always changes something.
    elif result.outcome is not Outcome.SUCCEEDED or not getattr(result.content, "changed", True):
        return None
    return TargetEvent(
        target=command.target,
        command_id=command.id,
        action=command.action,
        reason=reason,
        note=note,
        uid=uid_of(command, result),
        is_warning=is_partly_done or is_in_doubt,
    )


def _shown(text: str) -> str:
    """A sender's text as anybody may read it."""
    return "".join(one for one in scrub(text) if one.isprintable())


def _is_dry_run(command: Command) -> bool:
    match command.request:
        case DeleteRequest(options=options) | DeletePodRequest(options=options):
            return options.dry_run
        case DrainRequest(options=drain):
            return drain.dry_run
        case _:
            return False
