"""Applying what somebody wrote: reading it, and telling the cluster, object by object."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from domain.cluster.resource_types import ResourceType
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectResult


class ManifestReader(Protocol):
    """Reads what was sent; it knows no cluster."""

    @abstractmethod
    async def read(self, text: str) -> tuple[Manifest, ...]:
        """The objects of a text of one or more documents, in order; lists are taken apart, empty documents left out.

        Raises:
            InvalidCommandError: one of them cannot be read, says something twice, or lacks what every object has; the
                text names document and line. None of them is returned then.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How an object is applied."""

    dry_run: bool = False
    """Only ask what would come of it: everything is checked, nothing is kept."""
    force: bool = False
    """Take over fields that somebody else manages."""


class ManifestApplier(Protocol):
    """Brings objects to the state that manifests describe. It decides nothing: policy and order are the caller's."""

    @abstractmethod
    async def apply(self, manifest: Manifest, resource: ResourceType, options: ApplyOptions) -> ObjectResult:
        """Create an object, or change it to what the manifest says, and leave the fields alone that it does not name.

        A refusal of the cluster is a result: `failed`, with why, and with who manages what where that is the reason.

        Args:
            manifest: in the namespace where it belongs.
            resource: what discovery made of its kind.
            options: how.

        Raises:
            Unavailable: no answer; whether the object was applied is not known. With a time to wait when the cluster
                was too busy to take it.
        """

    @abstractmethod
    async def trouble_of_definition(self, name: str) -> str:
        """Why a CustomResourceDefinition does not serve its kind yet; empty when it does.

        Raises:
            NotFound: there is none of that name.
            PortError: it cannot be read.
        """
