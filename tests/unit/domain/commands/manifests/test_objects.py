"""What every object has."""

from typing import Any

import pytest

from domain.commands.manifests.objects import InvalidManifestError, Place, mapping, to_manifest, with_namespace
from tests.support.manifests import a_manifest

GOOD: dict[str, Any] = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
PLACE = Place(document=2, line=7)


def test_a_manifest_says_what_it_is_and_where_it_stands() -> None:
    found = to_manifest(GOOD, PLACE)
    assert (found.group, found.version, str(found), str(found.place)) == (
        "apps",
        "v1",
        "Deployment web",
        "document 2, line 7",
    )
    assert str(a_manifest()) == "ConfigMap shop/settings"
    assert a_manifest().group == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"apiVersion": None}, "apiVersion is required"),
        ({"apiVersion": ["v1"]}, "apiVersion must be a text"),
        ({"apiVersion": "apps/v1/x"}, "no version such as"),
        ({"apiVersion": "../v1"}, "no version such as"),
        ({"apiVersion": "Apps/v1"}, "no version such as"),
        ({"kind": ""}, "kind is required"),
        ({"kind": "a b"}, "no name of a kind"),
        ({"metadata": None}, "Deployment: metadata is required"),
        ({"metadata": {"name": None}}, "Deployment: metadata.name is required"),
        ({"metadata": {"name": "a/b"}}, "Deployment: metadata.name is no valid name"),
        ({"metadata": {"name": "a\n"}}, "Deployment: metadata.name is no valid name"),
        ({"metadata": {"generateName": "web-"}}, "generateName cannot be applied"),
        ({"metadata": {"name": "web", "namespace": "A"}}, "Deployment web: metadata.namespace is no valid namespace"),
    ],
)
def test_what_is_missing_or_wrong_is_named(change: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidManifestError, match=why):
        to_manifest({**GOOD, **change}, PLACE)


@pytest.mark.parametrize("namespace", [None, ""])
def test_no_namespace_is_no_namespace(namespace: str | None) -> None:
    assert to_manifest({**GOOD, "metadata": {"name": "a", "namespace": namespace}}, PLACE).namespace == ""


def test_a_name_that_was_generated_is_a_name() -> None:
    assert to_manifest({**GOOD, "metadata": {"name": "web-x", "generateName": "web-"}}, PLACE).name == "web-x"


def test_a_namespace_is_given_or_taken_without_touching_what_was_written() -> None:
    content: dict[str, Any] = {"metadata": {"name": "a", "namespace": "old"}, "spec": 1}
    assert with_namespace(content, "new") == {"metadata": {"name": "a", "namespace": "new"}, "spec": 1}
    assert with_namespace(content, "") == {"metadata": {"name": "a"}, "spec": 1}
    assert content["metadata"]["namespace"] == "old"


def test_a_member_that_is_no_object_counts_as_an_empty_one() -> None:
    assert mapping({"a": {"b": 1}}, "a") == {"b": 1}
    assert mapping({"a": [1]}, "a") == mapping({}, "a") == {}
