"""Which pods of a node a drain evicts, which it leaves, and which forbid it: decided before anything is evicted.

The filters are kubectl's, in its order: already deleted, DaemonSet, mirror, local data, no controller. The first that
says no to a pod decides about it; one pod that forbids the drain keeps all of them where they are. Unlike kubectl every
warning is kept, where kubectl keeps what the last filter says.

Source: kubectl 1.37, `pkg/drain/filters.go`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from domain.cluster.pods import ENDED_PHASES
from domain.commands.node_requests import DrainOptions

MIRROR_ANNOTATION: Final = "kubernetes.io/config.mirror"
"""On pods that a kubelet runs from a file: they cannot be ended through the API."""


class DaemonSetSight(StrEnum):
    """What became of the DaemonSet that a pod names as its controller."""

    NONE = "none"
    """The controller is of another kind, or there is none."""
    FOUND = "found"
    MISSING = "missing"
    UNKNOWN = "unknown"
    """It could not be looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodIdentity:
    """One pod, and not the next one of the same name."""

    namespace: str
    name: str
    uid: str

    def __str__(self) -> str:
        """`shop/web-1`, as it stands in answers."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainCandidate:
    """A pod of the node, with what the filters look at."""

    pod: PodIdentity
    phase: str = "Running"
    has_controller: bool = True
    """Whether some owner is marked as its controller; nobody asks whether that one exists, but for DaemonSets."""
    daemon_set: DaemonSetSight = DaemonSetSight.NONE
    daemon_set_problem: str = ""
    """Why the DaemonSet could not be found, in words."""
    is_mirror: bool = False
    has_empty_dir: bool = False
    deletion_at: datetime | None = None
    """When its grace period ends, if somebody has deleted it already."""
    is_own: bool = False
    """Whether the agent runs in it."""

    @property
    def has_ended(self) -> bool:
        """Whether it will not run again, so that nothing is lost with it."""
        return self.phase in ENDED_PHASES


class Skip(StrEnum):
    """Why a pod stays, without harm to the drain."""

    DELETED_LONG_AGO = "deleted before, and its grace period ended long ago (skipWaitForDeleteTimeoutSeconds)"
    DAEMON_SET = "its DaemonSet would make it again at once"
    MIRROR = "a static pod of the kubelet, which cannot be ended through the API"


class Block(StrEnum):
    """Why a pod forbids the drain, and what permits it."""

    DAEMON_SET = "of a DaemonSet (ignoreDaemonSets leaves them where they are)"
    DAEMON_SET_MISSING = "of a DaemonSet that does not exist (force evicts them)"
    DAEMON_SET_UNKNOWN = "of a DaemonSet that cannot be looked up"
    LOCAL_DATA = "with data in an emptyDir (deleteEmptyDirData gives it up)"
    UNMANAGED = "without a controller that would make them again (force evicts them)"


class Warn(StrEnum):
    """What a person should know of a pod that goes."""

    DAEMON_SET_MISSING = "its DaemonSet does not exist"
    LOCAL_DATA = "its data in an emptyDir is lost"
    UNMANAGED = "nothing makes it again: it has no controller"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEviction:
    """A pod that goes."""

    candidate: DrainCandidate
    warnings: tuple[Warn, ...] = ()

    @property
    def pod(self) -> PodIdentity:
        """Which."""
        return self.candidate.pod


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainPlan:
    """What a drain will do; in the order in which the pods came, the agent's own pod last."""

    evictions: tuple[PlannedEviction, ...] = ()
    skipped: tuple[tuple[PodIdentity, Skip], ...] = ()
    blocked: tuple[tuple[DrainCandidate, Block], ...] = ()
    """With any of these nothing is evicted."""

    @property
    def objection(self) -> str:
        """Why nothing may be evicted, reason by reason with its pods; empty when nothing stands in the way."""
        reasons: defaultdict[str, list[str]] = defaultdict(list)
        for candidate, block in self.blocked:
            problem = f": {candidate.daemon_set_problem}" if block is Block.DAEMON_SET_UNKNOWN else ""
            reasons[f"{block.value}{problem}"].append(str(candidate.pod))
        return "; ".join(f"{_pods(len(pods))} {reason}: {listed(pods)}" for reason, pods in reasons.items())


_Verdict: TypeAlias = Skip | Block | Warn | None
_Filter: TypeAlias = Callable[[DrainCandidate, DrainOptions, datetime], _Verdict]

_MOST_LISTED: Final = 20
"""Pods that one reason names; the rest are counted, so that a text stays readable."""


