"""The memory of commands: nothing is carried out twice, no result is lost.

States of an entry: claimed → running → finished → reported. `claim` and `finish` are durable when they return, as far
as the ledger is (an in-memory ledger lives as long as its process).
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from domain.commands.ledger_book import Claim
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import RenderedResult


@dataclass(frozen=True, slots=True)
class LedgerStatus:
    """How the ledger does, for `/statusz`."""

    durable: bool
    entries: int
    unreported: int
    reason: str = ""
    """Why it is not durable although it should be."""


class CommandLedger(Protocol):
    """The ledger. Its methods may wait for a disk; they raise nothing of the outside world."""

    @abstractmethod
    async def claim(self, command: Command | MalformedCommand) -> Claim:
        """Write down that a command arrived, before anything is done about it."""

    @abstractmethod
    async def start(self, command_id: str) -> None:
        """Write down that it is being carried out: from here on a crash leaves its outcome in doubt."""

    @abstractmethod
    async def finish(self, result: RenderedResult) -> None:
        """Keep the result until it is acknowledged; the first result of a command stays."""

    @abstractmethod
    async def unreported(self) -> tuple[RenderedResult, ...]:
        """Results that the Master has not acknowledged, oldest first."""

    @abstractmethod
    async def mark_reported(self, command_id: str) -> None:
        """The Master has acknowledged it."""

    @abstractmethod
    async def recover(self) -> int:
        """After a start: give everything that was claimed or running a result that tells the truth; execute nothing.

        Returns:
            How many entries were closed that way.
        """

    @abstractmethod
    def status(self) -> LedgerStatus:
        """How the ledger does now."""
