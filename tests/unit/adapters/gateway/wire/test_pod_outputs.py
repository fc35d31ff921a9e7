"""Logs as text, commands as JSON, both within what may be reported."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.pod_outputs import exec_output, logs_output
from adapters.gateway.wire.results import MAX_OUTPUT_BYTES, WireOutputRenderer
from domain.commands.captured_output import MAX_STREAM_BYTES, CapturedOutput
from domain.commands.pod_results import ContainerLog, ExecResult, LogsResult
from domain.commands.results import CommandResult, Outcome


def _log(text: str = "", **members: Any) -> ContainerLog:
    return ContainerLog(container=members.pop("container", "web"), text=text, **members)


def test_the_log_of_one_container_is_the_raw_text() -> None:
    for text in ("", "one\ntwo\n", "no end of line", "\x1b[31mred\x1b[0m\n"):
        assert logs_output(LogsResult(logs=(_log(text),))) == text


def test_what_is_missing_is_said_where_it_is_missing() -> None:
    result = LogsResult(logs=(_log("last", left_out_bytes=7, is_left=True),), notes=("a note",))
    assert logs_output(result) == (
        "[a note]\n[cut by the agent: 7 bytes before this line left out]\nlast\n"
        "[left by the agent: the log goes on after this line]\n"
    )


def test_several_logs_stand_under_the_names_of_their_containers() -> None:
    logs = (_log("a\n", container="init"), _log("b", container="web"), _log(container="side", problem="not started"))
    assert logs_output(LogsResult(logs=logs)) == ("==> init <==\na\n==> web <==\nb\n==> side <==\n[not started]\n")


def test_one_container_of_all_that_has_no_log_says_why_under_its_name() -> None:
    assert logs_output(LogsResult(logs=(_log(problem="not started"),))) == "==> web <==\n[not started]\n"


def test_a_log_never_leaves_too_large() -> None:
    result = LogsResult(logs=tuple(_log("ü" * 2**19, container=str(number)) for number in range(9)))
    rendered = WireOutputRenderer().render("c", CommandResult(outcome=Outcome.SUCCEEDED, content=result), 0.1)
    assert len(rendered.output.encode()) <= MAX_OUTPUT_BYTES
    assert "cut by the agent" in rendered.output[-100:]


def _exec(stdout: bytes = b"", stderr: bytes = b"", **members: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"container": "web", "exit_code": 0}
    result = ExecResult(stdout=CapturedOutput(stdout), stderr=CapturedOutput(stderr), **(known | members))
    found: dict[str, Any] = json.loads(exec_output(result, MAX_OUTPUT_BYTES))
    return found


def test_what_a_command_said_is_json_by_stream() -> None:
    assert _exec("ü\n".encode(), b"oh", exit_code=3) == {
        "exitCode": 3,
        "container": "web",
        "encoding": "utf-8",
        "stdout": "ü\n",
        "stdoutTruncated": False,
        "stderr": "oh",
        "stderrTruncated": False,
    }


def test_how_the_container_was_chosen_and_what_went_wrong_is_said_where_there_is_something_to_say() -> None:
    members = _exec(exit_code=None, note="web was chosen", problem="no end")
    assert (members["exitCode"], members["note"], members["problem"]) == (None, "web was chosen", "no end")


@given(stdout=st.binary(max_size=60), stderr=st.binary(max_size=60))
def test_every_byte_comes_back_as_it_was(stdout: bytes, stderr: bytes) -> None:
    members = _exec(stdout, stderr)
    for name, content in (("stdout", stdout), ("stderr", stderr)):
        text = members[name]
        assert (text.encode() if members["encoding"] == "utf-8" else base64.b64decode(text)) == content


@pytest.mark.parametrize("byte", [b"\x00", b"\x01", b"\xff", b"a", b'"', b"\n"])
def test_two_full_streams_fit_whatever_they_consist_of(byte: bytes) -> None:
    half = byte * (MAX_STREAM_BYTES // 2)
    full = CapturedOutput(half, half, 5 * 2**20)
    text = exec_output(ExecResult(container="web", exit_code=0, stdout=full, stderr=full), MAX_OUTPUT_BYTES)
    assert len(text.encode()) <= MAX_OUTPUT_BYTES
    members = json.loads(text)
    for name in ("stdout", "stderr"):
        assert members[f"{name}Truncated"] is True
        assert members[f"{name}Bytes"] == full.total_bytes
        if members["encoding"] == "base64":
            kept = base64.b64decode(members[name])
            assert 100_000 < members[f"{name}HeadBytes"] < len(kept)
        else:
            assert f"of {full.total_bytes} bytes left out here]" in members[name]


def test_a_cap_that_nothing_fits_into_still_gives_json() -> None:
    result = ExecResult(container="web", exit_code=0, stdout=CapturedOutput(b"x" * 9000))
    assert json.loads(exec_output(result, 10))["stdoutTruncated"] is True
