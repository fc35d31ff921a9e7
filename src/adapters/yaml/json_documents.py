"""Documents of a stream of JSON objects, which is no YAML in every detail: two escapes make one character.

As strict as for YAML: a name that is there twice is an error, and so are `NaN` and the like.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn

from adapters.yaml.documents import Document, UnreadableDocumentError
from adapters.yaml.limits import ReadingLimits
from adapters.yaml.scalars import ScalarError, as_json_number
from domain.commands.manifests.objects import JsonValue, Place

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_MOST_DIGITS: Final = 400
_TOO_DEEP: Final = "nested deeper than {} levels"


def looks_like_json(text: str) -> bool:
    """Whether it begins as JSON does; flow mappings of YAML do so, too."""
    return text.lstrip(" \t\r\n\ufeff").startswith("{")


def json_documents_of(text: str, limits: ReadingLimits) -> Iterator[Document]:
    """The documents of a text, in order.

    Raises:
        json.JSONDecodeError: this is no JSON; it may be YAML.
        UnreadableDocumentError: it is JSON, and cannot be taken.
    """
    text = text.removeprefix("\ufeff")
    position, number = _after_space(text, 0), 0
    line, counted_until = 1, 0
    while position < len(text):
        number += 1
        line, counted_until = line + text.count("\n", counted_until, position), position
        place = Place(number, line)
        if number > limits.documents:
            raise UnreadableDocumentError(place, f"more than {limits.documents} documents")
        try:
            value, position = _DECODER.raw_decode(text, position)
        except ScalarError as error:
            raise UnreadableDocumentError(place, str(error)) from error
        except RecursionError as error:
            raise UnreadableDocumentError(place, _TOO_DEEP.format(limits.depth)) from error
        _require_depth(value, place, limits.depth)
        yield Document(place, value)
        position = _after_space(text, position)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return position if found is None else found.end()


def _members(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for position, name in enumerate(names) if name in names[:position])
        raise ScalarError(f"the key {twice[:64]!r} is there twice")
    return members


def _integer(digits: str) -> float:
    if len(digits) > _MOST_DIGITS:
        raise ScalarError("a number that is too large")
    return as_json_number(int(digits))


def _no_number(_: str) -> NoReturn:
    raise ScalarError("JSON has neither an infinite number nor one that is none")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=lambda digits: as_json_number(float(digits)),
    parse_constant=_no_number,
)


def _require_depth(value: JsonValue, place: Place, limit: int) -> None:
    level: list[JsonValue] = [value]
    for _ in range(limit + 1):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise UnreadableDocumentError(place, _TOO_DEEP.format(limit))


def _inside(value: JsonValue) -> Sequence[JsonValue]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else ()
