"""Logs and commands: what the handlers add to what the port answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from anyio.lowlevel import checkpoint
from typing_extensions import override

from application.command_context import CommandContext
from application.handlers.pods import PodHandlers
from domain.commands.actions import Topic
from domain.commands.captured_output import CapturedOutput
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.pod_results import ContainerLog, ExecResult, LogsResult
from domain.commands.policy import Policy
from domain.commands.results import Outcome, UnfinishedCommandError
from domain.commands.target import Target
from ports.pods import PodAccess

TARGET = Target(kind="Pod", namespace="shop", name="web-1")
LEAKY = "connected with password=canary-1\n"


@dataclass
class Pods(PodAccess):
    """Answers what it is told, and remembers what was asked."""

    text: str = LEAKY
    left_out_bytes: int = 0
    end: ExecResult = field(default_factory=lambda: ExecResult(container="web", exit_code=0))
    asked: list[GetLogsRequest] = field(default_factory=list)

    @override
    async def logs(self, request: GetLogsRequest) -> LogsResult:
        await checkpoint()
        self.asked.append(request)
        return LogsResult(logs=(ContainerLog(container="web", text=self.text, left_out_bytes=self.left_out_bytes),))

    @override
    async def exec(self, request: ExecRequest) -> ExecResult:
        await checkpoint()
        return self.end


def _context(topic: Topic = Topic.OPS, tell: Callable[[str], None] = lambda _: None) -> CommandContext:
    return CommandContext(command_id="c-1", topic=topic, created_at=None, policy=Policy(), tell=tell)


async def test_people_read_a_log_as_it_was_written() -> None:
    result = await PodHandlers(Pods(), max_log_lines=10).logs(GetLogsRequest(target=TARGET, tail_lines=5), _context())
    assert result.logs[0].text == LEAKY


async def test_the_assistant_reads_it_without_secrets() -> None:
    pods = Pods()
    request = GetLogsRequest(target=TARGET, tail_lines=5)
    result = await PodHandlers(pods, max_log_lines=10).logs(request, _context(Topic.AI))
    assert result.logs[0].text == "connected with password=[redacted]\n"
    assert pods.asked == [request]


async def test_the_assistant_never_reads_half_a_line() -> None:
    pods = Pods(text="whole\nhalf a tok")
    request = GetLogsRequest(target=TARGET, tail_lines=5, limit_bytes=16)
    assert (await PodHandlers(pods, max_log_lines=10).logs(request, _context(Topic.AI))).logs[0].text == "whole\n"
    assert (await PodHandlers(pods, max_log_lines=10).logs(request, _context())).logs[0].text == "whole\nhalf a tok"


async def test_more_lines_than_are_allowed_are_not_read_and_that_is_said() -> None:
    pods = Pods(text="a\nb\n")
    result = await PodHandlers(pods, max_log_lines=2).logs(GetLogsRequest(target=TARGET, tail_lines=3), _context())
    assert [request.tail_lines for request in pods.asked] == [2]
    assert result.notes == ("the last 2 lines: more are never read at once (AGENT_LOGS_MAX_LINES)",)


async def test_it_is_said_too_where_the_lines_were_too_long_to_keep_them_all() -> None:
    pods = Pods(text="b\n", left_out_bytes=9)
    result = await PodHandlers(pods, max_log_lines=2).logs(GetLogsRequest(target=TARGET, tail_lines=3), _context())
    assert len(result.notes) == 1


async def test_nothing_is_said_where_there_were_no_more_lines_anyway() -> None:
    pods = Pods(text="only one\n")
    result = await PodHandlers(pods, max_log_lines=2).logs(GetLogsRequest(target=TARGET, tail_lines=3), _context())
    assert result.notes == ()


@pytest.mark.parametrize("code", [0, 1, 137])
async def test_a_command_that_ended_is_a_success_whatever_its_exit_code(code: int) -> None:
    pods = Pods(end=ExecResult(container="web", exit_code=code))
    request = ExecRequest(target=TARGET, command=("ls",))
    assert await PodHandlers(pods, max_log_lines=2).exec(request, _context()) == pods.end


@pytest.mark.parametrize(("is_timed_out", "outcome"), [(True, Outcome.TIMED_OUT), (False, Outcome.UNKNOWN)])
async def test_a_command_whose_end_nobody_knows_is_no_success_and_its_output_stays(
    is_timed_out: bool, outcome: Outcome
) -> None:
    end = ExecResult(
        container="web",
        exit_code=None,
        problem="the line is dead",
        is_timed_out=is_timed_out,
        stdout=CapturedOutput(b"so far"),
    )
    with pytest.raises(UnfinishedCommandError, match="exec in Pod shop/web-1: the line is dead") as caught:
        await PodHandlers(Pods(end=end), max_log_lines=2).exec(ExecRequest(target=TARGET, command=("ls",)), _context())
    assert (caught.value.outcome, caught.value.content) == (outcome, end)
