"""Observers that remember."""

from dataclasses import dataclass, field

from anyio.lowlevel import checkpoint
from typing_extensions import override

from domain.commands.target_events import TargetEvent
from ports.target_events import TargetEvents


@dataclass
class RecordingObserver:
    """Keeps what the loops and ExecuteCommand tell."""

    rounds: list[tuple[str, str]] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    commands: list[tuple[str, str, str]] = field(default_factory=list)

    def on_round(self, loop: str, seconds: float, error: str) -> None:
        assert seconds >= 0
        self.rounds.append((loop, error))

    def on_crash(self, task: str) -> None:
        self.crashes.append(task)

    def on_command(self, action: str, topic: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.commands.append((action, topic, outcome))


@dataclass
class RecordingTargetEvents(TargetEvents):
    """Keeps the Events that would be left."""

    left: list[TargetEvent] = field(default_factory=list)

    @override
    async def leave(self, event: TargetEvent) -> None:
        await checkpoint()
        self.left.append(event)
