"""How much time a command has left when its turn comes."""

import anyio

from application.command_context import CommandContext
from domain.commands.requests import Request
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from tests.support.command_bench import Bench
from tests.support.commands import a_command


async def test_a_command_that_has_waited_knows_how_little_time_is_left() -> None:
    seconds_left = []

    async def slow(_request: Request, context: CommandContext) -> ScaleResult:
        seconds_left.append(context.ends_at_seconds - bench.clock.monotonic())
        await bench.clock.sleep(4)
        return ScaleResult(previous_replicas=1, replicas=3)

    bench = Bench(handlers={ScaleRequest: slow})
    async with anyio.create_task_group() as group:
        for number in range(2):
            group.start_soon(bench.execute.execute, a_command(command_id=f"c-{number}"))
        await bench.clock.advance(8)
    assert seconds_left == [25, 21]


async def test_a_long_command_that_is_ended_from_outside_leaves_the_last_it_has_said() -> None:
    async def long(_request: Request, context: CommandContext) -> ScaleResult:
        context.tell("3 of 9 pods gone")
        await anyio.sleep_forever()
        return ScaleResult(previous_replicas=1, replicas=3)

    stopped, slow = Bench(handlers={ScaleRequest: long}), Bench(handlers={ScaleRequest: long})
    async with anyio.create_task_group() as group:
        group.start_soon(stopped.execute.execute, a_command())
        await stopped.clock.advance(1)
        group.cancel_scope.cancel()
    async with anyio.create_task_group() as group:
        group.start_soon(slow.execute.execute, a_command())
        await slow.clock.advance(25)
    for bench in (stopped, slow):
        (result,) = await bench.ledger.unreported()
        assert result.error.endswith("; last heard of it: 3 of 9 pods gone")
