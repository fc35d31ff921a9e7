"""A drain of a scripted node under a clock that is moved by hand."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio

from adapters.memory.clock import ManualClock
from application.drain_node import DrainNode
from domain.commands.drain_course import Stage
from domain.commands.node_requests import DrainOptions
from domain.commands.node_results import DrainResult
from domain.commands.results import UnfinishedCommandError
from ports.errors import AccessDenied, PortError, Unavailable
from ports.nodes import Eviction, EvictionAnswer
from tests.support.scripted_nodes import ScriptedNodes

DENIED: Final = AccessDenied("evict pod", "pods is forbidden")
DOWN: Final = Unavailable("evict pod", "the connection broke off")
GONE: Final = EvictionAnswer(eviction=Eviction.GONE)
_TURNS = 12
_STEP_SECONDS = 10.0


@dataclass
class Scene:
    """A drain of `node-1` under a clock that is moved by hand."""

    clock: ManualClock = field(default_factory=ManualClock)
    told: list[str] = field(default_factory=list)
    result: DrainResult | None = None
    error: Exception | None = None
    seconds_left: float = math.inf

    def __post_init__(self) -> None:
        self.nodes = ScriptedNodes(self.clock)

    @asynccontextmanager
    async def drain(self, options: DrainOptions | None = None) -> AsyncIterator["Scene"]:
        async with anyio.create_task_group() as group:
            group.start_soon(self._drain, options or DrainOptions())
            await anyio.wait_all_tasks_blocked()
            yield self
            group.cancel_scope.cancel()

    async def advance(self, seconds: float) -> None:
        """In steps: a cancellation takes several turns of the loop to arrive everywhere, and nothing wakes for it."""
        target = self.clock.monotonic() + seconds
        while self.clock.monotonic() < target:
            await self.clock.advance(min(_STEP_SECONDS, target - self.clock.monotonic()))
            for _ in range(_TURNS):
                await anyio.lowlevel.checkpoint()

    async def drained(self, options: DrainOptions | None = None, *, within_seconds: float = 100) -> DrainResult:
        async with self.drain(options):
            await self.advance(within_seconds)
        assert self.error is None, self.error
        assert self.result is not None, self.told
        return self.result

    async def stopped(
        self, options: DrainOptions | None = None, *, within_seconds: float = 200
    ) -> UnfinishedCommandError:
        async with self.drain(options):
            await self.advance(within_seconds)
        assert isinstance(self.error, UnfinishedCommandError), self.result
        return self.error

    async def _drain(self, options: DrainOptions) -> None:
        try:
            self.result = await DrainNode(self.nodes, self.clock).drain(
                "node-1", options, self.told.append, ends_at_seconds=self.clock.monotonic() + self.seconds_left
            )
        except (UnfinishedCommandError, PortError) as error:
            self.error = error


def evicted(result: DrainResult) -> list[str]:
    return [eviction.pod.name for eviction in result.evicted]


def left(result: DrainResult) -> dict[str, Stage]:
    return {one.pod.name: one.stage for one in result.left}
