"""The line that an operator pastes. That kubectl takes it is shown in tests/kube."""

import shlex

from adapters.kubernetes.granting import DEPLOYED_ACCOUNT, grant_line
from domain.preflight.rights import Right

FOLLOW = ("get", "list", "watch")


def rights(resource: str, *verbs: str, group: str = "", namespace: str = "") -> list[Right]:
    return [Right(verb, resource, group, namespace) for verb in verbs]


def test_nothing_needs_no_line() -> None:
    assert grant_line([], "") == ""


def test_a_right_everywhere_is_a_cluster_role_and_its_binding() -> None:
    assert grant_line(rights("pods", *FOLLOW), "system:serviceaccount:ops:agent") == (
        "kubectl create clusterrole atlhyper-agent-get-list-watch-pods --verb=get,list,watch --resource=pods && "
        "kubectl create clusterrolebinding atlhyper-agent-get-list-watch-pods "
        "--clusterrole=atlhyper-agent-get-list-watch-pods --serviceaccount=ops:agent"
    )


def test_in_namespaces_each_gets_its_role() -> None:
    line = grant_line([*rights("pods", "list", namespace="shop"), *rights("pods", "list", namespace="zoo")], "jane")
    parts = line.split(" && ")
    assert [part.split()[2] for part in parts] == ["role", "rolebinding"] * 2
    assert [part.count("--namespace=shop") for part in parts] == [1, 1, 0, 0]
    assert all("--user=jane" in part for part in parts[1::2])


def test_what_has_the_same_verbs_is_one_role_and_groups_and_parts_are_named() -> None:
    line = grant_line(
        [
            *rights("deployments/scale", "get", "patch", group="apps"),
            *rights("statefulsets/scale", "get", "patch", group="apps"),
            *rights("horizontalpodautoscalers", "list", group="autoscaling"),
        ],
        "",
    )
    assert line.count("create clusterrole ") == 2
    assert "--verb=get,patch --resource=deployments.apps/scale,statefulsets.apps/scale" in line
    assert "--verb=list --resource=horizontalpodautoscalers.autoscaling" in line
    assert f"--serviceaccount={DEPLOYED_ACCOUNT.removeprefix('system:serviceaccount:')}" in line


def test_odd_names_reach_kubectl_as_one_word_and_run_nothing() -> None:
    line = grant_line(rights("pods", "get", namespace="a b; reboot"), "o'jane $(reboot)")
    words = shlex.split(line.split(" && ")[1])
    assert "--namespace=a b; reboot" in words
    assert "--user=o'jane $(reboot)" in words


def test_other_rights_have_other_names_that_are_not_too_long() -> None:
    names = {grant_line([right], "").split()[3] for right in (*rights("pods", *FOLLOW), *rights("pods/log", "get"))}
    assert len(names) == 4
    many = [[Right("get", f"resource{number}") for number in range(count)] for count in (20, 21)]
    long_names = {grant_line(rights, "").split()[3] for rights in many}
    assert {len(name) for name in long_names} == {63}
    assert len(long_names) == 2
