"""What gives more than a pod has is found wherever it stands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.manifests.escalation import escalation_in
from tests.support.manifests import a_definition, a_manifest

RBAC = "rbac.authorization.k8s.io/v1"
POD_SPECS: list[tuple[dict[str, Any], str]] = [
    ({"hostNetwork": True}, "hostNetwork"),
    ({"hostPID": True}, "hostPID"),
    ({"hostIPC": True}, "hostIPC"),
    ({"volumes": [{"name": "a"}, {"name": "b", "hostPath": {"path": "/"}}]}, "volumes[1].hostPath"),
    ({"containers": [{"securityContext": {"privileged": True}}]}, "containers[0].securityContext.privileged"),
    ({"initContainers": [{"securityContext": {"privileged": True}}]}, "initContainers[0].securityContext.privileged"),
    ({"containers": [{"ports": [{"hostPort": 80}]}]}, "containers[0].ports[0].hostPort"),
    (
        {"containers": [{"securityContext": {"capabilities": {"add": ["CHOWN", "SYS_ADMIN"]}}}]},
        "containers[0].securityContext.capabilities",
    ),
    ({"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}}, "securityContext.sysctls"),
    ({"securityContext": {"seccompProfile": {"type": "Unconfined"}}}, "securityContext.seccompProfile"),
    ({"securityContext": {"appArmorProfile": {"type": "Unconfined"}}}, "securityContext.appArmorProfile"),
    ({"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}, "securityContext.seLinuxOptions"),
    ({"securityContext": {"seLinuxOptions": {"user": "root"}}}, "securityContext.seLinuxOptions"),
    ({"securityContext": {"windowsOptions": {"hostProcess": True}}}, "securityContext.windowsOptions.hostProcess"),
    ({"containers": [{"securityContext": {"procMount": "Unmasked"}}]}, "containers[0].securityContext.procMount"),
]
HARMLESS: dict[str, Any] = {
    "hostNetwork": False,
    "hostUsers": False,
    "volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": None}],
    "securityContext": {
        "seccompProfile": {"type": "RuntimeDefault"},
        "appArmorProfile": {"type": "RuntimeDefault"},
        "seLinuxOptions": {"type": "container_t", "level": "s0"},
        "sysctls": [{"name": "net.ipv4.tcp_syncookies", "value": "1"}],
    },
    "containers": [
        {
            "name": "a",
            "ports": [{"containerPort": 80, "hostPort": 0}],
            "securityContext": {
                "privileged": False,
                "procMount": "Default",
                "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
            },
        }
    ],
}


@pytest.mark.parametrize(("spec", "path"), POD_SPECS, ids=[path for _, path in POD_SPECS])
def test_a_pod_that_is_more_than_a_pod_is_found_in_every_template(spec: dict[str, Any], path: str) -> None:
    template = {"template": {"metadata": {}, "spec": spec}}
    cases = [
        (a_manifest("Pod", spec=spec), f"spec.{path}"),
        (a_manifest("Deployment", api_version="apps/v1", spec=template), f"spec.template.spec.{path}"),
        (
            a_manifest("CronJob", api_version="batch/v1", spec={"jobTemplate": {"spec": template}}),
            f"spec.jobTemplate.spec.template.spec.{path}",
        ),
        (
            a_manifest("Rollout", api_version="argoproj.io/v1", spec={"a": [template]}),
            f"spec.a[0].template.spec.{path}",
        ),
    ]
    for manifest, expected in cases:
        assert escalation_in(manifest) == expected


@pytest.mark.parametrize("kind", ["Pod", "Deployment", "ConfigMap"])
def test_a_pod_within_the_baseline_is_no_escalation(kind: str) -> None:
    assert escalation_in(a_manifest(kind, spec={**HARMLESS, "template": {"spec": HARMLESS}})) == ""


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [
        ("ClusterRole", RBAC),
        ("RoleBinding", RBAC),
        ("Role", "rbac.authorization.k8s.io/v1beta1"),
        ("MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1"),
        ("ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1"),
        ("APIService", "apiregistration.k8s.io/v1"),
        ("CertificateSigningRequest", "certificates.k8s.io/v1"),
        ("Secret", "v1"),
    ],
)
def test_kinds_that_hand_out_rights_are_found_whatever_they_hold(kind: str, api_version: str) -> None:
    assert escalation_in(a_manifest(kind, api_version=api_version)) == f"the kind {kind}"
    assert escalation_in(a_definition()) == "the kind CustomResourceDefinition"


def test_a_kind_of_the_same_name_in_another_group_is_none() -> None:
    assert escalation_in(a_manifest("Secret", api_version="e.com/v1")) == ""
    assert escalation_in(a_manifest("Role", api_version="e.com/v1")) == ""


def test_files_of_a_node_behind_a_volume_are_found() -> None:
    local = a_manifest("PersistentVolume", namespace="", spec={"local": {"path": "/"}})
    assert escalation_in(local) == "spec.local, files of a node"
    assert escalation_in(a_manifest("PersistentVolume", spec={"hostPath": {"path": "/"}})) == "spec.hostPath"
    assert escalation_in(a_manifest("PersistentVolume", spec={"nfs": {"path": "/"}})) == ""
    assert escalation_in(a_manifest("PersistentVolume")) == ""


@pytest.mark.parametrize(("level", "is_found"), [("privileged", True), ("baseline", False), ("restricted", False)])
def test_a_namespace_that_lets_everything_in_is_found(level: str, is_found: bool) -> None:
    labels = {"labels": {"pod-security.kubernetes.io/enforce": level}}
    assert bool(escalation_in(a_manifest("Namespace", metadata=labels))) is is_found
    assert escalation_in(a_manifest("Namespace")) == ""


def test_a_profile_in_an_annotation_is_found() -> None:
    name = "container.apparmor.security.beta.kubernetes.io/app"
    for profile, is_found in (("unconfined", True), ("runtime/default", False), ("localhost/mine", False), (3, False)):
        found = escalation_in(a_manifest("Pod", metadata={"annotations": {name: profile}}))
        assert bool(found) is is_found


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "capabilities",
                    "add",
                    "sysctls",
                    "seLinuxOptions",
                    "seccompProfile",
                    "type",
                    "hostPort",
                    "procMount",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(ODD)
def test_whatever_stands_there_is_looked_at_without_a_fall(value: Any) -> None:
    assert isinstance(escalation_in(a_manifest("Widget", api_version="e.com/v1", spec=value)), str)


@given(ODD, st.lists(st.sampled_from(["a", 0]), max_size=6))
def test_however_deep_it_is_hidden_it_is_found(beside: Any, path: list[str | int]) -> None:
    hidden: Any = {"hostNetwork": True}
    for step in path:
        hidden = {"a": hidden, "b": beside} if step == "a" else [beside, hidden]
    assert escalation_in(a_manifest("Widget", api_version="e.com/v1", spec=hidden))


def test_what_is_repeated_by_aliases_is_looked_at_once() -> None:
    many: Any = [{"hostPort": 0}] * 1000
    for _ in range(4):
        many = [many] * 1000
    assert not escalation_in(a_manifest("Widget", api_version="e.com/v1", spec=many))
    assert escalation_in(a_manifest("Widget", api_version="e.com/v1", spec=[many, {"hostPort": 80}]))
