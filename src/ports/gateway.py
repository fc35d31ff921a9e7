"""The Master: where pictures go, and where commands come from. The agent only ever dials out."""

from abc import abstractmethod
from typing import Protocol

from domain.cluster.snapshot import ClusterSnapshot
from domain.commands.actions import Topic
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import CommandResult, RenderedResult


class MasterGateway(Protocol):
    """The Master's four questions and answers.

    Every method may raise `Unavailable` (no answer, overloaded; try again), `Refused` (the Master calls it wrong; the
    same again will not help) or `UnexpectedAnswer` (this is no Master: a proxy's page, the web port).
    """

    @abstractmethod
    async def push_snapshot(self, snapshot: ClusterSnapshot) -> int:
        """Deliver the whole picture; it replaces the one before.

        An object that cannot be encoded is left out, counted and logged; it never costs the snapshot. A connection
        that the Master had closed is tried once more.

        Returns:
            Bytes sent (compressed).
        """

    @abstractmethod
    async def send_heartbeat(self) -> None:
        """Say that the agent lives; the Master's view of liveness comes from here only."""

    @abstractmethod
    async def next_command(self, topic: Topic) -> Command | MalformedCommand | None:
        """Wait for one command of a topic, up to the Master's hold time.

        Returns:
            None when there was none; an empty answer that comes at once is normal. What is returned has left the
            Master's queue and will not come again, so it must be answered whatever it is.
        """

    @abstractmethod
    async def report_result(self, result: RenderedResult) -> None:
        """Deliver a result; returns when the Master acknowledged it. Delivering the same again is harmless.

        Where it is too large for what stands before the Master, it is delivered without a part of it, and says so.
        """


class OutputRenderer(Protocol):
    """Turns what a command produced into the text that will be reported."""

    @abstractmethod
    def render(self, command_id: str, result: CommandResult, duration_seconds: float) -> RenderedResult:
        """Render; capped at 2 MiB with the truth about what was cut. JSON is never cut in the middle."""
