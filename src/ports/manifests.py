"""Applying what somebody wrote: reading it, and telling the cluster."""

from abc import abstractmethod
from typing import Protocol

from domain.manifests.objects import Manifest


class ManifestReader(Protocol):
    """Reads what was sent; it knows no cluster."""

    @abstractmethod
    async def read(self, text: str) -> tuple[Manifest, ...]:
        """The objects of a text of one or more documents, in order; lists are taken apart, empty documents left out.

        Raises:
            InvalidCommandError: one of them cannot be read, says something twice, or lacks what every object has; the
                text names document and line. None of them is returned then.
        """
