"""Questions before the start: what may the agent do, and who answers. Nothing that is asked changes anything."""

from abc import abstractmethod
from typing import Protocol

from domain.preflight.rights import Access, Need
from domain.preflight.sights import ClusterSight, MasterSight


class ClusterPreflight(Protocol):
    """Asks the API server about itself and about the agent's own rights.

    Every method but `needs` may raise `MisconfigurationError` (there is no cluster to ask, or the credentials cannot be
    used), `Unavailable`, `AccessDenied` (the credentials are refused, or the question is) and `UnexpectedAnswer`.
    """

    @abstractmethod
    async def see(self) -> ClusterSight:
        """Whether the API server answers, which version it is, and as whom it knows the agent."""

    @abstractmethod
    def needs(self) -> tuple[Need, ...]:
        """What the agent needs, from what it collects and which commands it knows; kinds first, in their order.

        Answers at once. In each namespace where the agent is restricted to some, else everywhere.
        """

    @abstractmethod
    async def access(self, need: Need) -> Access:
        """Which rights of a need are missing, and the line that grants them. Only few questions are open at once."""

    @abstractmethod
    async def try_usage(self) -> str:
        """Ask for live usage once, where the agent may.

        Returns:
            Which version answers.

        Raises:
            NotFound: the cluster serves none: it has no metrics-server.
            Unavailable: it is there and does not answer.
            AccessDenied: the agent may not ask.
        """


class MasterPreflight(Protocol):
    """Looks at the Master from outside."""

    @abstractmethod
    async def look(self) -> MasterSight:
        """See whether a Master answers, and its clock. It does not learn that there is an agent.

        Raises:
            MisconfigurationError: certificates or the proxy cannot be used.
            Unavailable: nobody answers.
            AccessDenied: something before the Master wants to know who asks.
            UnexpectedAnswer: whoever answers is no Master's agent port.
        """
