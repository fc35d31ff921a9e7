"""How much is carried out at once, and in which order.

Per topic so many reads, so many changes, and beside them so many that take minutes; the assistant's topic can never
starve the people's. Two changes of one target run one after the other, in the order in which they came. What waits is
bounded: beyond that the agent stops polling, because the Master's queue is the safer place.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import anyio

from domain.commands.actions import Action, Lane, Topic
from domain.commands.requests import Command, Target
from ports.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """Bounds per topic."""

    reads: int = 8
    changes: int = 2
    long_changes: int = 2
    """Drains, sets of manifests, programs in containers: beside the others, which are done in a moment."""
    waiting: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCommand:
    """What is being carried out, for `/statusz` and for those who wait behind it."""

    id: str
    topic: Topic
    action: Action
    target: Target
    key: Target
    """The one spelling of the target, by which changes wait for each other."""
    started_seconds: float
    """On the monotonic clock."""
    told_seconds: float
    """When something was last said of it."""
    progress: str = ""
    """How far it has come, in its own words."""


class Lanes:
    """Admits commands to execution."""

    def __init__(self, limits: LaneLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        places = {Lane.READ: limits.reads, Lane.CHANGE: limits.changes, Lane.LONG_CHANGE: limits.long_changes}
        self._slots = {(topic, lane): anyio.CapacityLimiter(places[lane]) for topic in Topic for lane in Lane}
        self._targets: dict[Target, anyio.Lock] = {}
        self._users: Counter[Target] = Counter()
        self._taken: Counter[Topic] = Counter()
        self._room = anyio.Event()
        self._running: dict[str, RunningCommand] = {}

    @property
    def running(self) -> tuple[RunningCommand, ...]:
        """What runs now, oldest first."""
        return tuple(self._running.values())

    def note(self, command_id: str, progress: str) -> None:
        """Remember how far a running command has come; one that has ended meanwhile is none."""
        if running := self._running.get(command_id):
            told_seconds = self._clock.monotonic()
            self._running[command_id] = replace(running, progress=progress, told_seconds=told_seconds)

    def waiting(self, topic: Topic) -> int:
        """How many commands of a topic were taken and do not run."""
        return self._taken[topic] - sum(one.topic is topic for one in self._running.values())

    async def wait_for_room(self, topic: Topic) -> None:
        """Return when one more command of this topic may wait."""
        while self.waiting(topic) >= self._limits.waiting:
            await self._room.wait()

    def take(self, topic: Topic) -> None:
        """A command of this topic has left the Master's queue; it counts as waiting until it runs."""
        self._taken[topic] += 1

    def leave(self, topic: Topic) -> None:
        """A command that was taken has ended, or never ran."""
        self._taken[topic] -= 1
        self._make_room()

    def in_the_way_of(self, command: Command, key: Target) -> str:
        """What a waiting command waits for, in words; what is done with its own target first."""
        others = [other for other in self._running.values() if other.id != command.id]
        same = [other for other in others if command.action.is_change and _is_change_of(other, key)]
        lane = command.action.lane
        others = [other for other in others if other.topic is command.topic and other.action.lane is lane]
        names = [f"{other.action} {other.target}".strip() for other in same or others]
        return ", ".join(names[:3]) or "other commands"

    @asynccontextmanager
    async def enter(self, command: Command, key: Target) -> AsyncIterator[None]:
        """Wait for a place, hold it for the block; `key` is the one spelling of the command's target."""
        async with AsyncExitStack() as held:
            if command.action.is_change:
                # The target first: two changes of one target must not fill both places of the lane.
                await held.enter_async_context(self._target(key))
            await held.enter_async_context(self._slots[command.topic, command.action.lane])
            now_seconds = self._clock.monotonic()
            self._running[command.id] = RunningCommand(
                id=command.id,
                topic=command.topic,
                action=command.action,
                target=command.target,
                key=key,
                started_seconds=now_seconds,
                told_seconds=now_seconds,
            )
            held.callback(self._running.pop, command.id)
            self._make_room()
            yield

    def _make_room(self) -> None:
        self._room.set()
        self._room = anyio.Event()

    @asynccontextmanager
    async def _target(self, target: Target) -> AsyncIterator[None]:
        lock = self._targets.setdefault(target, anyio.Lock())
        self._users[target] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[target] -= 1
            if not self._users[target]:
                del self._users[target], self._targets[target]


def _is_change_of(running: RunningCommand, key: Target) -> bool:
    return running.action.is_change and running.key == key
