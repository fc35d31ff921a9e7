"""What is needed follows from the rows and roles, and from nothing else."""

import pytest

from adapters.kubernetes.kind_row import RbacRole
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.needs import ACTIONS_OF_RESOURCE, ACTIONS_OF_ROLE, needs
from adapters.kubernetes.rbac import rules, rules_beside_kinds
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
    assert len(asked) == len(granted)


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
    for wide, narrow in zip(everywhere, restricted, strict=True):
        assert wide.subject == narrow.subject
        assert {right.namespace for right in wide.rights} == {""}
        plural = wide.rights[0].resource.partition("/")[0]
        is_global = plural == "nodes" or any(row.plural == plural and not row.namespaced for row in KINDS)
        assert {right.namespace for right in narrow.rights} == ({""} if is_global else {"shop", "zoo"})
        if is_global:
            assert "AGENT_NAMESPACES" in narrow.optional


@pytest.mark.parametrize("role", OPTIONAL_ROLES)
def test_every_role_beside_reading_says_what_it_is_for(role: RbacRole) -> None:
    if rules_beside_kinds(role):
        assert ACTIONS_OF_ROLE[role]
        assert [need for need in needs() if need.subject == role.value]


def test_what_reading_grants_for_commands_says_for_which() -> None:
    commands = [need for need in needs() if need.subject in ACTIONS_OF_RESOURCE]
    assert commands
    assert [need for need in needs() if need.purpose is Purpose.COMMAND and not need.actions] == []


@pytest.mark.parametrize("role", OPTIONAL_ROLES)
def test_what_is_off_by_default_names_the_component_that_grants_it(role: RbacRole) -> None:
    folder = DEPLOY / "components" / role.value
    assert (folder / "kustomization.yaml").is_file()
    path = str(folder.relative_to(DEPLOY.parents[1]))
    assert [need for need in needs() if need.optional.startswith("off, as by default") and path in need.optional]
