"""What the adapter tells whoever measures it. The agent's telemetry has these methods by shape."""

from abc import abstractmethod
from typing import Final, Protocol

from typing_extensions import override


class ClickHouseHooks(Protocol):
    """Hears what happens; must return at once and never raise."""

    @abstractmethod
    def on_statement(self, statement: str, outcome: str, seconds: float, rows_read: int, bytes_read: int) -> None:
        """A statement ended; outcome is `ok` or the name of an error's class, rows and bytes what the server read."""


class SilentHooks(ClickHouseHooks):
    """Nobody listens."""

    @override
    def on_statement(self, statement: str, outcome: str, seconds: float, rows_read: int, bytes_read: int) -> None:
        pass


SILENT: Final = SilentHooks()
"""For tests and for programs that do not measure."""
