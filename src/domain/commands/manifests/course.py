"""How far a set has come: what was done with each object, and what that means for those that wait for others."""

from collections import Counter
from collections.abc import Sequence

from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.order import defined_kind
from domain.commands.manifests.outcomes import ApplyResult, ObjectOutcome, ObjectResult
from domain.commands.manifests.planning import Plan, Step


class ApplyCourse:
    """Grows with every object."""

    def __init__(self, manifests: Sequence[Manifest], plan: Plan, *, dry_run: bool) -> None:
        """Begin with what is decided already.

        Args:
            manifests: the whole set, in the order in which it was written.
            plan: what was decided about it.
            dry_run: whether nothing is kept of what is done.
        """
        self._manifests = manifests
        self._plan = plan
        self._dry_run = dry_run
        self._results: dict[int, ObjectResult] = dict(plan.decided)

    @property
    def has_trouble(self) -> bool:
        """Whether something went wrong so far."""
        return any(one.outcome.is_trouble for one in self._results.values())

    def add(self, number: int, result: ObjectResult) -> None:
        """One object is done."""
        self._results[number] = result

    def leave_the_rest(self, reason: str) -> None:
        """Nothing more is tried."""
        for step in self._plan.steps:
            if step.number not in self._results:
                self._results[step.number] = ObjectResult(
                    manifest=step.manifest,
                    outcome=ObjectOutcome.NOT_ATTEMPTED,
                    error=reason,
                    warnings=step.warnings,
                )

    def not_verifiable(self, step: Step) -> str:
        """Of a dry run: what of the same set an object needs that is not there yet; empty when it can be asked."""
        if not self._dry_run:
            return ""
        if step.resource is None:
            return "its kind is defined in this set, and not there yet" if self.definition_of(step.manifest) else ""
        if step.manifest.namespace in self._new_namespaces:
            return f"its namespace {step.manifest.namespace} is made by this set, and not there yet"
        return ""

    def definition_of(self, manifest: Manifest) -> str:
        """Name of the set's own definition of an object's kind, if that was applied; empty otherwise."""
        for result in self._results.values():
            if result.outcome.is_applied and defined_kind(result.manifest) == (manifest.group, manifest.kind):
                return result.manifest.name
        return ""

    def progress(self) -> str:
        """How far it is, in words."""
        counts = Counter(one.outcome for one in self._results.values())
        told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ObjectOutcome if counts[outcome])
        return f"{len(self._results)} of {len(self._manifests)} objects" + (f": {told}" if told else "")

    def result(self) -> ApplyResult:
        """What came of the set."""
        objects = tuple(self._results[number] for number in range(len(self._manifests)))
        return ApplyResult(objects=objects, dry_run=self._dry_run, warnings=self._plan.warnings)

    @property
    def _new_namespaces(self) -> set[str]:
        return {
            one.manifest.name
            for one in self._results.values()
            if (one.manifest.group, one.manifest.kind) == ("", "Namespace") and one.outcome is ObjectOutcome.CREATED
        }
