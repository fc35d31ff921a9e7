"""Results that are too large for what stands before the Master."""

import json
from dataclasses import replace

import pytest

from adapters.gateway.wire.results import MAX_ERROR_BYTES
from adapters.gateway.wire.shortening import OUTPUT_BYTES, shortened
from domain.commands.results import Outcome, RenderedResult

TEXT = RenderedResult(
    command_id="c-1", outcome=Outcome.SUCCEEDED, output="Zeile ü\n" * 200_000, error="", duration_seconds=0.5
)
JSON = replace(TEXT, output=json.dumps([{"line": "x" * 100}] * 10_000))


def test_a_text_is_cut_and_says_so_and_stays_a_success() -> None:
    tries = list(shortened(TEXT))
    assert [len(one.output.encode()) <= most for one, most in zip(tries, OUTPUT_BYTES, strict=True)] == [True] * 3
    for one in tries:
        assert TEXT.output.startswith(one.output.partition("\n[cut by the agent")[0])
        assert one.output.endswith(f"of {len(TEXT.output.encode())} bytes]")
        assert replace(one, output=TEXT.output) == TEXT


@pytest.mark.parametrize("output", [JSON.output, "\n" + json.dumps({"rows": ["y" * 5000]})])
def test_json_is_never_cut_and_the_error_says_what_to_do(output: str) -> None:
    (one,) = shortened(replace(JSON, output=output))
    assert (one.output, one.success, one.outcome) == ("", False, Outcome.FAILED)
    assert one.error.startswith(f"carried out, but the answer of {len(output)} bytes is larger")
    assert "ask for less" in one.error


def test_what_failed_anyway_keeps_its_outcome_and_its_error() -> None:
    (one,) = shortened(replace(JSON, outcome=Outcome.UNKNOWN, error="interrupted"))
    assert (one.output, one.outcome) == ("", Outcome.UNKNOWN)
    assert one.error.startswith("interrupted; the answer of")
    (long,) = shortened(replace(JSON, outcome=Outcome.FAILED, error="e" * MAX_ERROR_BYTES))
    assert len(long.error.encode()) <= MAX_ERROR_BYTES


@pytest.mark.parametrize("output", ["", "done", "{}", "x" * OUTPUT_BYTES[-1], "\ud800"])
def test_where_there_is_nothing_to_leave_out_there_is_no_shorter_one(output: str) -> None:
    assert list(shortened(replace(TEXT, output=output))) == []


@pytest.mark.parametrize("output", ["{" * 200_000, "[1, 2" + " " * 5000, "{x}" * 2000])
def test_what_only_begins_like_json_is_a_text(output: str) -> None:
    assert all(one.success and "cut by the agent" in one.output for one in shortened(replace(TEXT, output=output)))


def test_no_more_is_tried_than_makes_it_shorter() -> None:
    assert len(list(shortened(replace(TEXT, output="x" * 60_000)))) == 1
