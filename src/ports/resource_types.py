"""Which kinds there are."""

from abc import abstractmethod
from typing import Protocol

from domain.cluster.resource_types import ResourceType


class KindResolver(Protocol):
    """Finds the kind that somebody means."""

    @abstractmethod
    async def resolve(self, name: str) -> ResourceType:
        """The served kind that goes by a name.

        Args:
            name: kind in any letter case, plural, singular or short name, with or without its group
                (`deployments.apps`, `deployments.v1.apps`).

        Raises:
            NotFound: nothing that is served goes by that name.
            InvalidRequest: several do; the text names them, group-qualified.
            Unavailable: the API server cannot be asked now.
        """

    @abstractmethod
    def forget(self) -> None:
        """Ask again at the next question: whoever has just made a kind knows that what is kept is too old."""
