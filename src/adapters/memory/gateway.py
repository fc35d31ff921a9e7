"""InMemoryMaster: a Master that is a list of what it was told.

It keeps what arrives, holds a poll like the real one (the hold passes by the Clock port), hands every command to
exactly one poller in the order in which they were queued, and fails when it is told to. Source: wire contract 1.4, 1.5.
"""

from collections import deque
from typing import Final

import anyio
from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.failures import PlannedFailures
from domain.cluster.snapshot import ClusterSnapshot
from domain.commands.actions import Topic
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import RenderedResult
from ports.clock import Clock
from ports.errors import PortError
from ports.gateway import MasterGateway

HOLD_SECONDS: Final = 60.0
"""How long the Master holds a poll without a command (wire contract 1.4)."""
KEPT: Final = 1000
"""Results that are remembered."""
KEPT_SNAPSHOTS: Final = 50
"""Pictures that are remembered; the Master itself keeps the last one only."""
BYTES_PER_OBJECT: Final = 400
"""Nominal: nothing is encoded here, and a snapshot of the wire is about so big, compressed."""

OPERATIONS: Final = ("push_snapshot", "send_heartbeat", "next_command", "report_result")


class InMemoryMaster(MasterGateway):
    """The Master's four questions and answers, without a network."""

    def __init__(self, clock: Clock, *, hold_seconds: float = HOLD_SECONDS) -> None:
        self._clock = clock
        self._hold_seconds = hold_seconds
        self._failures = PlannedFailures(OPERATIONS)
        self._pushed: deque[ClusterSnapshot] = deque(maxlen=KEPT_SNAPSHOTS)
        self._results: deque[RenderedResult] = deque(maxlen=KEPT)
        self._queues: dict[Topic, deque[Command | MalformedCommand]] = {topic: deque() for topic in Topic}
        self._arrived = anyio.Event()
        self.heartbeats = 0
        """How many arrived."""

    @property
    def pushed(self) -> tuple[ClusterSnapshot, ...]:
        """The last snapshots, oldest first."""
        return tuple(self._pushed)

    @property
    def results(self) -> tuple[RenderedResult, ...]:
        """The last results, oldest first; one that was reported twice is there twice."""
        return tuple(self._results)

    def waiting(self, topic: Topic) -> int:
        """How many commands of a topic nobody has taken yet."""
        return len(self._queues[topic])

    def enqueue(self, command: Command | MalformedCommand) -> None:
        """Somebody asks for something: the next poll of its topic takes it."""
        self._queues[command.topic].append(command)
        self._arrived.set()
        self._arrived = anyio.Event()

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of a port method fail; nothing of them arrives.

        Raises:
            ValueError: the port has no such method.
        """
        self._failures.fail_next(operation, error, times)

    def fail_until_told(self, operation: str, error: PortError | None) -> None:
        """Every call of a port method fails until this is called with None.

        Raises:
            ValueError: the port has no such method.
        """
        self._failures.fail_until_told(operation, error)

    @override
    async def push_snapshot(self, snapshot: ClusterSnapshot) -> int:
        await self._reach("push_snapshot")
        self._pushed.append(snapshot)
        objects = sum(len(reading.objects) for reading in snapshot.readings.all())
        return BYTES_PER_OBJECT * (1 + objects)

    @override
    async def send_heartbeat(self) -> None:
        await self._reach("send_heartbeat")
        self.heartbeats += 1

    @override
    async def next_command(self, topic: Topic) -> Command | MalformedCommand | None:
        await self._reach("next_command")
        queue = self._queues[topic]
        try:
            async with self._clock.deadline(self._hold_seconds):
                while not queue:
                    await self._arrived.wait()
        except TimeoutError:
            pass
        # No await between taking and returning: a poll that is cancelled takes nothing.
        return queue.popleft() if queue else None

    @override
    async def report_result(self, result: RenderedResult) -> None:
        await self._reach("report_result")
        self._results.append(result)

    async def _reach(self, operation: str) -> None:
        await checkpoint()
        self._failures.meet(operation)
