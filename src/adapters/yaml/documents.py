"""Documents of a YAML stream as plain values, built from the parser's events.

Nothing here recurses and nothing is built before it is counted, so that no text, however nested or aliased, takes more
time or memory than its limits allow. An alias stands for the same value again; it counts as if it were written out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from adapters.yaml.limits import ReadingLimits
from adapters.yaml.scalars import ScalarError, key_of, shown_tag, value_of
from domain.commands.manifests.objects import InvalidManifestError, JsonValue, Place

_MAP: Final = "tag:yaml.org,2002:map"
_SEQUENCE: Final = "tag:yaml.org,2002:seq"
_MERGE: Final = "<<"


class UnreadableDocumentError(InvalidManifestError):
    """Raised when a text cannot be read on from some place; the message names it, and repeats no value."""

    def __init__(self, place: Place, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Document:
    """One document."""

    place: Place
    value: JsonValue
    item_lines: tuple[int, ...] = ()
    """For a list: the line that each of its items begins on."""


@dataclass(slots=True)
class _Mapping:
    """Members that are still being read."""

    line: int
    anchor: str | None
    weight_before: int
    value: dict[str, JsonValue] = field(default_factory=dict)
    key: str | None = None
    is_merging: bool = False
    merged: set[str] = field(default_factory=set)
    """Names that come from elsewhere, which one that is written here may replace."""
    has_merged: bool = False
    height: int = 1


@dataclass(slots=True)
class _Sequence:
    """Elements that are still being read."""

    line: int
    anchor: str | None
    weight_before: int
    value: list[JsonValue] = field(default_factory=list)
    height: int = 1


_Frame: TypeAlias = _Mapping | _Sequence


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an alias may stand for."""

    value: JsonValue
    weight: int
    height: int


def documents_of(text: str, limits: ReadingLimits) -> Iterator[Document]:
    """The documents of a text, in order, empty ones included.

    Raises:
        UnreadableDocumentError: the text is no YAML, is larger than it may be, or says something twice.
    """
    builder = _Builder(limits)
    number = 0
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            if isinstance(event, yaml.DocumentStartEvent):
                number += 1
                builder.begin(number)
            elif isinstance(event, yaml.DocumentEndEvent):
                yield builder.end()
            elif not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
                builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else builder.line
        raise UnreadableDocumentError(Place(max(number, 1), line), _why(error)) from error
    except yaml.reader.ReaderError as error:
        raise UnreadableDocumentError(
            Place(max(number, 1), text.count("\n", 0, error.position) + 1), "a character that YAML does not allow"
        ) from error


_PARSER: Final = yaml.CLoader
"""libyaml's: ten times as fast as the one in Python, and bounded in its depth."""


def _why(error: yaml.MarkedYAMLError) -> str:
    context, problem = error.context, error.problem or "this is no YAML"
    return f"{problem} ({context})" if context else problem


