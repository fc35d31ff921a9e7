"""The audit line: all that an auditor asks for, and nothing that nobody should read."""

import logging

import pytest

from adapters.telemetry.logging import JsonFormatter
from application.audit import write_audit_line
from domain.commands.actions import Action
from domain.commands.pod_requests import ExecRequest
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import CommandResult, Outcome, RenderedResult
from domain.commands.target import Target
from domain.commands.workload_requests import DeleteRequest, DeletionOptions
from tests.support.commands import a_command, a_command_for, a_malformed_command

CANARY = "canary"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlY2FuYXJ5"
POD = Target(kind="Pod", namespace="shop", name="web-1")
OUTPUT = "é" * 10


def written(
    caplog: pytest.LogCaptureFixture,
    command: Command | MalformedCommand,
    outcome: Outcome = Outcome.SUCCEEDED,
    error: str = "",
) -> logging.LogRecord:
    caplog.set_level("INFO")
    result = CommandResult(outcome=outcome, error=error)
    rendered = RenderedResult(
        command_id=command.id, outcome=outcome, output=OUTPUT, error=error, duration_seconds=1.23456
    )
    write_audit_line(command, result, rendered, 1.23456)
    (record,) = caplog.records
    return record


@pytest.mark.parametrize("action", sorted(Action))
def test_every_action_is_told_of_by_who_and_what_and_how_it_ended(
    action: Action, caplog: pytest.LogCaptureFixture
) -> None:
    command = a_command_for(action)
    line = vars(written(caplog, command))
    assert line["message"] == "command finished"
    told = {name: line[name] for name in ("command_id", "topic", "source", "action", "target")}
    assert told == {
        "command_id": command.id,
        "topic": "ops",
        "source": "web",
        "action": action.value,
        "target": str(command.target),
    }
    assert (line["decision"], line["reason"], line["outcome"], line["error"]) == ("permitted", "", "succeeded", "")
    assert (line["seconds"], line["output_bytes"]) == (1.235, 20)


def test_a_refusal_says_why(caplog: pytest.LogCaptureFixture) -> None:
    line = vars(written(caplog, a_command(), Outcome.REFUSED, "scale is off (AGENT_READ_ONLY)"))
    assert (line["decision"], line["reason"]) == ("refused", "scale is off (AGENT_READ_ONLY)")


def test_what_could_not_be_understood_says_what_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    line = vars(written(caplog, a_malformed_command(), Outcome.REFUSED, "replicas: is required"))
    assert (line["decision"], line["reason"]) == ("not understood", "replicas: is required")


def test_a_failure_was_permitted_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    line = vars(written(caplog, a_command(), Outcome.FAILED, "not found"))
    assert (line["decision"], line["reason"], line["error"]) == ("permitted", "", "not found")


def test_the_uid_is_told_where_the_command_says_it(caplog: pytest.LogCaptureFixture) -> None:
    command = a_command(DeleteRequest(target=POD, options=DeletionOptions(uid="0a1b")))
    assert vars(written(caplog, command))["uid"] == "0a1b"


@pytest.mark.parametrize(
    "words",
    [
        ("login", f"--password={CANARY}"),
        ("login", "--token", CANARY),
        ("sh", "-c", f"API_KEY={CANARY} run"),
        ("curl", "-H", f"Authorization: Bearer {TOKEN}"),
        ("psql", f"postgres://app:{CANARY}@db/shop"),
        ("mysql", f"-p{CANARY}"),
    ],
)
def test_of_a_program_its_words_are_told_without_secrets(
    words: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    line = written(caplog, a_command(ExecRequest(target=POD, command=words)))
    assert vars(line)["argv"][0] == words[0]
    text = JsonFormatter().format(line)
    assert CANARY not in text
    assert TOKEN not in text


def test_parameters_and_outputs_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    for action in (Action.APPLY_MANIFESTS, Action.GET_SECRET, Action.QUERY_LOGS):
        caplog.clear()
        text = JsonFormatter().format(written(caplog, a_command_for(action)))
        assert "apiVersion" not in text
        assert OUTPUT not in text


def test_texts_of_others_are_scrubbed_and_cut(caplog: pytest.LogCaptureFixture) -> None:
    command = a_command(command_id=f"{TOKEN}{'x' * 9000}")
    error = f'Invalid value: "password={CANARY}" {"y" * 9000}'
    text = JsonFormatter().format(written(caplog, command, Outcome.FAILED, error))
    assert TOKEN not in text
    assert CANARY not in text
    assert len(text) < 3000
