"""An object to apply, as it was written, and what all of them must have.

The content stays as it was sent, typed as JSON: what it means is the API server's to say. Only what decides whether it
may be applied, where and when is read here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]

MAX_NAME_CHARS: Final = 253
_API_VERSION: Final = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_KIND: Final = re.compile(r"[A-Za-z](?:[-A-Za-z0-9]{0,62})")
_NAMESPACE: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_NO_SEGMENTS: Final = frozenset({".", ".."})


class InvalidManifestError(ValueError):
    """Raised when something cannot be applied as it is written; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an object stands in what was sent."""

    document: int
    """Number of the document, from 1; empty ones count."""
    line: int
    """Number of the line, from 1, that it begins on."""

    def __str__(self) -> str:
        """`document 2, line 14`."""
        return f"document {self.document}, line {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One object to apply."""

    place: Place
    api_version: str
    kind: str
    namespace: str
    """As written; empty where it names none."""
    name: str
    content: JsonObject

    @property
    def group(self) -> str:
        """API group; empty for the core."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """Version of the group."""
        return self.api_version.rpartition("/")[2]

    def __str__(self) -> str:
        """`Deployment shop/web`, as it stands in logs and answers."""
        path = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {path}"


def to_manifest(content: JsonObject, place: Place) -> Manifest:
    """The object, when it has what every object must have.

    Raises:
        InvalidManifestError: naming the member.
    """
    api_version, kind = _text(content, "apiVersion"), _text(content, "kind")
    if not _API_VERSION.fullmatch(api_version):
        raise InvalidManifestError("apiVersion is no version such as v1 or apps/v1")
    if not _KIND.fullmatch(kind):
        raise InvalidManifestError("kind is no name of a kind")
    metadata = content.get("metadata")
    if not isinstance(metadata, Mapping):
        raise InvalidManifestError(f"{kind}: metadata is required")
    if metadata.get("name") is None and metadata.get("generateName") is not None:
        raise InvalidManifestError(f"{kind}: generateName cannot be applied; metadata.name is required")
    name = _text(metadata, "name", f"{kind}: metadata.")
    if len(name) > MAX_NAME_CHARS or not is_segment(name):
        raise InvalidManifestError(f"{kind}: metadata.name is no valid name")
    namespace = metadata.get("namespace")
    if namespace is not None and (not isinstance(namespace, str) or not _is_namespace(namespace)):
        raise InvalidManifestError(f"{kind} {name}: metadata.namespace is no valid namespace")
    return Manifest(
        place=place, api_version=api_version, kind=kind, namespace=namespace or "", name=name, content=content
    )


def with_namespace(content: JsonObject, namespace: str) -> JsonObject:
    """The same content in this namespace, or in none where it is empty."""
    metadata = dict(mapping(content, "metadata"))
    metadata.pop("namespace", None)
    if namespace:
        metadata["namespace"] = namespace
    return {**content, "metadata": metadata}


def mapping(content: JsonObject, name: str) -> JsonObject:
    """A member that is an object; an empty one where it is missing or something else."""
    value = content.get(name)
    return value if isinstance(value, Mapping) else {}


def is_segment(name: str) -> bool:
    """Whether a name can stand in a path as one segment; roles and the like have names with colons."""
    return name not in _NO_SEGMENTS and "/" not in name and "%" not in name and name.isprintable()


def _is_namespace(text: str) -> bool:
    return text == "" or _NAMESPACE.fullmatch(text) is not None


def _text(members: JsonObject, name: str, before: str = "") -> str:
    value = members.get(name)
    if value is None or value == "":
        raise InvalidManifestError(f"{before}{name} is required")
    if not isinstance(value, str):
        raise InvalidManifestError(f"{before}{name} must be a text")
    return value
