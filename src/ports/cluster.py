"""The cluster: what is known of it, and what can be changed in it."""

from abc import abstractmethod
from typing import Protocol, TypeVar

from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading
from domain.cluster.usage import Usage
from domain.commands.results import ScaleResult
from domain.commands.workload_requests import ScaleRequest

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


class WorkloadOperator(Protocol):
    """Changes workloads, as kubectl would. Nothing is retried here: the caller decides."""

    @abstractmethod
    async def scale(self, request: ScaleRequest) -> ScaleResult:
        """Set the replicas of a Deployment or StatefulSet; a number that it has already changes nothing.

        Returns:
            The number before and after, and warnings a person should read.

        Raises:
            NotFound: no such workload.
            Conflict: the workload is not as the request's preconditions say.
            InvalidRequest: the kind cannot be scaled, or the API server calls the number wrong.
            AccessDenied: the agent lacks the right; the text names it.
            Unavailable: the API server did not answer; whether the change happened is not known.
        """
