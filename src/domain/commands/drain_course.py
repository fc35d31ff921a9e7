"""How far a drain has come: pod by pod, in words for a person while it runs, and as the truth when it stops.

A drain that stops before its end leaves a node half empty. Whoever reads the answer must know what is gone, what still
ends, what was not told to end and why, and that the node takes no new pods.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.commands.drain import DrainPlan, PlannedEviction, PodIdentity, Skip, listed


class Stage(StrEnum):
    """Where a pod of a drain stands."""

    PRESENT = "present"
    """Not told to end yet; `why` says what stands in the way, if anything does."""
    ASKED = "asked"
    """Its eviction was asked for, and the answer is not known."""
    ENDING = "ending"
    """Told to end."""
    GONE = "gone"
    NOT_WAITED_FOR = "not waited for"
    """Deleted long ago, and it does not end."""
    FAILED = "failed"
    """It cannot be evicted; `why` says the reason."""


_OPEN: Final = frozenset({Stage.PRESENT, Stage.ASKED, Stage.ENDING})


@dataclass(slots=True)
class PodCourse:
    """One pod that is to go."""

    eviction: PlannedEviction
    stage: Stage = Stage.PRESENT
    why: str = ""
    deletion_at: datetime | None = None
    """When its grace period ends, as last seen."""

    @property
    def pod(self) -> PodIdentity:
        """Which."""
        return self.eviction.pod

    @property
    def details(self) -> str:
        """What there is to say about how it stands, beside the stage."""
        if self.stage is Stage.ENDING and self.deletion_at is not None:
            return f"its grace period ends {self.deletion_at:%Y-%m-%dT%H:%M:%SZ}"
        return self.why

    def stands(self, stage: Stage, why: str = "") -> None:
        """Take in how it stands now."""
        self.stage, self.why = stage, why


@dataclass(slots=True)
class DrainCourse:
    """All pods of one drain."""

    plan: DrainPlan
    pods: Mapping[PodIdentity, PodCourse] = field(init=False)
    problem: str = ""
    """Why nobody could look which pods are gone, as long as that lasts."""

    def __post_init__(self) -> None:
        """Begin with every pod where it is."""
        self.pods = {eviction.pod: PodCourse(eviction) for eviction in self.plan.evictions}

    def at(self, *stages: Stage) -> tuple[PodCourse, ...]:
        """The pods that stand at one of these."""
        return tuple(course for course in self.pods.values() if course.stage in stages)

    @property
    def others(self) -> tuple[PodCourse, ...]:
        """All but the agent's own pod."""
        return tuple(course for course in self.pods.values() if not course.eviction.candidate.is_own)

    @property
    def own(self) -> PodCourse | None:
        """The agent's own pod, if it is on this node."""
        return next((course for course in self.pods.values() if course.eviction.candidate.is_own), None)

    @property
    def is_open(self) -> bool:
        """Whether something may still happen by itself to a pod that is not the agent's own."""
        return any(course.stage in _OPEN for course in self.others)

    @property
    def is_complete(self) -> bool:
        """Whether every other pod than the agent's own has gone, or is not worth waiting for."""
        return all(course.stage in {Stage.GONE, Stage.NOT_WAITED_FOR} for course in self.others)

    def progress(self) -> str:
        """`3 of 9 pods gone; ending: shop/slow; blocked: data/db-0 (The disruption budget db needs ...)`."""
        return "; ".join((f"{len(self.at(Stage.GONE))} of {len(self.pods)} pods gone", *self._open_parts()))

    def account(self) -> str:
        """What was done and what was not, for the answer of a drain that stopped."""
        gone = [str(course.pod) for course in self.at(Stage.GONE)]
        parts = [f"evicted {len(gone)} of {len(self.pods)} pods" + (f": {listed(gone)}" if gone else "")]
        parts += self._open_parts()
        parts += self._part("cannot be evicted", self.at(Stage.FAILED))
        parts += self._part("deleted long ago, not waited for", self.at(Stage.NOT_WAITED_FOR))
        if self.problem:
            parts.append(f"which pods are gone could not be looked up: {self.problem}")
        parts += _skipped(self.plan.skipped)
        return "; ".join(parts)

    def rehearsal(self) -> str:
        """What a dry run found out, for the answer of one that stopped."""
        would_go = [str(course.pod) for course in self.at(Stage.ENDING, Stage.GONE)]
        parts = [
            f"would evict {len(would_go)} of {len(self.pods)} pods" + (f": {listed(would_go)}" if would_go else "")
        ]
        parts += self._part("asked about, without an answer", self.at(Stage.ASKED))
        parts += self._part("not evicted", [course for course in self.at(Stage.PRESENT) if course.why])
        parts += self._part("cannot be evicted", self.at(Stage.FAILED))
        return "; ".join(parts)

    def _open_parts(self) -> Iterator[str]:
        yield from self._part("still ending", self.at(Stage.ENDING))
        yield from self._part("asked to end, without an answer", self.at(Stage.ASKED))
        present = self.at(Stage.PRESENT)
        yield from self._part("not evicted", [course for course in present if course.why])
        yield from self._part("not evicted yet", [course for course in present if not course.why])

    def _part(self, what: str, courses: Iterable[PodCourse]) -> Iterator[str]:
        names = [_shown(course) for course in courses]
        if names:
            yield f"{what}: {listed(names)}"


def _shown(course: PodCourse) -> str:
    return f"{course.pod} ({course.details})" if course.details else str(course.pod)


def _skipped(skipped: Iterable[tuple[PodIdentity, Skip]]) -> Iterator[str]:
    by_reason: dict[Skip, list[str]] = {}
    for pod, reason in skipped:
        by_reason.setdefault(reason, []).append(str(pod))
    for reason, names in by_reason.items():
        yield f"left ({reason.value}): {listed(names)}"
