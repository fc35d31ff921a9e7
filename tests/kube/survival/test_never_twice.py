"""Never twice, never lost: the agent is killed at every step of a command, for an action of every class.

Afterwards the Master loses an acknowledgement, restarts, delivers the command twice again and gives its id to another.
The API server's audit log counts what was carried out; the Master, what was said of it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.commands.ledger_book import (
    MAY_HOLD_SECRETS,
    NOT_STARTED,
    OUTCOME_UNKNOWN,
    OUTPUT_NOT_KEPT,
    SAFE_TO_REPEAT,
)
from tests.kube.agent import Agent
from tests.kube.survival.play import COMMAND_ID, EXAMPLES, Example, Play, Step, Taking, kill, playing
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json

AGAIN = "command delivered again"


@pytest.fixture
def play(cluster: Cluster, roles: None, tmp_path: Path) -> Iterator[Play]:
    with playing(cluster, tmp_path) as made:
        yield made


def live_until(play: Play, example: Example, step: Step, agent: Agent) -> None:
    """Bring the command to a step."""
    match step:
        case Step.CLAIMED:
            play.put_in_the_way(agent, example)
            play.master.deliver(play.command(example))
            play.wait_until_claimed(agent)
        case Step.STARTED | Step.CARRIED_OUT:
            play.hold(example, answers=step is Step.CARRIED_OUT)
            play.master.deliver(play.command(example))
            play.wait_for_held(agent)
        case Step.FINISHED:
            play.master.taking = Taking.NO
            play.master.deliver(play.command(example))
            agent.wait_for("a result that is refused", lambda: play.master.refused > 0)
        case Step.LOST:
            play.master.taking = Taking.WITHOUT_A_WORD
            play.master.deliver(play.command(example))
            agent.wait_for("a result that is taken", lambda: bool(play.master.results_of(COMMAND_ID)))
        case Step.REPORTED:
            play.master.deliver(play.command(example))
            agent.wait_for("a result", lambda: bool(play.master.posts))
            agent.wait_for("its acknowledgement", lambda: agent.status()["ledger"]["unreported"] == 0)


def live_on(play: Play, example: Example, agent: Agent) -> None:
    """What a bad Master does afterwards; in the end it behaves, and everything has been said."""
    master = play.master
    said = len(master.results_of(COMMAND_ID))
    master.taking = Taking.WITHOUT_A_WORD
    # Twice: the same again. Then the same id for something else.
    master.deliver(play.command(example), play.command(example))
    agent.wait_for("a result whose acknowledgement is lost", lambda: len(master.results_of(COMMAND_ID)) > said)
    agent.wait_for("both deliveries", lambda: len(agent.lines(AGAIN)) >= 2)
    master.restart()
    master.taking = Taking.YES
    master.deliver(play.command(example, params=example.other_params))
    agent.wait_for("the id that was used before", lambda: len(agent.lines(AGAIN)) >= 3)
    agent.wait_for("every acknowledgement", lambda: agent.status()["ledger"]["unreported"] == 0)


def truth(example: Example, step: Step) -> str:
    """What can be said of a command that the agent died over; empty: it was carried out."""
    if step is Step.CLAIMED:
        return NOT_STARTED
    if step in {Step.STARTED, Step.CARRIED_OUT}:
        return SAFE_TO_REPEAT if example.action.is_safe_to_repeat else OUTCOME_UNKNOWN
    return ""


def assert_alike(example: Example, answers: list[Json]) -> None:
    """Every answer is the same; but what may hold secrets is forgotten once it is acknowledged, or with the process."""
    verdicts = {(answer["success"], answer["error"]) for answer in answers}
    outputs = {answer["output"] for answer in answers}
    if example.action in MAY_HOLD_SECRETS:
        outputs -= {OUTPUT_NOT_KEPT}
    assert (len(verdicts), len(outputs) <= 1) == (1, True), answers


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_command_over_which_the_agent_dies_is_carried_out_once_at_most_and_answered_with_the_truth(
    play: Play, example: Example, step: Step
) -> None:
    with play.living_agent() as agent:
        live_until(play, example, step, agent)
        kill(agent)
    before = 0 if step is Step.STARTED else play.carried_out(example)
    with play.living_agent() as agent:
        # What was on its way arrives now, after the agent's death.
        play.gate.release()
        live_on(play, example, agent)
        claims = [line["claim"] for line in agent.lines(AGAIN)]
        assert agent.stop() == 0
    answers = play.master.results_of(COMMAND_ID)
    assert len(answers) >= 2
    assert_alike(example, answers)
    assert (answers[0]["success"], answers[0]["error"]) == (not truth(example, step), truth(example, step))
    assert claims == ["finished", "finished", "id_reused"]
    if step is Step.CLAIMED:
        # Of a read, the commands in its way have asked for the same.
        assert before == play.carried_out(example) or not example.action.is_change
        assert not (example.action.is_change and before)
    else:
        assert play.carried_out(example) == 1
        assert before in {0, 1}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_command_that_comes_again_while_it_runs_is_carried_out_once_and_answered_alike(
    play: Play, example: Example
) -> None:
    with play.living_agent() as agent:
        play.hold(example, answers=True)
        play.master.deliver(
            play.command(example), play.command(example), play.command(example, params=example.other_params)
        )
        play.wait_for_held(agent)
        agent.wait_for("the others", lambda: len(agent.lines(AGAIN)) >= 2)
        play.master.restart()
        play.gate.release()
        agent.wait_for("the result", lambda: bool(play.master.posts))
        play.master.deliver(play.command(example))
        agent.wait_for("another delivery", lambda: len(agent.lines(AGAIN)) >= 3)
        agent.wait_for("every acknowledgement", lambda: agent.status()["ledger"]["unreported"] == 0)
        claims = [line["claim"] for line in agent.lines(AGAIN)]
        assert agent.stop() == 0
    answers = play.master.results_of(COMMAND_ID)
    assert_alike(example, answers)
    assert answers[0]["success"], answers
    assert claims == ["in_progress", "id_reused", "finished"]
    assert play.carried_out(example) == 1


def test_every_class_of_actions_has_an_example() -> None:
    classes = {(example.action.is_change, example.action.is_safe_to_repeat) for example in EXAMPLES.values()}
    assert classes == {(False, True), (True, True), (True, False)}
