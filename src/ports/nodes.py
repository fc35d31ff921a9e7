"""The nodes of a cluster: out of service, back in service, and rid of their pods."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.commands.drain import DrainCandidate, PodIdentity
from domain.commands.node_results import CordonResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """How a pod is asked to go."""

    grace_period_seconds: int | None = None
    """How long it may take to end; None: as long as the pod itself says."""
    by_deletion: bool = False
    """Delete it, whatever budgets say, instead of evicting it."""
    dry_run: bool = False
    """Only ask whether it would go."""


class Eviction(StrEnum):
    """What became of the wish that a pod goes."""

    DONE = "done"
    """It has been told to end, which takes its time; with a dry run: it would be."""
    GONE = "gone"
    """It is not there any more; another one may bear its name."""
    NAMESPACE_ENDS = "namespace_ends"
    """Its namespace is being deleted, and the pod with it; nothing can be evicted there."""
    BLOCKED = "blocked"
    """A disruption budget does not permit it now."""
    OVERLOADED = "overloaded"
    """The API server takes no more requests for the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvictionAnswer:
    """The answer of the API server."""

    eviction: Eviction
    why: str = ""
    """In its words; empty where there is nothing to explain."""
    retry_after_seconds: float | None = None
    """When it wants to be asked again; None when it did not say."""


class NodeOperator(Protocol):
    """Changes nodes and ends their pods, as kubectl would. Nothing is retried here: the caller decides."""

    @abstractmethod
    async def cordon(self, node: str, *, dry_run: bool = False) -> CordonResult:
        """Let no new pods onto a node; one that takes none already stays as it is.

        Raises:
            NotFound: no such node.
            Conflict: it was replaced by another of its name in the meantime.
            AccessDenied: the agent lacks the right; the text names it.
            Unavailable: the API server did not answer; whether the change happened is not known.
        """

    @abstractmethod
    async def uncordon(self, node: str) -> CordonResult:
        """Let new pods onto a node again; one that takes them already stays as it is. Raises as `cordon`."""

    @abstractmethod
    async def drain_candidates(self, node: str, pod_selector: str = "") -> tuple[DrainCandidate, ...]:
        """Every pod that is bound to a node, at one moment, sorted by namespace and name.

        Args:
            node: its name; of a node that is not there no pods are found.
            pod_selector: only pods with such labels, as kubectl writes selectors; empty for all.

        Raises:
            InvalidRequest: the selector is none.
            AccessDenied: the agent lacks the right.
            Unavailable: the API server did not answer.
        """

    @abstractmethod
    async def evict(self, pod: PodIdentity, removal: Removal) -> EvictionAnswer:
        """Ask for the end of exactly this pod, never of another one under its name; safe to repeat.

        Raises:
            InvalidRequest: it can never be evicted, such as a pod of several budgets.
            AccessDenied: the agent lacks the right.
            Unavailable: the API server did not answer; whether the pod was told to end is not known.
        """

    @abstractmethod
    async def remaining(self, node: str, pods: Iterable[PodIdentity]) -> Mapping[PodIdentity, datetime | None]:
        """Which of these pods are still there, each with the moment at which its grace period ends.

        The moment is None for a pod that nobody has deleted. A pod of the same name with another UID is another pod.

        Raises:
            AccessDenied: the agent lacks the right.
            Unavailable: the API server did not answer.
        """
