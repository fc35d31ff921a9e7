"""What the loops tell whoever listens: telemetry and `/livez`."""

from typing import Protocol


class LoopObserver(Protocol):
    """Hears of every round of every loop, and of every crash."""

    def on_round(self, loop: str, seconds: float, error: str) -> None:
        """A round ended; `error` is empty when it went well."""

    def on_crash(self, task: str) -> None:
        """A task ended by an exception that nobody expected, and will be started again."""


class BroadcastObserver:
    """Passes everything on to several observers."""

    def __init__(self, *observers: LoopObserver) -> None:
        self._observers = observers

    def on_round(self, loop: str, seconds: float, error: str) -> None:
        """A round ended."""
        for observer in self._observers:
            observer.on_round(loop, seconds, error)

    def on_crash(self, task: str) -> None:
        """A task crashed."""
        for observer in self._observers:
            observer.on_crash(task)
