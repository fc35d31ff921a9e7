"""Tries again when somebody else wrote in between, as client-go's `retry.RetryOnConflict` does.

Each try reads again, so what is written is always decided on what stands there.
"""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, TypeVar

from ports.clock import Clock
from ports.errors import Conflict

T = TypeVar("T")

PAUSES_SECONDS: Final = (0.01, 0.05, 0.25, 1.25)
"""Before each further try. Source: client-go `retry.DefaultBackoff` (10 ms, factor 5), and one try more: a controller
that brings pods up writes every few hundred milliseconds."""
_JITTER: Final = 0.1

_chance = Random()  # noqa: S311 - spreads tries, guards nothing


async def retried(clock: Clock, attempt: Callable[[], Awaitable[T]]) -> T:
    """What the first try that meets no conflict gives.

    Raises:
        Conflict: the last try met one, too.
        PortError: whatever else a try raises, at once.
    """
    for pause_seconds in PAUSES_SECONDS:
        try:
            return await attempt()
        except Conflict:
            await clock.sleep(pause_seconds * (1 + _chance.uniform(0, _JITTER)))
    return await attempt()
