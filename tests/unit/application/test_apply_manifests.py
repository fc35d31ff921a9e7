"""A set of manifests: what is applied in which order, what stops it, and what is told of each object."""

from collections.abc import Callable

import pytest

from application.apply_manifests import (
    DEFINITION_SECONDS,
    OBJECT_SECONDS,
    OUT_OF_TIME,
    REPORT_SECONDS,
    SILENT,
    STOPPED,
    TRIES,
    resolve_exactly,
)
from application.command_context import CommandContext
from domain.commands.actions import Topic
from domain.commands.manifest_requests import ApplyManifestsRequest
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ApplyResult, ObjectOutcome
from domain.commands.policy import Policy
from domain.commands.results import Outcome, UnfinishedCommandError
from domain.errors import InvalidCommandError
from ports.errors import Unanswered, Unavailable
from ports.manifests import ApplyOptions
from tests.support.manifest_bench import CRD, SILENCE, WIDGET, ManifestBench, maps
from tests.support.resource_types import a_resource_type


@pytest.fixture
def bench() -> ManifestBench:
    return ManifestBench()


async def test_a_set_is_applied_in_order_and_told_as_it_was_written(bench: ManifestBench) -> None:
    text = maps("a") + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: odd}\n"
    answer = await bench.answer(text)
    assert isinstance(answer, ApplyResult)
    assert bench.applier.applied == ["Namespace shop", "ConfigMap shop/a"]
    assert [one.manifest.kind for one in answer.objects] == ["ConfigMap", "Namespace"]
    assert answer.objects[1].warnings == ("Namespace is in no namespace; odd is left out", "told by the cluster")
    assert (answer.total, answer.changed, answer.error_message) == (2, 2, "")
    assert bench.told == ["0 of 2 objects"]


async def test_the_caller_decides_about_force_and_dry_runs(bench: ManifestBench) -> None:
    await bench.answer(maps("a"))
    await bench.answer(maps("a"), force=True, dry_run=True)
    assert bench.applier.options == [ApplyOptions(), ApplyOptions(force=True, dry_run=True)]


async def test_what_cannot_be_read_is_applied_in_no_part(bench: ManifestBench) -> None:
    with pytest.raises(InvalidCommandError, match="document 2"):
        await bench.handlers.apply(
            ApplyManifestsRequest(manifests=maps("a") + "---\na: 1\na: 2\n"),
            CommandContext(command_id="c", topic=Topic.OPS, created_at=None, policy=bench.policy, tell=print),
        )
    assert bench.applier.applied == []


async def test_one_that_fails_does_not_stop_the_rest(bench: ManifestBench) -> None:
    bench.applier.scripts["a"] = [ObjectOutcome.FAILED]
    text = maps("a") + "---\n" + maps("b", namespace="kube-system") + "---\n" + maps("c")
    answer = await bench.answer(text)
    assert isinstance(answer, ApplyResult), "something was applied, so it is a success"
    assert [one.outcome for one in answer.objects] == [
        ObjectOutcome.FAILED,
        ObjectOutcome.REFUSED,
        ObjectOutcome.CREATED,
    ]
    assert "ConfigMap shop/a: the cluster said no" in answer.error_message
    assert "AGENT_PROTECTED_NAMESPACES" in answer.error_message


async def test_one_that_fails_stops_the_rest_if_the_caller_wants_that(bench: ManifestBench) -> None:
    bench.applier.scripts["b"] = [ObjectOutcome.FAILED]
    found = await bench.objects(maps("a", "b", "c", "d"), continue_on_error=False)
    assert [one.outcome for one in found] == [
        ObjectOutcome.CREATED,
        ObjectOutcome.FAILED,
        ObjectOutcome.NOT_ATTEMPTED,
        ObjectOutcome.NOT_ATTEMPTED,
    ]
    assert found[3].error == STOPPED
    assert len(bench.applier.applied) == 2


async def test_what_is_refused_beforehand_stops_everything_if_the_caller_wants_that(bench: ManifestBench) -> None:
    text = maps("a") + "---\n" + maps("b", namespace="kube-system")
    assert await bench.outcomes(text, continue_on_error=False) == [ObjectOutcome.NOT_ATTEMPTED, ObjectOutcome.REFUSED]
    assert bench.applier.applied == []


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (ObjectOutcome.FAILED, Outcome.FAILED),
        (SILENCE, Outcome.UNKNOWN),
    ],
)
async def test_a_set_of_which_nothing_was_applied_has_failed_and_still_tells_why(
    bench: ManifestBench, script: ObjectOutcome | Unavailable, outcome: Outcome
) -> None:
    bench.applier.scripts["a"] = [script]
    answer = await bench.answer(maps("a"))
    assert isinstance(answer, UnfinishedCommandError)
    assert answer.outcome is outcome
    assert isinstance(answer.content, ApplyResult)
    assert str(answer) == answer.content.error_message != ""


