"""Observers that remember."""

from dataclasses import dataclass, field


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
