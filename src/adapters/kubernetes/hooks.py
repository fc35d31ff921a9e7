"""What the adapter tells whoever measures it: requests, lists, watches, events, objects it could not read.

The agent's telemetry has these methods by shape; this package knows no telemetry.
"""

from abc import abstractmethod
from typing import Final, Protocol

from typing_extensions import override


class KubernetesHooks(Protocol):
    """Hears what happens; must return at once and never raise."""

    @abstractmethod
    def on_request(self, method: str, resource: str, status: int, seconds: float) -> None:
        """A request was answered, or not: status 0; seconds until the head of the answer."""

    @abstractmethod
    def on_relist(self, kind: str, reason: str) -> None:
        """A kind is about to be listed in full; reason is one of few words."""

    @abstractmethod
    def on_watch_close(self, kind: str, reason: str) -> None:
        """A watch ended; reason is one of few words."""

    @abstractmethod
    def on_event(self, kind: str, event_type: str) -> None:
        """A line of a watch arrived."""

    @abstractmethod
    def on_skipped(self, kind: str) -> None:
        """An object, or a line, could not be read and was left out."""


class SilentHooks(KubernetesHooks):
    """Nobody listens."""

    @override
    def on_request(self, method: str, resource: str, status: int, seconds: float) -> None:
        pass

    @override
    def on_relist(self, kind: str, reason: str) -> None:
        pass

    @override
    def on_watch_close(self, kind: str, reason: str) -> None:
        pass

    @override
    def on_event(self, kind: str, event_type: str) -> None:
        pass

    @override
    def on_skipped(self, kind: str) -> None:
        pass


SILENT: Final = SilentHooks()
"""For tests and for programs that do not measure."""
