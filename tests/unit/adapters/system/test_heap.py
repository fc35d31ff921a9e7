"""What is there to stay is not walked again."""

import gc

import anyio

from adapters.memory.clock import ManualClock
from adapters.system.heap import HeapKeeper


async def test_soon_and_then_once_a_minute_what_lives_is_frozen_and_what_is_dead_is_freed() -> None:
    clock = ManualClock()
    gc.unfreeze()
    try:
        async with anyio.create_task_group() as group:
            await group.start(HeapKeeper(clock).run)
            for seconds in (20, 60):
                await clock.advance(seconds - 2)
                assert gc.get_freeze_count() == 0
                await clock.advance(3)
                assert gc.get_freeze_count() > 1000
                gc.unfreeze()
            group.cancel_scope.cancel()
    finally:
        gc.unfreeze()
