"""The roles that follow from the rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.kubernetes import rbac
from adapters.kubernetes.kinds import KINDS, PODS, KindRow, RbacRole

_FILE = Path("deploy/kustomize/base/clusterrole.yaml")


def test_the_deployed_role_is_the_one_that_the_rows_ask_for(capsys: pytest.CaptureFixture[str]) -> None:
    rbac.main()
    assert _FILE.read_text(encoding="utf-8") == capsys.readouterr().out


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
