"""domain.objects.trimming: no canary survives, and what tells where something is stays."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.objects.trimming import MAX_DEPTH, MAX_TEXT_CHARS, shown_text, trimmed
from domain.objects.visibility import HIDDEN, Visibility
from domain.redaction import REDACTED

CANARY = "canary-7f3a9c"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.{CANARY}"
PROTECTED = Visibility(frozenset({"kube-system"}))


def _pod(**container: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"containers": [{"name": "web", **container}]},
    }


@pytest.mark.parametrize(
    "found",
    [
        _pod(env=[{"name": "DB_PASSWORD", "value": CANARY}]),
        _pod(env=[{"name": "DSN", "value": f"postgres://shop:{CANARY}@db/shop"}]),
        _pod(args=["--password", CANARY]),
        _pod(args=[f"--api-token={CANARY}"]),
        _pod(command=["sh", "-c", f"mysql -p{CANARY}"]),
        _pod(livenessProbe={"httpGet": {"httpHeaders": [{"name": "Authorization", "value": f"Basic {CANARY}1"}]}}),
        {"metadata": {"managedFields": [{"manager": CANARY}]}},
        {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": CANARY}}},
        {"metadata": {"annotations": {"example.com/api-key": CANARY}}},
        {"metadata": {"annotations": {"example.com/odd": {"password": CANARY}}}},
        {"kind": "ConfigMap", "data": {"db.password": CANARY}},
        {"kind": "ConfigMap", "data": {"app.properties": f"user=shop\npassword={CANARY}\n"}},
        {"kind": "ConfigMap", "data": {"config.yaml": f"users:\n- name: a\n  user:\n    token: {CANARY}\n"}},
        {"kind": "ConfigMap", "data": {"kubeconfig": CANARY}},
        {"kind": "ConfigMap", "binaryData": {"keystore": CANARY}},
        {"kind": "ConfigMap", "metadata": {"labels": {"owner": "helm"}}, "data": {"release": CANARY}},
        {"kind": "ConfigMap", "metadata": {"name": "sh.helm.release.v1.shop.v1"}, "data": {"release": CANARY}},
        {"kind": "Bundle", "spec": {"objects": [{"kind": "Secret", "data": {"x": CANARY}}]}},
        {"kind": "Bundle", "spec": {"template": {"kind": "Secret", "stringData": {"x": CANARY}}}},
        {"kind": "Widget", "spec": {"login": {"password": CANARY}}},
        {"kind": "Widget", "spec": {"passwords": [CANARY, {"plain": CANARY}]}},
        {"kind": "Widget", "spec": {"credentials": {"key": CANARY}}},
        {"kind": "Widget", "spec": {"auth": {"basic": {"who": CANARY}}}},
        {"kind": "Widget", "spec": {"values": [{"name": "token", "value": [CANARY]}]}},
        {"kind": "Widget", "spec": {"values": [{"key": "token", "value": {"a": CANARY}}]}},
        {"kind": "Widget", "spec": {"note": f"Bearer {CANARY}{CANARY}"}},
        {"kind": "Widget", "password": CANARY},
        {"kind": "Widget", "spec": {"note": JWT}},
    ],
    ids=lambda found: json.dumps(found)[:60],
)
def test_no_secret_survives(found: dict[str, Any]) -> None:
    assert CANARY in json.dumps(found)
    assert CANARY not in json.dumps(trimmed(found).object)


def test_a_number_under_the_name_of_a_secret_goes_too() -> None:
    shown = trimmed({"spec": {"pin": 1, "password": 4711, "values": [{"name": "password", "value": 4711}]}}).object
    assert shown == {"spec": {"pin": 1, "password": REDACTED, "values": [{"name": "password", "value": REDACTED}]}}


def test_where_a_secret_is_may_be_told() -> None:
    spec = {
        "imagePullSecrets": [{"name": "registry"}],
        "volumes": [
            {"name": "tls", "secret": {"secretName": "web-tls", "items": [{"key": "tls.key", "path": "key"}]}},
            {"projected": {"sources": [{"serviceAccountToken": {"path": "token", "audience": "vault"}}]}},
        ],
        "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}],
        "automountServiceAccountToken": False,
        "tokenSeconds": None,
    }
    assert trimmed({"spec": spec}).object == {"spec": spec}


def test_what_only_machines_read_is_left_out() -> None:
    found = {
        "metadata": {"name": "x", "managedFields": [{}]},
        "webhooks": [{"clientConfig": {"caBundle": "TUlJ"}}, {"clientConfig": {"caBundle": ""}}],
        "managedFields": [],
    }
    assert trimmed(found).object == {
        "metadata": {"name": "x"},
        "webhooks": [{"clientConfig": {"caBundle": "[caBundle left out]"}}, {"clientConfig": {"caBundle": ""}}],
    }


def test_values_of_variables_are_left_out_where_the_operator_wants_it() -> None:
    reference = {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    found = _pod(env=[{"name": "A", "value": CANARY}, reference, "odd"])
    shown = trimmed(found, Visibility(env_values=False)).object["spec"]["containers"][0]["env"]
    assert shown == [{"name": "A"}, reference, "odd"]


def test_owners_that_hold_secrets_are_not_told() -> None:
    owners = [{"kind": "Secret", "name": "a"}, {"kind": "ReplicaSet", "name": "b"}, "odd"]
    shown = trimmed({"metadata": {"ownerReferences": owners}}).object
    assert shown["metadata"]["ownerReferences"] == owners[1:]


def test_references_to_what_is_hidden_go_and_others_stay() -> None:
    found = {
        "metadata": {"name": "x", "namespace": "kube-system"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "kube-system", "name": "a"}, {"namespace": "shop"}],
        "message": "preempted by kube-system/coredns-1, shop/web",
    }
    shown = trimmed(found, PROTECTED).object
    assert shown["subjects"] == [HIDDEN, {"namespace": "shop"}]
    assert shown["message"] == f"preempted by {HIDDEN}, shop/web"
    assert trimmed(found).object == found


def test_long_texts_are_cut_and_say_so() -> None:
    shown = trimmed({"data": {"a": "x" * 20_000, "b": "y" * MAX_TEXT_CHARS}}).object["data"]
    assert shown["a"] == "x" * MAX_TEXT_CHARS + "... (20000 characters)"
    assert shown["b"] == "y" * MAX_TEXT_CHARS


def test_what_was_taken_out_is_taken_out_of_what_is_printed() -> None:
    result = trimmed({"spec": {"password": CANARY, "pin": {"token": "ab"}, "args": ["--token", CANARY + "2"]}})
    assert result.removed == {CANARY, CANARY + "2"}
    assert CANARY not in shown_text(f"its note is {CANARY}", removed=result.removed)
    assert shown_text("in kube-system/coredns", PROTECTED) == f"in {HIDDEN}"
    assert shown_text(f"password={CANARY}") == f"password={REDACTED}"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(
                [
                    "args",
                    "annotations",
                    "binaryData",
                    "command",
                    "data",
                    "env",
                    "kind",
                    "labels",
                    "metadata",
                    "name",
                    "namespace",
                    "ownerReferences",
                    "password",
                    "secret",
                    "stringData",
                    "value",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["kind", "metadata", "spec", "data", "binaryData"]), _JSON))
def test_no_object_is_too_odd(found: dict[str, Any]) -> None:
    shown = trimmed(found, PROTECTED).object
    assert shown.keys() == found.keys()
    json.dumps(shown)
    assert trimmed(shown, PROTECTED).object.keys() == found.keys()


@given(_JSON)
def test_a_password_is_gone_wherever_it_stands(around: object) -> None:
    found = {"kind": "Widget", "spec": {"around": around, "deep": [{"inner": {"db": {"password": CANARY}}}]}}
    assert CANARY not in json.dumps(trimmed(found).object)


@pytest.mark.parametrize("levels", [MAX_DEPTH, 400, 3000])
def test_what_is_nested_too_deep_is_left_out_and_says_so(levels: int) -> None:
    spec: Any = "x"
    for _ in range(levels):
        spec = {"a": [spec]}
    shown = json.dumps(trimmed({"kind": "Widget", "metadata": {"name": "deep"}, "spec": spec}).object)
    assert f"[nested deeper than {MAX_DEPTH} levels]" in shown
    assert '"name": "deep"' in shown