def plan_drain(candidates: Iterable[DrainCandidate], options: DrainOptions, now: datetime) -> DrainPlan:
    """Look at every pod of a node.

    Args:
        candidates: the pods, in any order.
        options: what the caller permits.
        now: by which clock an old deletion is old; UTC-aware.
    """
    plan = _Sorted()
    for candidate in candidates:
        plan.put(candidate, tuple(_verdicts(candidate, options, now)))
    plan.evictions.sort(key=lambda eviction: eviction.candidate.is_own)
    return DrainPlan(evictions=tuple(plan.evictions), skipped=tuple(plan.skipped), blocked=tuple(plan.blocked))


def is_waited_for(deletion_at: datetime | None, skip_after_seconds: int, now: datetime) -> bool:
    """Whether the end of a pod is worth waiting for.

    Args:
        deletion_at: when its grace period ends, or has ended; None while nobody has deleted it.
        skip_after_seconds: how long after that moment nobody waits any more; 0: for ever.
        now: UTC-aware.
    """
    if deletion_at is None or skip_after_seconds <= 0:
        return True
    return int((now - deletion_at).total_seconds()) <= skip_after_seconds


def listed(names: Iterable[str]) -> str:
    """Names in a sentence; beyond the twentieth only how many they are."""
    names = list(names)
    rest = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {rest} more" if rest > 0 else "")


@dataclass(slots=True)
class _Sorted:
    """The plan while it is made."""

    evictions: list[PlannedEviction] = field(default_factory=list)
    skipped: list[tuple[PodIdentity, Skip]] = field(default_factory=list)
    blocked: list[tuple[DrainCandidate, Block]] = field(default_factory=list)

    def put(self, candidate: DrainCandidate, verdicts: tuple[Skip | Block | Warn, ...]) -> None:
        """Take one pod in; a verdict that keeps the pod is the last one."""
        match verdicts[-1:]:
            case (Skip() as reason,):
                self.skipped.append((candidate.pod, reason))
            case (Block() as reason,):
                self.blocked.append((candidate, reason))
            case _:
                warnings = tuple(one for one in verdicts if isinstance(one, Warn))
                self.evictions.append(PlannedEviction(candidate=candidate, warnings=warnings))


def _verdicts(candidate: DrainCandidate, options: DrainOptions, now: datetime) -> Iterator[Skip | Block | Warn]:
    """What the filters say, up to the first that keeps the pod."""
    for look in _FILTERS:
        verdict = look(candidate, options, now)
        if verdict is not None:
            yield verdict
            if not isinstance(verdict, Warn):
                return


def _deleted(candidate: DrainCandidate, options: DrainOptions, now: datetime) -> _Verdict:
    waits = is_waited_for(candidate.deletion_at, options.skip_wait_for_delete_timeout_seconds, now)
    return None if waits else Skip.DELETED_LONG_AGO


def _daemon_set(candidate: DrainCandidate, options: DrainOptions, _: datetime) -> _Verdict:
    if candidate.has_ended:
        return None
    match candidate.daemon_set:
        case DaemonSetSight.NONE:
            return None
        case DaemonSetSight.MISSING:
            return Warn.DAEMON_SET_MISSING if options.force else Block.DAEMON_SET_MISSING
        case DaemonSetSight.UNKNOWN:
            return Block.DAEMON_SET_UNKNOWN
        case DaemonSetSight.FOUND:
            return Skip.DAEMON_SET if options.ignore_daemon_sets else Block.DAEMON_SET
        case _ as never:
            assert_never(never)


def _mirror(candidate: DrainCandidate, _: DrainOptions, __: datetime) -> _Verdict:
    return Skip.MIRROR if candidate.is_mirror else None


def _local_data(candidate: DrainCandidate, options: DrainOptions, _: datetime) -> _Verdict:
    if candidate.has_ended or not candidate.has_empty_dir:
        return None
    return Warn.LOCAL_DATA if options.delete_empty_dir_data else Block.LOCAL_DATA


def _unmanaged(candidate: DrainCandidate, options: DrainOptions, _: datetime) -> _Verdict:
    if candidate.has_ended or candidate.has_controller:
        return None
    return Warn.UNMANAGED if options.force else Block.UNMANAGED


_FILTERS: Final[tuple[_Filter, ...]] = (_deleted, _daemon_set, _mirror, _local_data, _unmanaged)
"""In kubectl's order."""


def _pods(count: int) -> str:
    return "1 pod" if count == 1 else f"{count} pods"
