"""The roles that follow from the rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.kubernetes import rbac, rbac_files
from adapters.kubernetes.action_rights import ACTION_RIGHTS
from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS, PODS
from domain.commands.actions import Action

DEPLOY = Path(__file__).parents[4] / "deploy" / "kustomize"
GENERATED = rbac_files.files()


@pytest.mark.parametrize("name", GENERATED)
def test_every_deployed_file_of_a_role_is_the_one_that_is_generated(name: str) -> None:
    assert (DEPLOY / name).read_text(encoding="utf-8") == GENERATED[name]


def test_no_component_is_left_of_a_role_that_is_gone() -> None:
    folders = {path.name for path in (DEPLOY / "components").iterdir()} - {"network-policy"}
    assert folders == {role.value for role in RbacRole if role is not RbacRole.READ}


def test_the_files_are_written_where_they_are_said_to_be(tmp_path: Path) -> None:
    rbac_files.main(str(tmp_path))
    written = {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*.yaml")}
    assert written == GENERATED


@pytest.mark.parametrize("role", RbacRole)
def test_every_role_is_bound_to_the_agents_account(role: RbacRole) -> None:
    folder = rbac_files.folder_of(role)
    binding = yaml.safe_load(GENERATED[f"{folder}/clusterrolebinding.yaml"])
    account = yaml.safe_load((DEPLOY / "base" / "serviceaccount.yaml").read_text(encoding="utf-8"))
    granted = yaml.safe_load(GENERATED[f"{folder}/clusterrole.yaml"])
    assert binding["roleRef"]["name"] == binding["metadata"]["name"] == granted["metadata"]["name"]
    # The namespace of the account is said in its own file, or an overlay's namespace would not reach the bindings.
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account["metadata"]}]


@pytest.mark.parametrize("role", [role for role in RbacRole if role is not RbacRole.READ])
def test_every_role_that_is_chosen_is_a_component_that_says_it_is_opt_in(role: RbacRole) -> None:
    text = GENERATED[f"{rbac_files.folder_of(role)}/kustomization.yaml"]
    assert text.startswith("# Opt-in: ")
    assert yaml.safe_load(text)["kind"] == "Component"


def granted_by(role: RbacRole) -> set[tuple[str, str, str]]:
    """Group, resource and verb of everything that a role grants."""
    return {
        (rule.group, resource, verb)
        for rule in rbac.rules(KINDS, role)
        for resource in rule.resources
        for verb in rule.verbs
    }


@pytest.mark.parametrize("action", Action)
def test_every_action_has_its_rights_and_reading_with_its_role_grants_them_all(action: Action) -> None:
    rights = ACTION_RIGHTS[action]
    needed = {(rule.group, one, verb) for rule in rights.rules for one in rule.resources for verb in rule.verbs}
    # What asks the telemetry store asks nothing of the API server.
    assert bool(needed) is (rights.role is not None) is not action.value.startswith("query_")
    if rights.role is not None:
        assert needed <= granted_by(RbacRole.READ) | granted_by(rights.role)


def test_no_role_grants_more_than_its_actions_need() -> None:
    for role in set(RbacRole) - {RbacRole.READ, RbacRole.SECRETS, RbacRole.EVENTS}:
        needed = {
            (rule.group, one, verb)
            for rights in ACTION_RIGHTS.values()
            if rights.role is role
            for rule in rights.rules
            for one in rule.resources
            for verb in rule.verbs
        }
        assert granted_by(role) == needed - granted_by(RbacRole.READ), role


def test_no_right_is_a_wildcard_or_gives_rights_away() -> None:
    every = set().union(*(granted_by(role) for role in RbacRole))
    groups, resources, verbs = (set(part) for part in zip(*every, strict=True))
    assert "*" not in repr((groups, resources, verbs))
    assert verbs == {"get", "list", "watch", "create", "patch", "delete"}
    assert not {"rbac.authorization.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io"} & groups
    assert not {"nodes/proxy", "pods/portforward", "pods/attach", "serviceaccounts/token"} & resources
    changing = {(group, one) for group, one, verb in every if verb in {"create", "patch", "delete"}}
    assert not {("", "secrets"), ("", "namespaces"), ("", "persistentvolumes")} & changing


def test_secrets_are_read_only_by_the_two_roles_that_are_named_after_them() -> None:
    assert {role for role in RbacRole if {one for _, one, _ in granted_by(role)} & {"secrets"}} == {
        RbacRole.SECRETS,
        RbacRole.SECRET_DATA,
    }
    assert granted_by(RbacRole.SECRET_DATA) == {("", "secrets", "get")}


def test_the_network_policy_is_about_the_agents_pods() -> None:
    policy = yaml.safe_load((DEPLOY / "components" / "network-policy" / "networkpolicy.yaml").read_text("utf-8"))
    base = yaml.safe_load((DEPLOY / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert policy["spec"]["podSelector"]["matchLabels"] == base["labels"][0]["pairs"]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]


def test_the_text_is_the_manifest() -> None:
    for role in RbacRole:
        assert yaml.safe_load(rbac_files.cluster_role_yaml(KINDS, role)) == rbac.cluster_role(KINDS, role)


def test_every_row_is_granted_and_nothing_is_changed() -> None:
    granted = {
        (group, resource): set(rule["verbs"])
        for rule in rbac.cluster_role(KINDS, RbacRole.READ)["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    for row in KINDS:
        if row.role is RbacRole.READ:
            assert granted[row.group, row.plural] == {"get", "list", "watch"}
    assert set().union(*granted.values()) <= {"get", "list", "watch"}
    assert "*" not in repr(granted)
    assert ("", "secrets") not in granted


def test_a_role_holds_the_rows_of_its_own_by_group() -> None:
    def a_row(plural: str, group: str = "", role: RbacRole = RbacRole.READ) -> KindRow[Any, Any]:
        return replace(PODS, plural=plural, group=group, role=role)

    rows = [a_row("pods"), a_row("jobs", "batch"), a_row("nodes"), a_row("secrets", role=RbacRole.SECRETS)]
    assert [rule.resources for rule in rbac.rules(rows, RbacRole.READ)][:2] == [("nodes", "pods"), ("jobs",)]
    assert [rule.resources for rule in rbac.rules(rows, RbacRole.SECRETS)] == [("secrets",)]
