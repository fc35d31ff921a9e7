"""The cluster: what is known of it."""

from abc import abstractmethod
from typing import Protocol, TypeVar

from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading
from domain.cluster.usage import Usage

R = TypeVar("R", bound=Resource)


class ClusterReader(Protocol):
    """What the agent holds of the cluster in memory. Every method answers at once and does no I/O."""

    @abstractmethod
    def read(self, resource: type[R]) -> Reading[R]:
        """All objects of one kind, in a stable order (namespace, then name), with how far they can be trusted.

        The tuple is the same instance while nothing of the kind has changed. Trouble with a kind is its state, never
        an exception: objects stay the last good ones while `stale`, and are none while `forbidden` or `absent`. While
        `syncing` they are those of the namespaces that have been read, where the agent is restricted to some.
        """

    @abstractmethod
    def read_usage(self) -> Usage:
        """Usage of pods and nodes; empty with a reason where metrics-server is missing or fails."""


class ClusterIdentity(Protocol):
    """Which cluster this is."""

    @abstractmethod
    async def cluster_uid(self) -> str:
        """The UID of the namespace kube-system: the same for the life of a cluster, different in every cluster.

        Raises:
            AccessDenied: the agent may not read that namespace.
            Unavailable: the API server cannot be reached now.
            UnexpectedAnswer: it answered something else.
        """
