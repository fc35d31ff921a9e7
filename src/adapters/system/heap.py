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
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
"""From glibc's malloc.h. One arena for all threads: a thread compresses snapshots, and an arena of its own would keep
what that takes."""
_LARGE_BYTES: Final = 256 * 1024
"""What is larger, such as a page of a list, is given back as soon as it is free and leaves no hole. Glibc itself raises
this limit to 32 MiB as it goes."""
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
        library = ctypes.CDLL(None)
        trim, set_option = library.malloc_trim, library.mallopt
    except (AttributeError, OSError):
        return lambda: None
    set_option(_M_ARENA_MAX, 1)
    set_option(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    return partial(trim, 0)
