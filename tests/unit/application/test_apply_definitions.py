"""Kinds that a set defines itself are waited for; what cannot be known before they come is said."""

from collections.abc import Callable

import pytest

from application.apply_manifests import DEFINITION_SECONDS, REPORT_SECONDS
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ApplyResult, ObjectOutcome
from tests.support.applying import ApplyBench, config_maps
from tests.support.resource_types import a_resource_type

CRD = (
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.e.com}\n"
    "spec: {group: e.com, names: {kind: Widget}}\n---\n"
)
WIDGET = "apiVersion: e.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\n"


@pytest.fixture
def bench() -> ApplyBench:
    return ApplyBench()


def _serving(bench: ApplyBench) -> Callable[[Manifest], None]:
    def serve(manifest: Manifest) -> None:
        if manifest.kind == "CustomResourceDefinition":
            bench.kinds.serve(a_resource_type("Widget", group="e.com", verbs=frozenset({"patch"})))

    return serve


async def test_a_kind_that_the_set_defines_is_waited_for_and_discovered_again(bench: ApplyBench) -> None:
    bench.applier.troubles = ["not yet", "gone", ""]
    bench.applier.on_apply = _serving(bench)
    assert await bench.outcomes(WIDGET + "---\n" + CRD) == [ObjectOutcome.CREATED, ObjectOutcome.CREATED]
    assert bench.applier.applied == ["CustomResourceDefinition widgets.e.com", "Widget shop/w"]
    assert bench.applier.troubles == []


async def test_a_kind_that_does_not_come_fails_in_time(bench: ApplyBench) -> None:
    found = await bench.objects(CRD + WIDGET)
    assert found[1].outcome is ObjectOutcome.FAILED
    assert found[1].error == 'its kind is not served yet: there is no kind "Widget" in version "e.com/v1"'
    assert bench.clock.monotonic() >= DEFINITION_SECONDS
    assert "1 of 2 objects: 1 created" in bench.told


async def test_a_kind_whose_definition_was_not_taken_fails_at_once(bench: ApplyBench) -> None:
    bench.applier.scripts["widgets.e.com"] = [ObjectOutcome.FAILED]
    for dry_run in (False, True):
        found = await bench.objects(CRD + WIDGET + "---\n" + config_maps("a"), dry_run=dry_run)
        bench.applier.scripts["widgets.e.com"] = [ObjectOutcome.FAILED]
        assert found[1].error == "the definition of its kind was not applied"


async def test_what_came_late_is_held_against_the_rules_as_well(bench: ApplyBench) -> None:
    bench.applier.on_apply = _serving(bench)
    found = await bench.objects(CRD + WIDGET.replace("shop", "kube-system"))
    assert found[1].outcome is ObjectOutcome.REFUSED


async def test_when_the_time_is_over_while_waiting_nothing_is_sent() -> None:
    bench = ApplyBench(limit_seconds=10 + REPORT_SECONDS)
    bench.applier.on_apply = _serving(bench)
    bench.applier.troubles = ["not yet"] * 40
    found = await bench.objects(CRD + WIDGET)
    assert found[1].outcome is ObjectOutcome.NOT_ATTEMPTED
    assert bench.applier.applied == ["CustomResourceDefinition widgets.e.com"]


async def test_a_dry_run_says_what_it_cannot_verify(bench: ApplyBench) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    answer = await bench.answer(CRD + WIDGET + "---\n" + space + config_maps("a"), dry_run=True)
    assert isinstance(answer, ApplyResult)
    assert [one.outcome for one in answer.objects] == [
        ObjectOutcome.CREATED,
        ObjectOutcome.NOT_VERIFIABLE,
        ObjectOutcome.CREATED,
        ObjectOutcome.NOT_VERIFIABLE,
    ]
    assert answer.error_message == ""
