"""What a poll answered: untrusted JSON in, one domain request out, or a MalformedCommand that names what is wrong.

A command has left the Master's queue when it arrives here, so it must be answered whatever it is; only one without an
id cannot be. Both spellings of parameters are taken, and numbers as the Master's various senders write them. Nothing
past this module sees a dictionary of anything. Source: wire contract 1.4, 1.6, 1.7.1.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from adapters.gateway.wire.cluster_params import (
    to_apply_manifests,
    to_cordon,
    to_delete,
    to_delete_pod,
    to_drain,
    to_dynamic,
    to_exec,
    to_get_configmap,
    to_get_logs,
    to_get_secret,
    to_restart,
    to_scale,
    to_uncordon,
    to_update_image,
)
from adapters.gateway.wire.params import Params
from adapters.gateway.wire.telemetry_params import (
    to_query_logs,
    to_query_metrics,
    to_query_slo,
    to_query_trace_detail,
    to_query_traces,
)
from domain.commands.actions import Action, Topic
from domain.commands.names import MAX_NAME_CHARS
from domain.commands.requests import Command, MalformedCommand, Request, Target
from domain.errors import InvalidCommandError

_MAX_ACTION_CHARS: Final = 64
_UNSET_YEAR: Final = 1
"""Year of the time that Go writes for "not set"."""
_TIME: Final = TypeAdapter(datetime)

logger = logging.getLogger(__name__)


class UnreadableAnswerError(ValueError):
    """The answer to a poll is not what a Master answers; the message says what it is instead."""


class _PollAnswer(BaseModel):
    """The answer to a poll, as far as it must be understood; everything in the command is still untrusted."""

    model_config = ConfigDict(extra="ignore")

    has_command: bool | None = Field(None, alias="hasCommand")
    command: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollContext:
    """What is known of a poll beside its answer's body."""

    topic: Topic
    cluster_id: str
    """Whose commands were asked for."""
    answered_at: datetime | None
    """The Master's own clock at its answer; None when it did not tell."""


def answered_at(date_header: str | None) -> datetime | None:
    """The time in an HTTP `Date` header, UTC; None when it cannot be read."""
    try:
        return _in_utc(parsedate_to_datetime(date_header or ""))
    except (ValueError, OverflowError):
        return None


def parse_poll(body: bytes, context: PollContext) -> Command | MalformedCommand | None:
    """The command in an answer; None when there is none, or none that could be answered.

    Raises:
        UnreadableAnswerError: this is no answer of a Master.
    """
    try:
        answer = _PollAnswer.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, problem["loc"]))
        raise UnreadableAnswerError(f"{place}: {problem['msg']}" if place else problem["msg"]) from error
    if answer.command is None:
        if answer.has_command:
            raise UnreadableAnswerError("hasCommand is true, but there is no command")
        return None
    return None if answer.has_command is False else _parse_command(answer.command, context)


def _parse_command(members: Mapping[str, Any], context: PollContext) -> Command | MalformedCommand | None:
    command_id = members.get("id")
    if not isinstance(command_id, str) or not command_id:
        logger.error("command without an id dropped: it cannot be answered", extra={"topic": context.topic.value})
        return None
    action = members.get("action")
    try:
        return _to_command(command_id, Params(members), context)
    except InvalidCommandError as error:
        return MalformedCommand(
            id=command_id,
            topic=context.topic,
            action=action[:_MAX_ACTION_CHARS] if isinstance(action, str) else "",
            error=str(error) if error.field else error.why,
        )


def _to_command(command_id: str, members: Params, context: PollContext) -> Command:
    """The command, when everything in it is what it must be.

    Raises:
        InvalidCommandError: naming the member; with an empty name where the text says it all.
    """
    cluster_id = members.text("clusterId")
    if cluster_id and cluster_id != context.cluster_id:
        raise InvalidCommandError("clusterId", "is that of another cluster")
    name_of_action = members.text("action")
    if not name_of_action:
        raise InvalidCommandError("action", "is required")
    if name_of_action not in set(Action):
        raise InvalidCommandError("", f"unknown action {name_of_action[:_MAX_ACTION_CHARS]!r}")
    action = Action(name_of_action)
    target = Target(kind=_short(members, "kind"), namespace=_short(members, "namespace"), name=_short(members, "name"))
    params = members.object("params")
    created_at = _time(members)
    return Command(
        id=command_id,
        digest=_digest(action, target, params, context.topic),
        topic=context.topic,
        source=members.text("source")[:MAX_NAME_CHARS],
        created_at=created_at,
        age_seconds=_age_seconds(created_at, context.answered_at),
        request=_PARSERS[action](target, params),
    )


def _short(members: Params, name: str) -> str:
    """A text that stands in logs and answers."""
    text = members.text(name)
    if len(text) > MAX_NAME_CHARS:
        raise InvalidCommandError(name, f"is longer than {MAX_NAME_CHARS} characters")
    return text


_PARSERS: Final[Mapping[Action, Callable[[Target, Params], Request]]] = {
    Action.SCALE: to_scale,
    Action.RESTART: to_restart,
    Action.UPDATE_IMAGE: to_update_image,
    Action.DELETE: to_delete,
    Action.DELETE_POD: to_delete_pod,
    Action.CORDON: to_cordon,
    Action.UNCORDON: to_uncordon,
    Action.DRAIN: to_drain,
    Action.GET_LOGS: to_get_logs,
    Action.EXEC: to_exec,
    Action.GET_CONFIGMAP: to_get_configmap,
    Action.GET_SECRET: to_get_secret,
    Action.APPLY_MANIFESTS: to_apply_manifests,
    Action.DYNAMIC: to_dynamic,
    Action.QUERY_TRACES: to_query_traces,
    Action.QUERY_TRACE_DETAIL: to_query_trace_detail,
    Action.QUERY_LOGS: to_query_logs,
    Action.QUERY_METRICS: to_query_metrics,
    Action.QUERY_SLO: to_query_slo,
}


def _digest(action: Action, target: Target, params: Params, topic: Topic) -> str:
    """Digest of everything that decides what is done; the same in whatever order and spacing it was sent."""
    content = [action, target.kind, target.namespace, target.name, topic, params.members]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _time(members: Params) -> datetime | None:
    """When the command was made, UTC; None when the Master did not say, or not so that it can be read."""
    try:
        moment = _TIME.validate_python(members.text("createdAt"))
        return None if moment.year == _UNSET_YEAR else _in_utc(moment)
    except (InvalidCommandError, ValidationError, OverflowError):
        return None


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        OverflowError: there it is past the last year, or before the first, that Python knows.
    """
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _age_seconds(created_at: datetime | None, now: datetime | None) -> float:
    if created_at is None or now is None:
        return 0.0
    return max(0.0, (now - created_at).total_seconds())
