"""What a section of the preflight is, and how it tells how far it is."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final, Protocol

from typing_extensions import override

from domain.preflight.findings import Finding


class Progress(Protocol):
    """Hears how far the preflight is; must return at once."""

    @abstractmethod
    def plan(self, questions: int) -> None:
        """So many more questions will be asked."""

    @abstractmethod
    def answer(self, subject: str) -> None:
        """One was answered, or need not be asked any more."""


class PreflightSection(Protocol):
    """Looks at one outside system."""

    @abstractmethod
    async def check(self, progress: Progress) -> Sequence[Finding]:
        """Everything that was found; trouble is a finding, never an exception."""


class SilentProgress(Progress):
    """Nobody listens."""

    @override
    def plan(self, questions: int) -> None:
        pass

    @override
    def answer(self, subject: str) -> None:
        pass


SILENT: Final = SilentProgress()
