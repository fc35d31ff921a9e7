"""Reading objects of any kind, custom ones included. Read-only by construction: there is no method that changes."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from domain.cluster.resource_types import ResourceType
from domain.objects.listing import Description, FoundObject, Listing
from domain.objects.visibility import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectQuery:
    """Which object is meant."""

    resource: ResourceType
    namespace: str = ""
    """Empty exactly where the kind has none."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which objects of a kind are meant."""

    resource: ResourceType
    namespace: str = ""
    """Empty: of all namespaces, or of none where the kind has none."""
    label_selector: str = ""
    field_selector: str = ""
    limit: int
    continue_token: str = ""
    """Where the page before has ended; empty for the first one."""
    as_table: bool
    """A row for each object in place of the whole object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events are meant."""

    namespace: str = ""
    """Empty: of all namespaces."""
    involved_kind: str = ""
    """Kind of what they are about, as objects spell it; empty: of any kind."""
    involved_name: str = ""
    label_selector: str = ""
    field_selector: str = ""
    limit: int


class DynamicReader(Protocol):
    """Shows what is there, without secrets and without what is hidden from whoever asks.

    Kinds that hold secrets are refused whatever they are called, and so are events and owners of such kinds left out.
    """

    @abstractmethod
    async def get(self, query: ObjectQuery, visibility: Visibility) -> FoundObject:
        """One object.

        Raises:
            NotFound: there is no such object.
            AccessDenied: the kind holds secrets, the object is hidden, or the agent lacks the right.
            InvalidRequest: the names are none, or the kind cannot be read.
            Unavailable: the API server does not answer now.
        """

    @abstractmethod
    async def list_page(self, query: ListQuery, visibility: Visibility) -> Listing:
        """A page of objects in the server's order; what is hidden is left out of the page and counted.

        A page that cannot be continued, because its token is too old, is empty and says so (`must_restart`).

        Raises:
            AccessDenied: the kind holds secrets, or the agent lacks the right.
            InvalidRequest: the query is wrong, or the kind cannot be listed.
            Unavailable: the API server does not answer now.
        """

    @abstractmethod
    async def describe(self, query: ObjectQuery, visibility: Visibility) -> Description:
        """One object, its owners, its events, and what belongs to it; what cannot be read beside it is a gap.

        Raises:
            PortError: as for `get`, about the object itself.
        """

    @abstractmethod
    async def events(self, query: EventQuery, visibility: Visibility) -> Listing:
        """The newest events, the newest first; `remaining` says how many of those that were looked at are left out.

        Raises:
            PortError: as for `list_page`.
        """
