"""How far a set has come, and what its answer says."""

from collections.abc import Sequence

import pytest

from domain.commands.manifests.course import ApplyCourse
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import (
    MAX_SUMMARY_CHARS,
    ApplyResult,
    FieldConflict,
    ObjectOutcome,
    ObjectResult,
)
from domain.commands.manifests.planning import Plan, Step
from tests.support.manifests import a_definition, a_manifest
from tests.support.resource_types import a_resource_type

WIDGET = a_manifest("Widget", "w", api_version="e.com/v1")


def _course(*manifests: Manifest, unserved: Sequence[Manifest] = (), dry_run: bool = False) -> ApplyCourse:
    steps = tuple(
        Step(number=number, manifest=one, resource=None if one in unserved else a_resource_type(one.kind))
        for number, one in enumerate(manifests)
    )
    return ApplyCourse(manifests, Plan(steps=steps, decided={}), dry_run=dry_run)


def _result(manifest: Manifest, outcome: ObjectOutcome, error: str = "") -> ObjectResult:
    return ObjectResult(manifest=manifest, outcome=outcome, error=error)


def _step(number: int, manifest: Manifest, *, is_served: bool = True) -> Step:
    return Step(number=number, manifest=manifest, resource=a_resource_type() if is_served else None)


def test_objects_are_answered_in_the_order_in_which_they_were_written() -> None:
    first, second = a_manifest(name="a"), a_manifest(name="b")
    course = _course(first, second)
    course.add(1, _result(second, ObjectOutcome.CREATED))
    assert course.progress() == "1 of 2 objects: 1 created"
    course.add(0, _result(first, ObjectOutcome.FAILED, "why"))
    assert course.progress() == "2 of 2 objects: 1 created, 1 failed"
    result = course.result()
    assert [one.manifest.name for one in result.objects] == ["a", "b"]
    assert (result.total, result.changed, result.error_message) == (2, 1, "ConfigMap shop/a: why")
    assert not result.is_failure


def test_what_is_left_is_told_as_not_attempted() -> None:
    course = _course(a_manifest(name="a"), a_manifest(name="b"))
    assert course.progress() == "0 of 2 objects"
    course.add(0, _result(a_manifest(name="a"), ObjectOutcome.UNCHANGED))
    assert not course.has_trouble
    course.leave_the_rest("no time")
    assert course.has_trouble
    (_, rest) = course.result().objects
    assert (rest.outcome, rest.error) == (ObjectOutcome.NOT_ATTEMPTED, "no time")


def test_in_a_dry_run_what_needs_what_is_not_there_yet_cannot_be_verified() -> None:
    space = a_manifest("Namespace", "shop", namespace="")
    course = _course(space, a_manifest(), dry_run=True)
    assert course.not_verifiable(_step(1, a_manifest())) == ""
    course.add(0, _result(space, ObjectOutcome.CREATED))
    assert "namespace shop is made by this set" in course.not_verifiable(_step(1, a_manifest()))
    assert course.not_verifiable(_step(1, a_manifest(namespace="other"))) == ""
    there = _course(space, a_manifest(), dry_run=True)
    there.add(0, _result(space, ObjectOutcome.UNCHANGED))
    assert there.not_verifiable(_step(1, a_manifest())) == ""


def test_in_a_dry_run_a_kind_that_is_not_there_yet_cannot_be_verified_if_its_definition_would_be_taken() -> None:
    course = _course(a_definition(), WIDGET, unserved=[WIDGET], dry_run=True)
    assert course.not_verifiable(_step(1, WIDGET, is_served=False)) == ""
    course.add(0, _result(a_definition(), ObjectOutcome.CREATED))
    assert "defined in this set" in course.not_verifiable(_step(1, WIDGET, is_served=False))


def test_outside_a_dry_run_everything_is_tried() -> None:
    course = _course(a_definition(), WIDGET, unserved=[WIDGET])
    course.add(0, _result(a_definition(), ObjectOutcome.CREATED))
    assert course.not_verifiable(_step(1, WIDGET, is_served=False)) == ""
    assert course.definition_of(WIDGET) == "widgets.e.com"
    assert course.definition_of(a_manifest("Gadget", api_version="e.com/v1")) == ""


@pytest.mark.parametrize("outcome", list(ObjectOutcome))
def test_every_outcome_is_applied_or_trouble_or_not_to_be_known(outcome: ObjectOutcome) -> None:
    kinds = [outcome.is_applied, outcome.is_trouble, outcome is ObjectOutcome.NOT_VERIFIABLE]
    assert kinds.count(True) == 1
    assert outcome.is_applied or not outcome.is_change
    result = ApplyResult(objects=(_result(a_manifest(), outcome),))
    assert result.is_failure is outcome.is_trouble
    assert bool(result.error_message) is outcome.is_trouble


def test_what_went_wrong_is_one_text_that_stays_readable() -> None:
    bad = [_result(a_manifest(name=f"m{number}"), ObjectOutcome.FAILED, "x" * 200) for number in range(50)]
    message = ApplyResult(objects=tuple(bad)).error_message
    assert len(message) <= MAX_SUMMARY_CHARS + 20
    assert message.startswith("ConfigMap shop/m0: xxx")
    assert message.endswith(" more")
    long = ApplyResult(objects=(_result(a_manifest(), ObjectOutcome.FAILED, "x" * 9999),)).error_message
    assert len(long) <= MAX_SUMMARY_CHARS
    bare = ApplyResult(objects=(_result(a_manifest(), ObjectOutcome.UNKNOWN),)).error_message
    assert bare == "ConfigMap shop/settings: unknown"


def test_a_conflict_says_who_manages_what() -> None:
    assert str(FieldConflict("kubectl", (".spec.replicas", ".spec.paused"))) == (
        "kubectl manages .spec.replicas, .spec.paused"
    )
