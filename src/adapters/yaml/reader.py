"""YamlManifestReader: what somebody sent, as a list of objects that have what every object must have.

All or nothing: a set of which one document cannot be read is not applied in part. Everything that is wrong is named at
once, by document and line; values are never repeated, for they may be secret. Lists are taken apart, as kubectl does.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import anyio.to_thread
from typing_extensions import override

from adapters.yaml.documents import Document, UnreadableDocumentError, documents_of
from adapters.yaml.json_documents import json_documents_of, looks_like_json
from adapters.yaml.limits import ReadingLimits
from domain.commands.manifests.objects import InvalidManifestError, JsonValue, Manifest, Place, to_manifest
from domain.errors import InvalidCommandError
from ports.manifests import ManifestReader

_FIELD: Final = "manifests"
_AT_ONCE_CHARS: Final = 16 * 1024
"""A longer text is read in a thread: a mebibyte takes some tenths of a second."""


class YamlManifestReader(ManifestReader):
    """Reads YAML streams, JSON among them."""

    def __init__(self, limits: ReadingLimits | None = None) -> None:
        self._limits = limits or ReadingLimits()

    @override
    async def read(self, text: str) -> tuple[Manifest, ...]:
        if len(text) <= _AT_ONCE_CHARS:
            return read_manifests(text, self._limits)
        return await anyio.to_thread.run_sync(read_manifests, text, self._limits)


def read_manifests(text: str, limits: ReadingLimits) -> tuple[Manifest, ...]:
    """All objects of a text.

    Raises:
        InvalidCommandError: something in it cannot be read, or lacks what every object has; there is none at all.
    """
    _require_size(text, limits)
    manifests: list[Manifest] = []
    problems: list[str] = []
    try:
        for document in _documents(text, limits):
            for place, value in _objects(document, limits):
                try:
                    manifests.append(_manifest(value, place))
                except InvalidManifestError as error:
                    problems.append(f"{place}: {error}")
                if len(manifests) > limits.objects:
                    raise InvalidCommandError(_FIELD, f"more than {limits.objects} objects")
    except UnreadableDocumentError as error:
        problems.append(str(error))
    if problems:
        more = len(problems) - limits.problems
        shown = problems[: limits.problems] + ([f"and {more} more"] if more > 0 else [])
        raise InvalidCommandError(_FIELD, "; ".join(shown))
    if not manifests:
        raise InvalidCommandError(_FIELD, "there is no object in it")
    return tuple(manifests)


def _require_size(text: str, limits: ReadingLimits) -> None:
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError as error:
        raise InvalidCommandError(_FIELD, "holds half of a character (an unpaired surrogate)") from error
    if size_bytes > limits.text_bytes:
        raise InvalidCommandError(_FIELD, f"{size_bytes} bytes, of which at most {limits.text_bytes} are read")


def _documents(text: str, limits: ReadingLimits) -> Iterator[Document]:
    if looks_like_json(text):
        try:
            return iter(list(json_documents_of(text, limits)))
        except json.JSONDecodeError:
            pass  # a flow mapping, perhaps
    return documents_of(text, limits)


def _objects(document: Document, limits: ReadingLimits) -> Iterator[tuple[Place, JsonValue]]:
    """What is in a document: nothing, an object, or the items of a list, of lists of lists, too."""
    waiting: list[tuple[Place, JsonValue]] = [(document.place, document.value)]
    lines = document.item_lines
    seen = 0
    while waiting:
        place, value = waiting.pop()
        seen += 1
        if seen > 2 * limits.objects:
            raise InvalidCommandError(_FIELD, f"more than {limits.objects} objects")
        if value is None and value is document.value:
            continue
        items = _items(value)
        if items is None:
            yield place, value
            continue
        places = [replace(place, line=line) for line in lines] if len(lines) == len(items) else [place] * len(items)
        lines = ()
        waiting += reversed(list(zip(places, items, strict=True)))


def _items(value: JsonValue) -> list[JsonValue] | None:
    """The items of a list of objects; None when it is no list."""
    if not isinstance(value, Mapping):
        return None
    kind, items = value.get("kind"), value.get("items")
    if not isinstance(kind, str) or not kind.endswith("List"):
        return None
    if items is None and kind == "List":
        return []
    return items if isinstance(items, list) else None


def _manifest(value: JsonValue, place: Place) -> Manifest:
    if not isinstance(value, Mapping):
        raise InvalidManifestError("is no object with apiVersion, kind and metadata")
    _require_whole_characters(value)
    return to_manifest(value, place)


def _require_whole_characters(value: JsonValue) -> None:
    """JSON can spell half of a character, which nothing can be sent as."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidManifestError("holds half of a character (an unpaired surrogate)") from error
