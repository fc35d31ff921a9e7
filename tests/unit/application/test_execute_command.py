"""What becomes of a command: policy, ledger, lane, handler, result."""

from typing import get_args

import anyio
import pytest

from application.command_context import CommandContext
from application.lanes import LaneLimits
from domain.commands.actions import Action, Topic
from domain.commands.ledger_book import Claim
from domain.commands.policy import Policy
from domain.commands.requests import Command, Request
from domain.commands.results import Outcome, UnfinishedCommandError
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from domain.errors import InvalidCommandError
from ports.errors import NotFound, Unanswered, Unavailable
from tests.support.command_bench import EVERYTHING, Bench, Operator, hang, hanging
from tests.support.commands import a_command, a_command_for, a_malformed_command, a_scale_request
from tests.support.resource_types import a_resource_type


async def test_a_command_is_carried_out_and_its_result_kept_until_it_is_reported() -> None:
    bench = Bench()
    result = await bench.result_of(a_command())
    assert result.outcome is Outcome.SUCCEEDED
    assert result.error == ""
    assert '"replicas":3' in result.output.replace(" ", "")
    assert bench.operator.asked == [a_scale_request()]
    assert bench.observer.commands == [("scale", "ops", "succeeded")]


async def test_a_command_without_an_end_keeps_what_there_is_of_it() -> None:
    async def unfinished(_: Request) -> ScaleResult:
        await anyio.lowlevel.checkpoint()
        raise UnfinishedCommandError(
            Outcome.TIMED_OUT, "half way when the time was over", ScaleResult(previous_replicas=1, replicas=2)
        )

    result = await Bench(operator=Operator(answer=unfinished)).result_of(a_command())
    assert (result.outcome, result.error) == (Outcome.TIMED_OUT, "half way when the time was over")
    assert '"replicas":2' in result.output.replace(" ", "")


async def test_a_redelivered_command_is_not_carried_out_again() -> None:
    bench = Bench()
    await bench.execute.execute(a_command())
    await bench.execute.execute(a_command())
    assert len(bench.operator.asked) == 1


async def test_an_id_that_comes_back_with_other_content_is_not_carried_out() -> None:
    bench = Bench()
    await bench.execute.execute(a_command())
    await bench.execute.execute(a_command(a_scale_request(0), digest="other"))
    assert bench.operator.asked == [a_scale_request()]
    assert await bench.ledger.claim(a_command(a_scale_request(0), digest="other")) is Claim.ID_REUSED


async def test_a_malformed_command_is_answered() -> None:
    bench = Bench()
    result = await bench.result_of(a_malformed_command())
    assert (result.outcome, result.error) == (Outcome.REFUSED, "replicas: is required")
    assert bench.observer.commands == [("malformed", "ops", "refused")]


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("action", sorted(EVERYTHING - {Action.SCALE}))
async def test_every_other_action_answers_by_its_name(action: Action, topic: Topic) -> None:
    bench = Bench(policy=Policy(allowed_actions=EVERYTHING))
    result = await bench.result_of(a_command_for(action, topic=topic))
    refused_by_policy = topic is Topic.AI and (action.is_change or action is Action.GET_SECRET)
    assert result.outcome is Outcome.REFUSED
    assert action in result.error
    assert ("is not supported yet" in result.error) is not refused_by_policy


async def test_what_policy_refuses_is_not_carried_out() -> None:
    bench = Bench(policy=Policy(read_only=True))
    result = await bench.result_of(a_command())
    assert (result.outcome, bench.operator.asked) == (Outcome.REFUSED, [])
    assert "AGENT_READ_ONLY" in result.error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotFound("scale Deployment shop/web", "no such object"), Outcome.FAILED),
        (InvalidCommandError("x", "y"), Outcome.FAILED),
        (Unavailable("scale Deployment shop/web", "too many requests"), Outcome.FAILED),
        (UnfinishedCommandError(Outcome.FAILED, "3 of 9 pods"), Outcome.FAILED),
        (UnfinishedCommandError(Outcome.TIMED_OUT, "3 of 9 pods"), Outcome.TIMED_OUT),
    ],
)
async def test_a_failure_is_a_result(error: Exception, outcome: Outcome) -> None:
    async def fail(_: Request) -> ScaleResult:
        await anyio.lowlevel.checkpoint()
        raise error

    result = await Bench(operator=Operator(fail)).result_of(a_command())
    assert (result.outcome, result.error) == (outcome, str(error))


@pytest.mark.parametrize(
    ("command", "outcome", "error"),
    [
        (a_command(), Outcome.SUCCEEDED, ""),
        (
            a_command_for(Action.GET_LOGS),
            Outcome.FAILED,
            "the answer cannot be written, by an error of the agent itself",
        ),
    ],
)
async def test_an_answer_that_cannot_be_written_costs_itself_and_not_what_runs_beside_it(
    command: Command, outcome: Outcome, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr("adapters.gateway.wire.results._output", too_deep)
    bench = Bench(handlers={type(command.request): Operator().scale})
    result = await bench.result_of(command)
    assert (result.outcome, result.output, result.error) == (outcome, "", error)


async def test_a_change_whose_answer_is_lost_has_not_failed_its_outcome_is_unknown() -> None:
    async def lose(_: Request) -> ScaleResult:
        await anyio.lowlevel.checkpoint()
        raise Unanswered("scale Deployment shop/web", "the connection broke off")

    bench = Bench(operator=Operator(lose))
    result = await bench.result_of(a_command())
    assert (result.outcome, result.success) == (Outcome.UNKNOWN, False)
    assert result.error == "scale Deployment shop/web: the connection broke off; it may have happened all the same"
    assert [event.reason for event in bench.events.left] == ["AtlhyperOutcomeUnknown"]


async def test_a_bug_in_a_handler_costs_its_command_and_tells_nobody_internals() -> None:
    async def explode(_: Request) -> ScaleResult:
        await anyio.lowlevel.checkpoint()
        raise ZeroDivisionError("secret internals")

    result = await Bench(operator=Operator(explode)).result_of(a_command())
    assert (result.outcome, result.error) == (Outcome.FAILED, "scale failed by an error of the agent itself")


async def test_a_change_that_does_not_answer_may_have_happened() -> None:
    bench = Bench(operator=Operator(hang))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command())
        await bench.clock.advance(25)
    (result,) = await bench.ledger.unreported()
    assert (result.outcome, result.duration_seconds) == (Outcome.TIMED_OUT, 25)
    assert result.error == "no answer within 25 s; the change may have happened all the same"


