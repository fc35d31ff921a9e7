"""Runs one command: connects, listens for as long as it may take, and says how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import anyio

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.exec.conversation import PROTOCOLS, Conversation
from adapters.kubernetes.timings import ExecTimings
from domain.commands.captured_output import CapturedOutput
from ports.errors import Refused, Unanswered, UnexpectedAnswer

_GOES_ON: Final = "closing the connection does not end the command: it may go on in the container"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnd:
    """How a command ended, as far as anybody knows."""

    exit_code: int | None
    problem: str
    """Empty exactly where the exit code is known."""
    is_timed_out: bool
    stdout: CapturedOutput
    stderr: CapturedOutput


async def run_command(
    connection: KubernetesConnection,
    path: str,
    *,
    container: str,
    command: Sequence[str],
    timeout_seconds: float,
    operation: str,
    timings: ExecTimings,
) -> CommandEnd:
    """Run a command and listen until it ends, or the time is over.

    Args:
        connection: to the API server.
        path: of the pod's `exec`.
        container: where to run it.
        command: program and arguments; no shell looks at them.
        timeout_seconds: for all of it.
        operation: what is tried, for messages.
        timings: how the connection is watched over.

    Raises:
        Refused: the command could not be run.
        PortError: as `errors` maps a refused connection.
    """
    query = [*(("command", word) for word in command), ("container", container), ("stdout", "true"), ("stderr", "true")]
    conversation: Conversation | None = None
    with anyio.move_on_after(timeout_seconds) as time_limit:
        async with connection.websocket(
            path,
            query,
            operation=operation,
            resource="pods/exec",
            protocols=PROTOCOLS,
            close_seconds=timings.close_seconds,
        ) as socket:
            conversation = Conversation(socket, operation, timings)
            await conversation.listen()
    if conversation is None:
        raise Unanswered(operation, f"no connection within {timeout_seconds:g} s; whether it began is not known")
    try:
        exit_code = conversation.exit_code()
    except (Refused, UnexpectedAnswer) as error:
        if not conversation.stdout.total_bytes + conversation.stderr.total_bytes:
            raise
        # It has said something, so it has run, and what it said must not be lost.
        exit_code, conversation.trouble = None, error.why
    return CommandEnd(
        exit_code=exit_code,
        problem="" if exit_code is not None else _problem(conversation, timeout_seconds, time_limit.cancelled_caught),
        is_timed_out=exit_code is None and time_limit.cancelled_caught,
        stdout=conversation.stdout.captured(),
        stderr=conversation.stderr.captured(),
    )


def _problem(conversation: Conversation, timeout_seconds: float, is_timed_out: bool) -> str:  # noqa: FBT001 - a fact
    if is_timed_out:
        return f"no end within {timeout_seconds:g} s; {_GOES_ON}"
    trouble = conversation.trouble or "the connection ended and nobody said how the command did"
    return f"{trouble}; {_GOES_ON}"
