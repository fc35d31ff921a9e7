"""domain.objects.visibility and secret_kinds."""

from typing import Any

import pytest

from domain.objects.secret_kinds import holds_secrets
from domain.objects.visibility import EVERYTHING, HIDDEN, Visibility, is_withheld

PROTECTED = Visibility(frozenset({"kube-system", "kube.public"}))


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("Pod", {"metadata": {"namespace": "kube-system"}}),
        ("Widget", {"metadata": {"namespace": "kube.public"}}),
        ("Namespace", {"metadata": {"name": "kube-system"}}),
        ("Project", {"metadata": {"name": "kube-system"}}),
        ("PersistentVolume", {"spec": {"claimRef": {"namespace": "kube-system", "name": "x"}}}),
        ("Event", {"metadata": {"namespace": "default"}, "involvedObject": {"namespace": "kube-system"}}),
        ("Event", {"metadata": {"namespace": "default"}, "regarding": {"namespace": "kube-system"}}),
        ("Event", {"involvedObject": {"kind": "Namespace", "name": "kube-system"}}),
    ],
)
def test_what_belongs_to_a_protected_namespace_is_hidden(kind: str, found: dict[str, Any]) -> None:
    assert PROTECTED.hides(kind, found)
    assert not EVERYTHING.hides(kind, found)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("Pod", {"metadata": {"namespace": "shop", "name": "kube-system"}}),
        ("Pod", {"metadata": None}),
        ("Node", {"metadata": {"name": "kube-system"}}),
        ("Namespace", {"metadata": {"name": "kubexpublic"}}),
        ("PersistentVolume", {"spec": {"claimRef": None}}),
        ("Event", {"involvedObject": {"kind": "Node", "name": "kube-system"}}),
        ("Event", {"involvedObject": {"namespace": ["kube-system"]}}),
        ("Event", {}),
    ],
)
def test_other_objects_are_shown(kind: str, found: dict[str, Any]) -> None:
    assert not PROTECTED.hides(kind, found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kube-system/coredns-1 moved", f"{HIDDEN} moved"),
        ("pod kube.public/a:b and shop/c", f"pod {HIDDEN} and shop/c"),
        ("my-kube-system/x", "my-kube-system/x"),
        ("kubexpublic/x", "kubexpublic/x"),
        ("kube-system", "kube-system"),
    ],
)
def test_names_in_protected_namespaces_are_taken_out_of_texts(text: str, shown: str) -> None:
    assert PROTECTED.without_names(text) == shown
    assert EVERYTHING.without_names(text) == text


@pytest.mark.parametrize(
    "names",
    [
        ("Secret",),
        ("SECRET",),
        ("Widget", "secrets"),
        ("SealedSecret",),
        ("ExternalSecret",),
        ("ClusterExternalSecret",),
        ("OAuthAccessToken",),
        ("CertificateSigningRequest",),
        ("CredentialsRequest",),
        ("AdminKubeconfigRequest",),
    ],
)
def test_kinds_that_hold_secrets_are_known_by_their_names(names: tuple[str, ...]) -> None:
    assert holds_secrets(*names)


@pytest.mark.parametrize("name", ["Pod", "ConfigMap", "ServiceAccount", "Certificate", "Deployment", ""])
def test_other_kinds_are_none_of_them(name: str) -> None:
    assert not holds_secrets(name)


@pytest.mark.parametrize(
    ("kind", "found", "is_withheld_from_all"),
    [
        ("Event", {"involvedObject": {"kind": "Secret", "name": "x"}}, True),
        ("Event", {"regarding": {"kind": "ExternalSecret"}}, True),
        ("Event", {"involvedObject": {"kind": "Pod"}}, False),
        ("Event", {}, False),
        ("Widget", {"kind": "Secret"}, True),
        ("Widget", {"kind": "Widget"}, False),
        ("Pod", {"involvedObject": {"kind": "Secret"}}, False),
    ],
)
def test_what_is_shown_to_nobody(kind: str, found: dict[str, Any], is_withheld_from_all: bool) -> None:
    assert is_withheld(kind, found) is is_withheld_from_all
