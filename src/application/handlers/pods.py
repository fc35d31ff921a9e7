"""Logs of pods, and commands in them."""

from dataclasses import replace
from functools import partial

from anyio import to_thread

from application.command_context import CommandContext
from domain.commands.actions import Topic
from domain.commands.log_redaction import redacted
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.pod_results import ContainerLog, ExecResult, LogsResult
from domain.commands.results import Outcome, UnfinishedCommandError
from ports.pods import PodAccess


class PodHandlers:
    """Carries out what is asked of single pods; errors of the port pass through."""

    def __init__(self, pods: PodAccess, *, max_log_lines: int) -> None:
        """Prepare.

        Args:
            pods: who reaches into them.
            max_log_lines: per container; whoever asks for more gets so many and is told.
        """
        self._pods = pods
        self._max_log_lines = max_log_lines

    async def logs(self, request: GetLogsRequest, context: CommandContext) -> LogsResult:
        """Read logs; the assistant's are without what looks like a secret."""
        tail_lines = min(request.tail_lines, self._max_log_lines)
        result = await self._pods.logs(replace(request, tail_lines=tail_lines))
        if context.topic is Topic.AI:
            # Half a second per megabyte, so not where everything else waits.
            result = await to_thread.run_sync(
                partial(redacted, result, may_end_inside_a_line=request.limit_bytes is not None)
            )
        if tail_lines < request.tail_lines and any(_may_have_more(one, tail_lines) for one in result.logs):
            note = f"the last {tail_lines} lines: more are never read at once (AGENT_LOGS_MAX_LINES)"
            result = replace(result, notes=(*result.notes, note))
        return result

    async def exec(self, request: ExecRequest, context: CommandContext) -> ExecResult:  # noqa: ARG002 - as every handler
        """Run a command in a container and wait for its end.

        Raises:
            UnfinishedCommandError: the end is not known; with what the command said so far.
        """
        result = await self._pods.exec(request)
        if result.exit_code is None:
            raise UnfinishedCommandError(
                Outcome.TIMED_OUT if result.is_timed_out else Outcome.UNKNOWN,
                f"exec in {request.target}: {result.problem}",
                result,
            )
        return result


def _may_have_more(log: ContainerLog, lines: int) -> bool:
    return log.left_out_bytes > 0 or log.text.count("\n") >= lines
