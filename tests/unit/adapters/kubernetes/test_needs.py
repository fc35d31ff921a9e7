"""What is needed follows from the rows and roles, and from nothing else."""

import pytest

from adapters.kubernetes.action_rights import ACTION_RIGHTS
from adapters.kubernetes.kind_row import RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.needs import needs
from adapters.kubernetes.rbac import rules
from domain.commands.actions import Action
from domain.preflight.rights import Purpose, Right
from tests.unit.adapters.kubernetes.test_rbac import DEPLOY

OPTIONAL_ROLES = [role for role in RbacRole if role is not RbacRole.READ]


def test_every_right_that_a_role_grants_is_needed_and_no_other() -> None:
    granted = {
        Right(verb, resource, rule.group)
        for role in RbacRole
        for rule in rules(KINDS, role)
        for resource in rule.resources
        for verb in rule.verbs
    }
    asked = [right for need in needs() for right in need.rights]
    assert set(asked) == granted
    assert all(len(need.rights) == len(set(need.rights)) for need in needs())


def test_every_row_is_a_need_with_its_kind() -> None:
    kinds = [need for need in needs() if need.purpose is Purpose.KIND]
    assert [need.kind for need in kinds] == [row.resource.kind for row in KINDS]
    for need, row in zip(kinds, KINDS, strict=True):
        assert need.subject == row.resource.kind.value
        assert {right.verb for right in need.rights} == {"get", "list", "watch"}
        assert {(right.group, right.resource) for right in need.rights} == {(row.group, row.plural)}
        assert bool(need.optional) is (row.role is not RbacRole.READ)


def test_restricted_to_namespaces_every_namespaced_right_is_needed_in_each() -> None:
    everywhere = needs()
    restricted = needs(namespaces=("zoo", "shop"))
    without = {row.plural for row in KINDS if not row.namespaced} | {"nodes"}
    for wide, narrow in zip(everywhere, restricted, strict=True):
        assert wide.subject == narrow.subject
        assert {right.namespace for right in wide.rights} == {""}
        for right in narrow.rights:
            is_global = right.resource.partition("/")[0] in without
            assert (right.namespace == "") is is_global
        if narrow.purpose is not Purpose.COMMAND and narrow.rights[0].resource in without:
            assert "AGENT_NAMESPACES" in narrow.optional


def test_restricted_to_namespaces_the_assistant_is_not_asked_to_read_what_has_none() -> None:
    dynamic = next(one for one in needs(namespaces=("shop",)) if one.subject == "dynamic")
    assert {right.namespace for right in dynamic.rights} == {"shop"}
    assert "storageclasses" not in {right.resource for right in dynamic.rights}


@pytest.mark.parametrize("action", [one for one in Action if ACTION_RIGHTS[one].role is not None])
def test_every_action_that_asks_the_api_server_is_a_need_of_its_own(action: Action) -> None:
    (need,) = [one for one in needs() if one.subject == action.value]
    assert (need.purpose, need.actions) == (Purpose.COMMAND, frozenset({action}))
    assert need.rights
    assert bool(need.optional) is (ACTION_RIGHTS[action].role is not RbacRole.READ)


def test_what_an_action_shares_with_reading_is_not_what_somebody_has_to_choose() -> None:
    restart = next(one for one in needs() if one.subject == "restart")
    assert {right.verb for right in restart.rights} == {"get", "patch"}
    assert {right.verb for right in restart.chosen} == {"patch"}


def test_what_another_role_grants_as_well_does_not_show_that_a_role_was_chosen() -> None:
    """With `workloads` and without `apply` the latter is off, although it may patch Deployments."""
    apply = next(one for one in needs() if one.subject == "apply_manifests")
    assert Right("patch", "deployments", "apps") in apply.rights
    assert Right("patch", "deployments", "apps") not in apply.chosen
    assert Right("create", "deployments", "apps") in apply.chosen


def test_events_on_targets_are_a_need_of_every_change() -> None:
    (need,) = [one for one in needs() if one.purpose is Purpose.TARGET_EVENTS]
    assert need.rights == (Right("create", "events", "events.k8s.io"),)
    assert need.actions == {action for action in Action if action.is_change}
    assert "components/events" in need.optional


@pytest.mark.parametrize("role", OPTIONAL_ROLES)
def test_what_is_off_by_default_names_the_component_that_grants_it(role: RbacRole) -> None:
    folder = DEPLOY / "components" / role.value
    assert (folder / "kustomization.yaml").is_file()
    path = str(folder.relative_to(DEPLOY.parents[1]))
    assert [need for need in needs() if need.optional.startswith("off, as by default") and path in need.optional]
