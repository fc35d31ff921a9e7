"""The policy, over every action and topic."""

import pytest

from domain.commands.actions import OFF_UNTIL_ALLOWED, Action, Topic
from domain.commands.policy import KEPT_UNLESS_ALLOWED, STALE_CHANGE_SECONDS, Policy
from tests.support.commands import a_command, a_command_for
from tests.support.resource_types import a_resource_type

EVERYTHING = frozenset(Action)
READS = sorted(action for action in Action if not action.is_change)
CHANGES = sorted(action for action in Action if action.is_change)


@pytest.mark.parametrize("action", Action)
def test_what_is_not_allowed_is_refused_by_the_setting_that_decides(action: Action) -> None:
    refusal = Policy(allowed_actions=EVERYTHING - {action}).refusal(a_command_for(action))
    assert refusal == f"{action} is not among the allowed actions (AGENT_ALLOWED_ACTIONS)"


@pytest.mark.parametrize("action", Action)
def test_by_default_people_may_do_everything_but_what_ends_up_readable(action: Action) -> None:
    refusal = Policy().refusal(a_command_for(action))
    assert bool(refusal) is (action in OFF_UNTIL_ALLOWED)


@pytest.mark.parametrize("action", CHANGES)
def test_the_assistant_may_change_nothing(action: Action) -> None:
    refusal = Policy(allowed_actions=EVERYTHING).refusal(a_command_for(action, topic=Topic.AI))
    assert refusal == f"{action} changes the cluster, and topic ai may only read"


def test_the_assistant_never_gets_a_secret() -> None:
    command = a_command_for(Action.GET_SECRET, topic=Topic.AI)
    assert Policy(allowed_actions=EVERYTHING).refusal(command) == "get_secret is never carried out for topic ai"


@pytest.mark.parametrize("action", Action)
def test_a_read_only_agent_refuses_exactly_the_changes(action: Action) -> None:
    refusal = Policy(read_only=True, allowed_actions=EVERYTHING).refusal(a_command_for(action))
    assert ("AGENT_READ_ONLY" in refusal) is action.is_change


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("topic", Topic)
def test_protected_namespaces_are_hidden_from_ai_and_unchanged_by_people(action: Action, topic: Topic) -> None:
    command = a_command_for(action, namespace="kube-system", topic=topic)
    refusal = Policy(allowed_actions=EVERYTHING).refusal(command)
    # What manifests are about stands in them, and is held against the policy object by object.
    is_known = action is not Action.APPLY_MANIFESTS
    assert bool(refusal) is ((action.is_change and is_known) or topic is Topic.AI)


@pytest.mark.parametrize("action", Action)
def test_a_stale_change_is_refused_with_its_age_and_a_stale_read_is_not(action: Action) -> None:
    command = a_command_for(action)
    stale = a_command(command.request, age_seconds=STALE_CHANGE_SECONDS + 12)
    refusal = Policy(allowed_actions=EVERYTHING).refusal(stale)
    assert refusal == (f"{action} is 312 s old; changes are stale after 300 s" if action.is_change else "")


@pytest.mark.parametrize("kind", sorted(KEPT_UNLESS_ALLOWED))
def test_what_takes_others_with_it_is_deleted_only_where_the_operator_says_so(kind: str) -> None:
    resource = a_resource_type(kind)
    assert "AGENT_DELETE_KINDS" in Policy().refusal_of_object(Action.DELETE, Topic.OPS, resource, "", "x")
    allowing = Policy(deletable_kinds=frozenset({kind}))
    assert not allowing.refusal_of_object(Action.DELETE, Topic.OPS, resource, "", "x")
    look_alike = a_resource_type(kind, group="example.com")
    assert not Policy().refusal_of_object(Action.DELETE, Topic.OPS, look_alike, "", "x")


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        ("", "Secret"),
        ("example.com", "Secret"),
        ("bitnami.com", "SealedSecret"),
        ("external-secrets.io", "ExternalSecret"),
        ("certificates.k8s.io", "CertificateSigningRequest"),
        ("oauth.openshift.io", "OAuthAccessToken"),
    ],
)
@pytest.mark.parametrize("version", ["v1", "v2beta1"])
@pytest.mark.parametrize("topic", Topic)
def test_dynamic_never_reads_what_holds_secrets(group: str, kind: str, version: str, topic: Topic) -> None:
    resource = a_resource_type(kind, group=group, version=version)
    refusal = Policy().refusal_of_object(Action.DYNAMIC, topic, resource, "shop", "")
    assert refusal == f"{kind} is never read by dynamic: it holds secrets"


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("topic", Topic)
def test_protected_namespaces_are_protected_also_as_objects(action: Action, topic: Topic) -> None:
    policy = Policy(deletable_kinds=KEPT_UNLESS_ALLOWED)
    for place in (
        (a_resource_type("Service"), "kube-system", "dns"),
        (a_resource_type("Namespace"), "", "kube-system"),
    ):
        refusal = policy.refusal_of_object(action, topic, *place)
        assert ("AGENT_PROTECTED_NAMESPACES" in refusal) is (action.is_change or topic is Topic.AI)
    assert not policy.refusal_of_object(action, topic, a_resource_type("Service"), "shop", "dns")


def test_a_project_of_openshift_is_the_namespace_of_its_name() -> None:
    project = a_resource_type("Project", group="project.openshift.io")
    for action, topic in ((Action.DELETE, Topic.OPS), (Action.DYNAMIC, Topic.AI)):
        assert "is protected" in Policy().refusal_of_object(action, topic, project, "", "kube-system")
    assert "AGENT_DELETE_KINDS" in Policy().refusal_of_object(Action.DELETE, Topic.OPS, project, "", "shop")
    allowing = Policy(deletable_kinds=frozenset({"Namespace"}))
    assert not allowing.refusal_of_object(Action.DELETE, Topic.OPS, project, "", "shop")
