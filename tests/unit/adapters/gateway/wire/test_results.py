"""Results: short readable text, capped with the truth, and a body that the Master takes."""

import json
from datetime import UTC, datetime
from typing import get_args

import pytest

from adapters.gateway.wire.results import (
    MAX_ERROR_BYTES,
    MAX_OUTPUT_BYTES,
    OUTPUTS,
    WireOutputRenderer,
    capped_text,
    encode_result,
)
from domain.commands.results import CommandResult, Content, Outcome, RenderedResult
from domain.commands.workload_results import ScaleResult

EXECUTED_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def a_result(**members: object) -> RenderedResult:
    known = {"command_id": "c-1", "outcome": Outcome.SUCCEEDED, "output": "{}", "error": "", "duration_seconds": 0.25}
    return RenderedResult(**(known | members))  # type: ignore[arg-type] # built from parts


def test_every_content_has_a_text() -> None:
    assert set(OUTPUTS) == set(get_args(Content))


def test_the_body_has_exactly_the_members_and_types_that_the_master_reads() -> None:
    assert json.loads(encode_result(a_result(), EXECUTED_AT)) == {
        "commandId": "c-1",
        "success": True,
        "output": "{}",
        "error": "",
        "execTime": 250_000_000,
        "executedAt": "2026-01-01T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(0.1, 100_000_000), (1e-9, 1), (-1.0, 0), (1e300, 9 * 10**18), (3, 3 * 10**9)]
)
def test_the_duration_is_a_whole_number_of_nanoseconds(seconds: float, nanos: int) -> None:
    text = encode_result(a_result(duration_seconds=seconds), EXECUTED_AT)
    assert f'"execTime":{nanos},'.encode() in text


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_success_is_success(outcome: Outcome) -> None:
    assert json.loads(encode_result(a_result(outcome=outcome), EXECUTED_AT))["success"] is (
        outcome is Outcome.SUCCEEDED
    )


def test_the_body_is_valid_utf_8_whatever_the_output_holds() -> None:
    text = encode_result(a_result(output="\ud800 ü \x00", error="\udfff"), EXECUTED_AT).decode("utf-8")
    assert json.loads(text)["output"] == "? ü \x00"
    assert json.loads(text)["error"] == "?"


@pytest.mark.parametrize(
    ("text", "limit"), [("a" * 1000, 200), ("ü" * 1000, 201), ("😀" * 1000, 203), ("\ud800" * 1000, 200)]
)
def test_a_cut_text_says_how_much_is_missing_and_ends_in_a_whole_character(text: str, limit: int) -> None:
    cut = capped_text(text, limit)
    assert len(cut.encode()) <= limit
    kept, note = cut.split("\n")
    whole = text.encode("utf-8", "replace")
    assert whole.startswith(kept.encode())
    assert note == f"[cut by the agent: the first {len(kept.encode())} of {len(whole)} bytes]"


def test_a_short_text_stays_as_it_is() -> None:
    assert capped_text("exactly ü", len("exactly ü".encode())) == "exactly ü"


def test_a_cut_error_is_still_short() -> None:
    result = CommandResult(outcome=Outcome.FAILED, error="x" * 10**6)
    assert len(WireOutputRenderer().render("c-1", result, 1.0).error.encode()) <= MAX_ERROR_BYTES


def test_json_is_never_cut_in_the_middle() -> None:
    warnings = tuple(f"warning {number} " + "ü" * 50_000 for number in range(100))
    content = ScaleResult(previous_replicas=1, replicas=2, warnings=warnings)
    rendered = WireOutputRenderer().render("c-1", CommandResult(outcome=Outcome.SUCCEEDED, content=content), 1.0)
    output = json.loads(rendered.output)
    assert len(rendered.output.encode()) <= MAX_OUTPUT_BYTES
    assert len(output["warnings"]) + output["warningsLeftOut"] == 100
    assert output["warnings"][0].startswith("warning 0 ")
