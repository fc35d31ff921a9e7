"""The audit line of a command: who asked for what, of whom, what was decided and why, what came of it.

One structured line with a constant message per command, whatever became of it. It holds no parameters, because those
may be secrets: of `exec` the words of the program, without what looks like one. Texts of others are scrubbed and cut.
"""

import logging
from typing import Final

from domain.commands.pod_requests import ExecRequest
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import CommandResult, Outcome, RenderedResult
from domain.commands.target_events import uid_of
from domain.redaction import arguments, scrub

_MAX_ID_CHARS: Final = 256
_MAX_WORD_CHARS: Final = 64
_MAX_TEXT_CHARS: Final = 1024
_MAX_WORDS: Final = 32

logger = logging.getLogger(__name__)


def who_and_what(command: Command | MalformedCommand) -> dict[str, object]:
    """Who asked for what, of whom: the fields of every line about a command."""
    fields: dict[str, object] = {
        "command_id": scrub(command.id[:_MAX_ID_CHARS]),
        "topic": command.topic.value,
        "action": scrub(str(command.action)[:_MAX_WORD_CHARS]),
    }
    if isinstance(command, Command):
        fields["target"] = scrub(str(command.target))
        fields["source"] = scrub(command.source[:_MAX_WORD_CHARS])
    return fields


def write_audit_line(
    command: Command | MalformedCommand, result: CommandResult, rendered: RenderedResult, seconds: float
) -> None:
    """Say how a command ended.

    Args:
        command: what was asked.
        result: what came of it.
        rendered: what is reported.
        seconds: from its arrival to its result.
    """
    decision = _decision(command, result)
    text = scrub(result.error[:_MAX_TEXT_CHARS])
    fields = who_and_what(command)
    if isinstance(command, Command):
        if uid := uid_of(command, result):
            fields["uid"] = uid
        if isinstance(command.request, ExecRequest):
            fields["argv"] = [word[:_MAX_WORD_CHARS] for word in arguments(command.request.command[:_MAX_WORDS])]
    fields |= {
        "decision": decision,
        "reason": "" if decision == "permitted" else text,
        "outcome": result.outcome.value,
        "error": text,
        "seconds": round(seconds, 3),
        "output_bytes": len(rendered.output.encode("utf-8", "surrogatepass")),
    }
    logger.info("command finished", extra=fields)


def _decision(command: Command | MalformedCommand, result: CommandResult) -> str:
    if isinstance(command, MalformedCommand):
        return "not understood"
    return "refused" if result.outcome is Outcome.REFUSED else "permitted"
