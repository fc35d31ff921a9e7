"""The roles that follow from the rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.kubernetes import rbac
from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.kinds import KINDS, PODS

DEPLOY = Path(__file__).parents[4] / "deploy" / "kustomize"
_FOLDERS = {role: DEPLOY / "base" if role is RbacRole.READ else DEPLOY / "components" / role for role in RbacRole}


def test_the_deployed_role_is_the_one_that_the_rows_ask_for(capsys: pytest.CaptureFixture[str]) -> None:
    rbac.main()
    assert (_FOLDERS[RbacRole.READ] / "clusterrole.yaml").read_text(encoding="utf-8") == capsys.readouterr().out


@pytest.mark.parametrize("role", _FOLDERS)
def test_every_deployed_role_is_generated_and_bound_to_the_agents_account(
    role: RbacRole, capsys: pytest.CaptureFixture[str]
) -> None:
    rbac.main(role.value)
    text = (_FOLDERS[role] / "clusterrole.yaml").read_text(encoding="utf-8")
    assert text == capsys.readouterr().out
    binding = yaml.safe_load((_FOLDERS[role] / "clusterrolebinding.yaml").read_text(encoding="utf-8"))
    account = yaml.safe_load((DEPLOY / "base" / "serviceaccount.yaml").read_text(encoding="utf-8"))
    assert binding["roleRef"]["name"] == yaml.safe_load(text)["metadata"]["name"]
    # The namespace of the account is said in its own file, or an overlay's namespace would not reach the bindings.
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account["metadata"]}]


def test_scaling_is_granted_apart_and_grants_nothing_else() -> None:
    changed = [rule for rule in rbac.rules(KINDS, RbacRole.SCALE) if not set(rule.verbs) <= {"get", "list", "watch"}]
    assert [(rule.group, rule.resources, rule.verbs) for rule in changed] == [
        ("apps", ("deployments/scale", "statefulsets/scale"), ("get", "patch"))
    ]


def test_the_network_policy_is_about_the_agents_pods() -> None:
    policy = yaml.safe_load((DEPLOY / "components" / "network-policy" / "networkpolicy.yaml").read_text("utf-8"))
    base = yaml.safe_load((DEPLOY / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
    assert policy["spec"]["podSelector"]["matchLabels"] == base["labels"][0]["pairs"]
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]


def test_the_text_is_the_manifest() -> None:
    for role in RbacRole:
        assert yaml.safe_load(rbac.cluster_role_yaml(KINDS, role)) == rbac.cluster_role(KINDS, role)


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
