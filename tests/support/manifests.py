"""Builders of manifests."""

from typing import Any

from domain.commands.manifests.objects import Manifest, Place, to_manifest


def a_manifest(
    kind: str = "ConfigMap",
    name: str = "settings",
    *,
    api_version: str = "v1",
    namespace: str = "shop",
    line: int = 1,
    **content: Any,
) -> Manifest:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {}) | content.pop("metadata", {})
    return to_manifest(
        {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}, Place(document=1, line=line)
    )


def a_definition(kind: str = "Widget", group: str = "e.com", name: str = "") -> Manifest:
    """A CustomResourceDefinition, as far as anything reads it."""
    return a_manifest(
        "CustomResourceDefinition",
        name or f"{kind.lower()}s.{group}",
        api_version="apiextensions.k8s.io/v1",
        namespace="",
        spec={"group": group, "names": {"kind": kind, "plural": f"{kind.lower()}s"}},
    )