async def test_a_read_that_does_not_answer_changed_nothing() -> None:
    bench = Bench(handlers=dict.fromkeys(get_args(Request), hanging))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command_for(Action.GET_LOGS))
        await bench.clock.advance(25)
    (result,) = await bench.ledger.unreported()
    assert result.error == "no answer within 25 s"


async def test_a_command_that_waited_in_vain_was_not_carried_out() -> None:
    bench = Bench(operator=Operator(hang), limits=LaneLimits(changes=1))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command(command_id="first"))
        await bench.clock.advance(0.1)
        other = a_command(a_scale_request(name="cart"), command_id="second")
        with anyio.CancelScope() as scope:
            bench.execute._timeout_seconds = 5
            group.start_soon(bench.execute.execute, other)
            await bench.clock.advance(5)
            scope.cancel()
        (result,) = await bench.ledger.unreported()
        assert (result.command_id, result.outcome) == ("second", Outcome.TIMED_OUT)
        assert result.error == "not carried out: waited 5 s behind scale Deployment shop/web"
        group.cancel_scope.cancel()
    assert bench.operator.asked == [a_scale_request()]


@pytest.mark.parametrize(
    ("action", "outcome", "text"),
    [
        (Action.GET_LOGS, Outcome.FAILED, "safe to repeat"),
        (Action.CORDON, Outcome.FAILED, "safe to repeat"),
        (Action.EXEC, Outcome.UNKNOWN, "the outcome is unknown"),
        (Action.DELETE, Outcome.UNKNOWN, "the outcome is unknown"),
    ],
)
async def test_a_command_interrupted_by_the_stop_tells_the_truth(action: Action, outcome: Outcome, text: str) -> None:
    bench = Bench(handlers=dict.fromkeys(get_args(Request), hanging), policy=Policy(allowed_actions=EVERYTHING))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command_for(action))
        await bench.clock.advance(1)
        group.cancel_scope.cancel()
    (result,) = await bench.ledger.unreported()
    assert result.outcome is outcome
    assert text in result.error


async def test_a_command_that_still_waited_at_the_stop_was_not_carried_out() -> None:
    bench = Bench(operator=Operator(hang))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command(command_id="first"))
        await bench.clock.advance(1)
        group.start_soon(bench.execute.execute, a_command(command_id="second"))
        await bench.clock.advance(1)
        group.cancel_scope.cancel()
    results = {result.command_id: result for result in await bench.ledger.unreported()}
    assert results["second"].error == "not carried out: the agent is stopping"
    assert results["second"].outcome is Outcome.FAILED


async def test_what_the_policy_finds_out_while_it_runs_is_a_refusal() -> None:
    async def not_permitted(_request: Request, context: CommandContext) -> ScaleResult:
        context.require_permitted(Action.DELETE, a_resource_type("Service"), "shop", "web")
        context.require_permitted(Action.DELETE, a_resource_type("Node"), "", "node-1")
        raise AssertionError("not reached")

    bench = Bench(handlers={ScaleRequest: not_permitted})
    result = await bench.result_of(a_command())
    assert result.outcome is Outcome.REFUSED
    assert result.error == "Node is not among the kinds that may be deleted (AGENT_DELETE_KINDS)"


async def test_a_long_command_tells_how_far_it_has_come(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")

    async def long(_request: Request, context: CommandContext) -> ScaleResult:
        context.tell("3 of 12 pods")
        assert [one.progress for one in bench.lanes.running] == ["3 of 12 pods"]
        return ScaleResult(previous_replicas=1, replicas=3)

    bench = Bench(handlers={ScaleRequest: long})
    await bench.execute.execute(a_command())
    (line,) = [record for record in caplog.records if record.message == "command goes on"]
    assert vars(line)["progress"] == "3 of 12 pods"


@pytest.mark.parametrize(("action", "seconds"), [(Action.DRAIN, 135), (Action.EXEC, 35), (Action.APPLY_MANIFESTS, 110)])
async def test_what_may_take_longer_gets_longer(action: Action, seconds: float) -> None:
    bench = Bench(handlers=dict.fromkeys(get_args(Request), hanging), policy=Policy(allowed_actions=EVERYTHING))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command_for(action))
        await bench.clock.advance(seconds - 1)
        assert bench.lanes.running
        await bench.clock.advance(1)
    (result,) = await bench.ledger.unreported()
    assert result.outcome is Outcome.TIMED_OUT
    assert f"within {seconds} s" in result.error
