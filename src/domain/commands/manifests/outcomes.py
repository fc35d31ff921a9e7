"""What was done with each object of a set.

Source of the summary's three members: wire contract 1.6.1, row 11; the Master's deployer reads them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.commands.manifests.objects import Manifest

MAX_SUMMARY_CHARS: Final = 4096
"""Of the one text that says everything that went wrong; the objects say it all."""


class ObjectOutcome(StrEnum):
    """What came of one object; of a dry run, what would come of it."""

    CREATED = "created"
    CONFIGURED = "configured"
    """It was there, and something of it has changed."""
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    """By the agent's own policy, before anything was sent."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Sent, and no answer came: it may have been applied."""
    NOT_VERIFIABLE = "notVerifiable"
    """Of a dry run: it needs a namespace or a kind that the same set makes, and that is not there yet."""
    NOT_ATTEMPTED = "notAttempted"

    @property
    def is_applied(self) -> bool:
        """Whether the cluster has the object as it was sent."""
        return self in _APPLIED

    @property
    def is_change(self) -> bool:
        """Whether something is different from before."""
        return self in {ObjectOutcome.CREATED, ObjectOutcome.CONFIGURED}

    @property
    def is_trouble(self) -> bool:
        """Whether whoever asked has to do something about it."""
        return self not in _APPLIED and self is not ObjectOutcome.NOT_VERIFIABLE


_APPLIED: Final = frozenset({ObjectOutcome.CREATED, ObjectOutcome.CONFIGURED, ObjectOutcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Fields that somebody else manages, and that were to be given another value."""

    manager: str
    fields: tuple[str, ...]

    def __str__(self) -> str:
        """`kubectl manages .spec.replicas`."""
        return f"{self.manager} manages {', '.join(self.fields)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectResult:
    """One object and what was done with it."""

    manifest: Manifest
    """As it was applied: in the namespace that it got."""
    outcome: ObjectOutcome
    error: str = ""
    """Why, where the outcome is no good one: short, for a person, without values that could be secret."""
    conflicts: tuple[FieldConflict, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyResult:
    """A set of manifests was applied, or tried."""

    objects: tuple[ObjectResult, ...]
    """In the order in which they were written."""
    dry_run: bool = False
    warnings: tuple[str, ...] = ()
    """About the set as a whole."""

    @property
    def total(self) -> int:
        """How many objects there are, lists taken apart."""
        return len(self.objects)

    @property
    def changed(self) -> int:
        """How many are different now; of a dry run, how many would be."""
        return sum(one.outcome.is_change for one in self.objects)

    @property
    def is_failure(self) -> bool:
        """Whether nothing at all is as it was asked: then the command has failed, and not only some of it."""
        return all(one.outcome.is_trouble for one in self.objects)

    @property
    def error_message(self) -> str:
        """Everything that went wrong, in one bounded text; empty when nothing did."""
        return joined(_complaint(one) for one in self.objects if one.outcome.is_trouble)


def joined(complaints: Iterable[str]) -> str:
    """Complaints as one text; what does not fit is counted."""
    kept: list[str] = []
    left_out = room = 0
    for complaint in complaints:
        room += len(complaint) + 2
        if room > MAX_SUMMARY_CHARS:
            left_out += 1
        else:
            kept.append(complaint)
    return "; ".join(kept + ([f"and {left_out} more"] if left_out else []))


def _complaint(result: ObjectResult) -> str:
    what = f"{result.manifest}: {result.error}" if result.error else f"{result.manifest}: {result.outcome}"
    return what[: MAX_SUMMARY_CHARS // 4]
