"""The contract of OutputRenderer: every outcome becomes a text to report, capped, JSON never cut in half."""

import json

import pytest

from adapters.gateway.wire.results import WireOutputRenderer
from domain.commands.results import CommandResult, Outcome
from domain.commands.workload_results import ScaleResult
from ports.gateway import OutputRenderer

LIMIT_BYTES = 2 * 1024 * 1024
PORT = OutputRenderer
ADAPTERS = (WireOutputRenderer,)


@pytest.fixture(params=ADAPTERS)
def renderer(request: pytest.FixtureRequest) -> OutputRenderer:
    found: OutputRenderer = request.param()
    return found


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_is_rendered(renderer: OutputRenderer, outcome: Outcome) -> None:
    error = "" if outcome is Outcome.SUCCEEDED else "why"
    rendered = renderer.render("c-1", CommandResult(outcome=outcome, error=error), 1.5)
    assert (rendered.command_id, rendered.outcome, rendered.error) == ("c-1", outcome, error)
    assert rendered.duration_seconds == 1.5
    assert rendered.success is (outcome is Outcome.SUCCEEDED)
    assert rendered.output == ""


def test_a_scale_says_what_was_what_is_and_what_to_look_out_for(renderer: OutputRenderer) -> None:
    content = ScaleResult(previous_replicas=1, replicas=3, warnings=("an autoscaler decides, too",))
    rendered = renderer.render("c-1", CommandResult(outcome=Outcome.SUCCEEDED, content=content), 0.1)
    assert json.loads(rendered.output) == {
        "previousReplicas": 1,
        "replicas": 3,
        "changed": True,
        "warnings": ["an autoscaler decides, too"],
    }


def test_an_output_beyond_the_cap_is_still_json_and_says_what_is_missing(renderer: OutputRenderer) -> None:
    content = ScaleResult(previous_replicas=1, replicas=1, warnings=("x" * LIMIT_BYTES, "y"))
    rendered = renderer.render("c-1", CommandResult(outcome=Outcome.SUCCEEDED, content=content), 0.1)
    assert len(rendered.output.encode()) <= LIMIT_BYTES
    assert json.loads(rendered.output)["warningsLeftOut"] == 2


def test_a_long_error_says_how_much_of_it_is_missing(renderer: OutputRenderer) -> None:
    rendered = renderer.render("c-1", CommandResult(outcome=Outcome.FAILED, error="x" * 10**7), 0.1)
    assert len(rendered.error) < 10_000
    assert str(10**7) in rendered.error


def test_the_same_result_is_rendered_the_same(renderer: OutputRenderer) -> None:
    result = CommandResult(outcome=Outcome.SUCCEEDED, content=ScaleResult(previous_replicas=1, replicas=3))
    assert renderer.render("c-1", result, 0.1) == renderer.render("c-1", result, 0.1)