async def test_a_set_that_the_policy_refuses_is_refused() -> None:
    bench = ManifestBench(policy=Policy())
    answer = await bench.answer("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n")
    assert isinstance(answer, UnfinishedCommandError)
    assert answer.outcome is Outcome.REFUSED
    assert "AGENT_APPLY_ALLOW_ESCALATION" in str(answer)
    assert bench.applier.applied == []


async def test_what_has_no_answer_may_have_been_applied(bench: ManifestBench) -> None:
    bench.applier.scripts |= {"a": [SILENCE], "c": [OBJECT_SECONDS + 1]}
    found = await bench.objects(maps("a", "b", "c", "d"))
    assert [one.outcome for one in found] == [
        ObjectOutcome.UNKNOWN,
        ObjectOutcome.CREATED,
        ObjectOutcome.UNKNOWN,
        ObjectOutcome.CREATED,
    ]
    assert found[0].error == "no answer; it may have been applied all the same"
    assert found[2].error == "no answer in time; it may have been applied all the same"


async def test_in_a_dry_run_nothing_can_have_been_applied(bench: ManifestBench) -> None:
    bench.applier.scripts["a"] = [SILENCE]
    assert (await bench.objects(maps("a", "b"), dry_run=True))[0].error == "no answer"


async def test_a_cluster_that_stays_silent_is_left_alone(bench: ManifestBench) -> None:
    bench.applier.scripts |= {"b": [SILENCE], "c": [SILENCE]}
    found = await bench.objects(maps("a", "b", "c", "d", "e"))
    assert [one.error for one in found[3:]] == [SILENT, SILENT]
    assert len(bench.applier.applied) == 3


async def test_what_the_cluster_is_too_busy_for_is_sent_again_when_it_said_so(bench: ManifestBench) -> None:
    busy = Unavailable("apply", "too many requests", retry_after_seconds=2)
    bench.applier.scripts |= {"a": [busy, busy], "b": [busy] * TRIES}
    found = await bench.objects(maps("a", "b"))
    assert [one.outcome for one in found] == [ObjectOutcome.CREATED, ObjectOutcome.FAILED]
    assert found[1].error == "too many requests"
    assert len(bench.applier.applied) == 3 + TRIES


async def test_what_may_have_been_applied_is_not_sent_again_whatever_the_cluster_says_of_waiting(
    bench: ManifestBench,
) -> None:
    bench.applier.scripts["a"] = [Unanswered("apply", "etcd does not answer", retry_after_seconds=2)]
    (found,) = await bench.objects(maps("a"))
    assert found.outcome is ObjectOutcome.UNKNOWN
    assert len(bench.applier.applied) == 1


async def test_what_the_cluster_stays_too_busy_for_is_told_as_not_tried() -> None:
    bench = ManifestBench(limit_seconds=4 + REPORT_SECONDS)
    bench.applier.scripts["a"] = [Unavailable("apply", "busy", retry_after_seconds=2)] * 3
    found = await bench.objects(maps("a", "b"))
    assert [one.error for one in found] == [OUT_OF_TIME, OUT_OF_TIME]


async def test_a_pause_that_is_too_long_is_not_waited_for(bench: ManifestBench) -> None:
    bench.applier.scripts["a"] = [Unavailable("apply", "busy", retry_after_seconds=60)]
    assert await bench.outcomes(maps("a", "b")) == [ObjectOutcome.FAILED, ObjectOutcome.CREATED]


async def test_when_the_time_is_over_the_rest_is_told_as_not_tried() -> None:
    bench = ManifestBench(limit_seconds=20 + REPORT_SECONDS)
    bench.applier.scripts |= {"a": [15.0], "b": [15.0]}
    found = await bench.objects(maps("a", "b", "c"))
    assert [one.outcome for one in found] == [
        ObjectOutcome.CREATED,
        ObjectOutcome.UNKNOWN,
        ObjectOutcome.NOT_ATTEMPTED,
    ]
    assert found[2].error == OUT_OF_TIME


async def test_how_far_it_has_come_is_told_now_and_then(bench: ManifestBench) -> None:
    bench.applier.scripts |= {"a": [9.0], "b": [9.0], "c": [9.0]}
    await bench.answer(maps("a", "b", "c", "d"))
    assert bench.told == ["0 of 4 objects", "2 of 4 objects: 2 created"]