class _Builder:
    """Puts one document after the other together."""

    def __init__(self, limits: ReadingLimits) -> None:
        self._limits = limits
        self._number = 0
        self._weight = 0
        self.line = 1
        self.begin(0)

    def begin(self, number: int) -> None:
        """A document begins; anchors end with the one before."""
        self._number = number
        self._first_line = 0
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Anchored | None] = {}
        self._item_lines: list[int] = []
        self._root: JsonValue = None
        if number > self._limits.documents:
            raise self._error(f"more than {self._limits.documents} documents")

    def end(self) -> Document:
        """The document that has ended."""
        place = Place(self._number, self._first_line or self.line)
        return Document(place, self._root, tuple(self._item_lines))

    def take(self, event: Any) -> None:  # noqa: ANN401 - the library ships no types for events of a C parser
        """The next piece of the document."""
        self.line = event.start_mark.line + 1
        self._first_line = self._first_line or self.line
        try:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event.anchor or "")
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._open(event)
            else:
                self._close()
        except ScalarError as error:
            raise self._error(str(error)) from error

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - as above
        self._grow(len(event.value) + 1)
        top = self._frames[-1] if self._frames else None
        is_plain = event.implicit[0] and event.tag is None
        if isinstance(top, _Mapping) and top.key is None:
            if event.anchor is not None:
                raise self._error("an anchor on a key")
            self._key(top, event, is_plain=is_plain)
            return
        value = value_of(event.value, event.tag, is_plain=is_plain)
        self._remember(event.anchor, _Anchored(value, len(event.value) + 1, 0))
        self._put(value, 0)

    def _key(self, mapping: _Mapping, event: Any, *, is_plain: bool) -> None:  # noqa: ANN401 - as above
        if is_plain and event.value == _MERGE:
            if mapping.has_merged:
                raise self._error(f"{_MERGE} is there twice; it takes a list")
            mapping.key, mapping.is_merging, mapping.has_merged = _MERGE, True, True
            return
        try:
            key = key_of(event.value, event.tag, is_plain=is_plain)
        except ScalarError as error:
            raise self._error(f"{event.value[:64]!r} is {error}") from error
        if key in mapping.value and key not in mapping.merged:
            raise self._error(f"the key {key[:64]!r} is there twice")
        mapping.key = key

    def _alias(self, anchor: str) -> None:
        if isinstance(top := self._frames[-1] if self._frames else None, _Mapping) and top.key is None:
            raise self._error("an alias as a key")
        if anchor not in self._anchors:
            raise self._error(f"there is no anchor {anchor[:64]!r}")
        found = self._anchors[anchor]
        if found is None:
            raise self._error(f"the alias {anchor[:64]!r} stands for what it is in")
        self._grow(found.weight)
        if len(self._frames) + found.height > self._limits.depth:
            raise self._error(f"nested deeper than {self._limits.depth} levels")
        self._put(found.value, found.height)

    def _open(self, event: Any) -> None:  # noqa: ANN401 - as above
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        top = self._frames[-1] if self._frames else None
        if isinstance(top, _Mapping) and top.key is None:
            raise self._error("a key that is no text")
        if event.tag not in {None, "!", _MAP if is_mapping else _SEQUENCE}:
            raise ScalarError(f"the tag {shown_tag(event.tag)} is not supported")
        if len(self._frames) >= self._limits.depth:
            raise self._error(f"nested deeper than {self._limits.depth} levels")
        if isinstance(top, _Sequence) and self._is_list_of_items():
            self._item_lines.append(self.line)
        self._remember(event.anchor, None)
        frame = _Mapping if is_mapping else _Sequence
        self._frames.append(frame(self.line, event.anchor, self._weight))
        self._grow(1)

    def _is_list_of_items(self) -> bool:
        """Whether what is read now are the elements of `items` of the whole document."""
        root = self._frames[0]
        return len(self._frames) == 2 and isinstance(root, _Mapping) and root.key == "items"  # noqa: PLR2004 - root and list

    def _close(self) -> None:
        frame = self._frames.pop()
        self._remember(frame.anchor, _Anchored(frame.value, self._weight - frame.weight_before, frame.height))
        self._put(frame.value, frame.height)

    def _put(self, value: JsonValue, height: int) -> None:
        """A value is complete: it goes where it belongs."""
        if not self._frames:
            self._root = value
            return
        top = self._frames[-1]
        top.height = max(top.height, height + 1)
        if isinstance(top, _Sequence):
            top.value.append(value)
            return
        key, top.key = top.key or "", None
        if top.is_merging:
            top.is_merging = False
            self._merge(top, value)
        else:
            top.value[key] = value
            top.merged.discard(key)

    def _merge(self, mapping: _Mapping, value: JsonValue) -> None:
        """Take over members from elsewhere; of several, the first that has a name counts."""
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise self._error(f"{_MERGE} takes a mapping or a list of mappings")
            self._grow(len(source))
            for name, member in source.items():
                if name in mapping.merged:
                    continue
                if name in mapping.value:
                    # Readers disagree about which of the two counts then.
                    raise self._error(f"{_MERGE} comes after {name[:64]!r}, which it has too; write it first")
                mapping.value[name] = member
                mapping.merged.add(name)

    def _remember(self, anchor: str | None, anchored: _Anchored | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = anchored

    def _grow(self, weight: int) -> None:
        self._weight += weight
        if self._weight > self._limits.weight:
            raise self._error(f"larger than {self._limits.weight} characters once its aliases are written out")

    def _error(self, why: str) -> UnreadableDocumentError:
        return UnreadableDocumentError(Place(max(self._number, 1), self.line), why)
