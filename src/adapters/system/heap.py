"""Keeps the garbage collector away from what is there to stay.

The objects of a large cluster are millions of containers that live for hours. A full collection that walks them stalls
the loop for hundreds of milliseconds; frozen, they are not walked. Cycles among what is frozen are never freed, so what
can be freed is collected first, every minute, while there is little of it.
"""

import ctypes
import gc
from collections.abc import Callable
from functools import partial
from typing import Final

import anyio
from anyio.abc import TaskStatus

from ports.clock import Clock

_PERIOD_SECONDS: Final = 60.0
_FIRST_SECONDS: Final = 20.0
"""By then the first snapshot has left, and with it what it took to make it."""


class HeapKeeper:
    """Collects and freezes soon after the start and then once a minute, and returns what the allocator kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Until cancelled."""
        task_status.started()
        trim = _malloc_trim()
        pause_seconds = _FIRST_SECONDS
        while True:
            await self._clock.sleep(pause_seconds)
            gc.collect()
            gc.freeze()
            trim()
            pause_seconds = _PERIOD_SECONDS


def _malloc_trim() -> Callable[[], None]:
    """Glibc's way to give free pages back to the system; others do so by themselves."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return lambda: None
    return partial(trim, 0)
