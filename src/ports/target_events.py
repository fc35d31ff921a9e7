"""Events on what a command has changed."""

from abc import abstractmethod
from typing import Protocol

from domain.commands.target_events import TargetEvent


class TargetEvents(Protocol):
    """Leaves Events. A courtesy: the command is over and answered, whatever becomes of its Event."""

    @abstractmethod
    async def leave(self, event: TargetEvent) -> None:
        """Leave an Event on its target, or nothing where that is not granted, not possible or fails.

        Raises nothing of the outside world. The same command leaves one Event however often this is called.
        """