def _serving(bench: ManifestBench) -> Callable[[Manifest], None]:
    def serve(manifest: Manifest) -> None:
        if manifest.kind == "CustomResourceDefinition":
            bench.kinds.serve(a_resource_type("Widget", group="e.com", verbs=frozenset({"patch"})))

    return serve


async def test_a_kind_that_the_set_defines_is_waited_for_and_discovered_again(bench: ManifestBench) -> None:
    bench.applier.troubles = ["not yet", "gone", ""]
    bench.applier.on_apply = _serving(bench)
    assert await bench.outcomes(WIDGET + "---\n" + CRD) == [ObjectOutcome.CREATED, ObjectOutcome.CREATED]
    assert bench.applier.applied == ["CustomResourceDefinition widgets.e.com", "Widget shop/w"]
    assert bench.applier.troubles == []


async def test_a_kind_that_does_not_come_fails_in_time(bench: ManifestBench) -> None:
    found = await bench.objects(CRD + WIDGET)
    assert found[1].outcome is ObjectOutcome.FAILED
    assert found[1].error == 'its kind is not served yet: there is no kind "Widget" in version "e.com/v1"'
    assert bench.clock.monotonic() >= DEFINITION_SECONDS
    assert "1 of 2 objects: 1 created" in bench.told


async def test_a_kind_whose_definition_was_not_taken_fails_at_once(bench: ManifestBench) -> None:
    bench.applier.scripts["widgets.e.com"] = [ObjectOutcome.FAILED]
    for dry_run in (False, True):
        found = await bench.objects(CRD + WIDGET + "---\n" + maps("a"), dry_run=dry_run)
        bench.applier.scripts["widgets.e.com"] = [ObjectOutcome.FAILED]
        assert found[1].error == "the definition of its kind was not applied"


async def test_what_came_late_is_held_against_the_rules_as_well(bench: ManifestBench) -> None:
    bench.applier.on_apply = _serving(bench)
    found = await bench.objects(CRD + WIDGET.replace("shop", "kube-system"))
    assert found[1].outcome is ObjectOutcome.REFUSED


async def test_when_the_time_is_over_while_waiting_nothing_is_sent() -> None:
    bench = ManifestBench(limit_seconds=10 + REPORT_SECONDS)
    bench.applier.on_apply = _serving(bench)
    bench.applier.troubles = ["not yet"] * 40
    found = await bench.objects(CRD + WIDGET)
    assert found[1].outcome is ObjectOutcome.NOT_ATTEMPTED
    assert bench.applier.applied == ["CustomResourceDefinition widgets.e.com"]


async def test_a_dry_run_says_what_it_cannot_verify(bench: ManifestBench) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    answer = await bench.answer(CRD + WIDGET + "---\n" + space + maps("a"), dry_run=True)
    assert isinstance(answer, ApplyResult)
    assert [one.outcome for one in answer.objects] == [
        ObjectOutcome.CREATED,
        ObjectOutcome.NOT_VERIFIABLE,
        ObjectOutcome.CREATED,
        ObjectOutcome.NOT_VERIFIABLE,
    ]
    assert answer.error_message == ""


@pytest.mark.parametrize("key", [("apps/v1", "deployment"), ("v1", "Deployment"), ("apps/v2", "Deployment")])
async def test_only_the_exact_kind_and_version_is_meant(bench: ManifestBench, key: tuple[str, str]) -> None:
    assert await resolve_exactly(bench.kinds, key) == f'there is no kind "{key[1]}" in version "{key[0]}"'


async def test_a_kind_is_found_by_its_version(bench: ManifestBench) -> None:
    found = await resolve_exactly(bench.kinds, ("apps/v1", "Deployment"))
    assert not isinstance(found, str)
    assert found.plural == "deployments"


async def test_a_kind_is_found_by_a_version_that_is_only_a_word(bench: ManifestBench) -> None:
    bench.kinds.serve(a_resource_type("Widget", group="e.com", version="stable"))
    found = await resolve_exactly(bench.kinds, ("e.com/stable", "Widget"))
    assert not isinstance(found, str)
    assert found.version == "stable"


async def test_what_cannot_be_discovered_now_fails_by_the_reason(bench: ManifestBench) -> None:
    bench.kinds.fail_next(Unavailable("find", "discovery is down"))
    (found,) = await bench.objects(maps("a"))
    assert "discovery is down" in found.error
