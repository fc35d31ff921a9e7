"""What a command has to do with its target: Events that are left on it, changes that wait for each other."""

import anyio

from domain.commands.policy import Policy
from domain.commands.requests import Request
from domain.commands.results import Outcome, UnfinishedCommandError
from domain.commands.target_events import PARTLY_DONE
from domain.commands.workload_results import ScaleResult
from tests.support.command_bench import Bench, Operator, hang
from tests.support.commands import a_command, a_malformed_command, a_scale_request


async def test_a_change_leaves_an_event_on_its_target_once_its_result_is_kept() -> None:
    bench = Bench()
    await bench.result_of(a_command())
    (event,) = bench.events.left
    assert (event.target, event.reason) == (a_scale_request().target, "AtlhyperScaled")


async def test_what_was_refused_malformed_or_came_again_leaves_none() -> None:
    bench = Bench(policy=Policy(read_only=True))
    for command in (a_command(), a_command(), a_malformed_command()):
        await bench.execute.execute(command)
    assert bench.events.left == []


async def test_a_change_that_ran_out_of_time_leaves_a_warning() -> None:
    bench = Bench(operator=Operator(hang))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command())
        await bench.clock.advance(25)
    assert [event.is_warning for event in bench.events.left] == [True]


async def test_two_changes_of_one_target_run_one_after_the_other_and_the_second_says_what_was_in_its_way() -> None:
    bench = Bench(operator=Operator(hang))
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, a_command(command_id="first"))
        await bench.clock.advance(5)
        group.start_soon(bench.execute.execute, a_command(a_scale_request(5), command_id="second"))
        await bench.clock.advance(19)
        assert len(bench.operator.asked) == 1
        assert [running.id for running in bench.lanes.running] == ["first"]
        await bench.clock.advance(10)
    assert bench.operator.asked == [a_scale_request(3), a_scale_request(5)]


async def test_changes_of_one_target_run_one_after_the_other_however_it_is_spelt() -> None:
    bench = Bench(operator=Operator(hang))
    async with anyio.create_task_group() as group:
        for number, kind in enumerate(("Deployment", "deploy", "deployments.apps")):
            group.start_soon(bench.execute.execute, a_command(a_scale_request(kind=kind), command_id=f"c-{number}"))
            await bench.clock.advance(1)
        assert len(bench.operator.asked) == 1
        group.cancel_scope.cancel()


async def test_a_change_that_stopped_before_its_end_leaves_a_warning_that_says_so() -> None:
    async def stop_in_the_middle(_: Request) -> ScaleResult:
        await anyio.lowlevel.checkpoint()
        raise UnfinishedCommandError(Outcome.FAILED, "1 of 2 is done")

    bench = Bench(operator=Operator(stop_in_the_middle))
    await bench.result_of(a_command())
    assert [(event.reason, event.is_warning) for event in bench.events.left] == [(PARTLY_DONE, True)]
