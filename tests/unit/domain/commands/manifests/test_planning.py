"""What is applied, where, and what is not: decided before anything is sent."""

import pytest

from domain.cluster.resource_types import ResourceType
from domain.commands.actions import Topic
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectOutcome
from domain.commands.manifests.planning import ApplyRules, Plan, kinds_of, plan
from domain.commands.policy import Policy
from tests.support.manifests import a_definition, a_manifest
from tests.support.resource_types import a_resource_type

RULES = ApplyRules(policy=Policy())
TRUSTING = ApplyRules(policy=Policy(apply_escalation=True))


def _resource(manifest: Manifest, *, verbs: frozenset[str] = frozenset({"patch"})) -> ResourceType:
    return a_resource_type(manifest.kind, group=manifest.group, version=manifest.version, verbs=verbs)


def _plan(*manifests: Manifest, rules: ApplyRules = RULES, unserved: str = "") -> Plan:
    resolved = {
        (one.api_version, one.kind): f"no {one.kind}" if one.kind == unserved else _resource(one) for one in manifests
    }
    return plan(manifests, resolved, rules)


def test_steps_come_in_the_order_of_kinds_under_the_numbers_they_were_written_in() -> None:
    manifests = (a_manifest("Pod", "a"), a_manifest("Namespace", "b", namespace=""), a_manifest("Service", "c"))
    found = _plan(*manifests)
    assert [(one.number, one.manifest.name) for one in found.steps] == [(1, "b"), (2, "c"), (0, "a")]
    assert found.decided == {}
    assert kinds_of((*manifests, a_manifest("Pod", "d"))) == (("v1", "Pod"), ("v1", "Namespace"), ("v1", "Service"))


def test_the_same_object_twice_is_two_steps_and_a_warning() -> None:
    same = a_manifest()
    found = _plan(same, a_manifest(), same)
    assert [one.number for one in found.steps] == [0, 1, 2]
    assert found.warnings == ("ConfigMap shop/settings is there 3 times; the last one counts",)


def test_an_object_without_a_namespace_gets_the_one_that_was_given() -> None:
    (step,) = _plan(a_manifest(namespace=""), rules=ApplyRules(policy=Policy(), default_namespace="given")).steps
    assert step.manifest.namespace == "given"
    assert step.manifest.content["metadata"] == {"name": "settings", "namespace": "given"}


def test_one_that_names_its_namespace_keeps_it() -> None:
    (step,) = _plan(a_manifest(), rules=ApplyRules(policy=Policy(), default_namespace="given")).steps
    assert step.manifest.namespace == "shop"


def test_one_without_a_namespace_is_rejected_where_none_was_given() -> None:
    found = _plan(a_manifest(namespace="")).decided[0]
    assert found.outcome is ObjectOutcome.FAILED
    assert "defaultNamespace" in found.error


def test_a_kind_without_namespaces_loses_one_with_a_warning() -> None:
    (step,) = _plan(a_manifest("Node", "n1", namespace="shop")).steps
    assert (step.manifest.namespace, step.manifest.content["metadata"]) == ("", {"name": "n1"})
    assert step.warnings == ("Node is in no namespace; shop is left out",)
    (step,) = _plan(a_manifest("Node", "n1", namespace="")).steps
    assert step.warnings == ()


@pytest.mark.parametrize(
    ("manifest", "default_namespace"),
    [
        (a_manifest(namespace="kube-system"), ""),
        (a_manifest(namespace=""), "kube-system"),
        (a_manifest("Namespace", "kube-system", namespace=""), ""),
        (a_manifest("Namespace", "kube-system", namespace="shop"), ""),
    ],
    ids=["written", "given", "itself", "itself-with-another"],
)
def test_protected_namespaces_are_refused_by_the_setting(manifest: Manifest, default_namespace: str) -> None:
    rules = ApplyRules(policy=Policy(apply_escalation=True), default_namespace=default_namespace)
    found = _plan(manifest, rules=rules).decided[0]
    assert found.outcome is ObjectOutcome.REFUSED
    assert found.error == "namespace kube-system is protected (AGENT_PROTECTED_NAMESPACES)"


def test_the_assistant_is_held_against_the_same_table() -> None:
    rules = ApplyRules(policy=Policy(), topic=Topic.AI)
    assert _plan(a_manifest(namespace="kube-system"), rules=rules).decided[0].outcome is ObjectOutcome.REFUSED


@pytest.mark.parametrize(
    ("manifest", "what"),
    [
        (a_manifest("Secret"), "the kind Secret"),
        (a_manifest("Pod", spec={"hostNetwork": True}), "spec.hostNetwork"),
        (a_definition(), "the kind CustomResourceDefinition"),
    ],
    ids=str,
)
def test_what_hands_out_more_is_refused_unless_the_operator_allows_it(manifest: Manifest, what: str) -> None:
    found = _plan(manifest).decided[0]
    assert found.outcome is ObjectOutcome.REFUSED
    assert found.error == f"{what} is applied only where the operator allows it (AGENT_APPLY_ALLOW_ESCALATION)"
    assert len(_plan(manifest, rules=TRUSTING).steps) == 1


def test_a_kind_that_nobody_serves_fails_and_the_rest_does_not() -> None:
    found = _plan(a_manifest("Gadget"), a_manifest(), unserved="Gadget")
    assert (found.decided[0].outcome, found.decided[0].error) == (ObjectOutcome.FAILED, "no Gadget")
    assert [one.number for one in found.steps] == [1]


def test_a_kind_that_cannot_be_changed_fails() -> None:
    review = a_manifest("Review")
    found = plan([review], {("v1", "Review"): _resource(review, verbs=frozenset({"create"}))}, RULES)
    assert found.decided[0].error == "reviews cannot be applied"


def test_a_kind_that_the_set_defines_itself_waits_for_its_definition() -> None:
    widget = a_manifest("Widget", api_version="e.com/v1")
    found = _plan(widget, a_definition("Widget", "e.com"), rules=TRUSTING, unserved="Widget")
    assert [(one.number, one.resource is None) for one in found.steps] == [(1, False), (0, True)]
    assert found.decided == {}
    other = _plan(widget, a_definition("Widget", "other.com"), rules=TRUSTING, unserved="Widget")
    assert other.decided[0].outcome is ObjectOutcome.FAILED


def test_an_autoscaler_whose_target_sets_replicas_is_warned_about() -> None:
    scaler = a_manifest(
        "HorizontalPodAutoscaler",
        "keeper",
        api_version="autoscaling/v2",
        spec={"scaleTargetRef": {"kind": "Deployment", "name": "web"}},
    )
    sized = a_manifest("Deployment", "web", api_version="apps/v1", spec={"replicas": 2})
    (warning,) = _plan(scaler, sized).warnings
    assert "leave replicas out" in warning
    assert _plan(scaler, a_manifest("Deployment", "web", api_version="apps/v1")).warnings == ()
    elsewhere = a_manifest("Deployment", "web", api_version="apps/v1", namespace="other", spec={"replicas": 2})
    assert _plan(scaler, elsewhere).warnings == ()
