"""Objects made from the API's own shapes: hypothesis decides what is there, what is null, what is odd.

A shape is walked together with the struct that reads it: what is read is nearly always tried, what is not read now and
then, and what no shape names, too. So a draw costs as much as what it can break.
"""

import json
import typing
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import msgspec
from hypothesis import strategies as st

from adapters.kubernetes.kind_row import KindRow
from tests.support.odd_values import INTEGERS, OUT_OF_RANGE, QUANTITIES, TEXTS, TIMES, WORDS, WRONG
from tests.support.openapi_shapes import shapes

Json = dict[str, Any]
Struct = type[msgspec.Struct]

_FATES: Final = st.integers(0, 99)
_ABSENT, _NULL, _WRONG = 34, 94, 97
"""Below the first a field is not there; from the second on it is null, from the third on of a wrong type."""
_DEEPEST_UNREAD: Final = 2
_UNKNOWN: Final[st.SearchStrategy[Json]] = st.dictionaries(
    st.sampled_from(["fieldOfTomorrow", "Name", "meta data", ""]),
    st.one_of(st.none(), st.integers(), st.lists(st.integers(), max_size=2), st.just({"deep": {"er": [{}]}})),
    max_size=2,
)


@st.composite
def api_objects(draw: st.DrawFn, row: KindRow[Any, Any], number: int) -> bytes:
    """One object of a kind, as the API server would write it.

    Args:
        draw: hypothesis.
        row: which kind.
        number: unique within the list; keeps its name and uid apart from those of the others.
    """
    maker = _Maker(draw, may_be_wrong=draw(st.booleans()))
    shape = shapes()["schemas"][shapes()["kinds"][row.resource.kind.value]]
    content = maker.an_object(shape, row.decoder.type, 0)
    metadata = content.get("metadata")
    if isinstance(metadata, dict):
        if isinstance(metadata.get("name"), str) and metadata["name"]:
            metadata["name"] += f"-{number}"
        if row.namespaced and isinstance(metadata.get("namespace"), str):
            # So that joins find each other.
            metadata["namespace"] = draw(st.sampled_from(["shop", "zoo"]))
    return as_bytes(content, ascii_only=draw(st.booleans()))


def as_bytes(content: object, *, ascii_only: bool = True) -> bytes:
    """JSON as a server could write it."""
    text = json.dumps(content, ensure_ascii=ascii_only, separators=(",", ":"))
    return text.replace(f'"{OUT_OF_RANGE}"', "1e999").encode()


class _Maker:
    """Draws values for shapes."""

    def __init__(self, draw: st.DrawFn, *, may_be_wrong: bool) -> None:
        self._draw = draw
        self._may_be_wrong = may_be_wrong

    def an_object(self, shape: Json, struct: Struct | None, depth: int) -> Json:
        properties: Json = shape.get("properties", {})
        read = _read_by(struct) if struct is not None else {}
        made: Json = {}
        for name in properties:
            if name not in read:
                continue
            fate = self._draw(_FATES)
            if fate < _ABSENT and name not in {"metadata", "name", "spec", "status"}:
                continue
            made[name] = self._value(properties[name], read[name], depth + 1, fate)
        unread = [name for name in properties if name not in read]
        if unread and depth <= _DEEPEST_UNREAD and self._draw(_FATES) >= _ABSENT:
            name = self._draw(st.sampled_from(unread))
            made[name] = self._value(properties[name], None, depth + 1, self._draw(_FATES))
        if self._draw(_FATES) >= _NULL:
            made |= self._draw(_UNKNOWN)
        return made

    def _value(self, shape: Json, struct: Struct | None, depth: int, fate: int) -> Any:
        if fate >= _WRONG and self._may_be_wrong:
            return self._draw(WRONG)
        if fate >= _NULL:
            return None
        return self._right(_resolved(shape), struct, depth)

    def _right(self, shape: Json, struct: Struct | None, depth: int) -> Any:
        match shape.get("type"):
            case "object" if "additionalProperties" in shape:
                keys = self._draw(st.lists(st.sampled_from(WORDS), max_size=2, unique=True))
                inner = shape["additionalProperties"]
                return {key: self._value(inner, struct, depth + 1, self._draw(_FATES)) for key in keys}
            case "object":
                return self.an_object(shape, struct, depth) if struct or depth <= _DEEPEST_UNREAD else {}
            case "array":
                size = self._draw(st.integers(0, 2)) if struct or depth <= _DEEPEST_UNREAD else 0
                return [self._value(shape["items"], struct, depth + 1, self._draw(_FATES)) for _ in range(size)]
            case _:
                return self._draw(_scalars(shape.get("type"), shape.get("format"), tuple(shape.get("enum", ()))))


_BY_TYPE: Final[Mapping[tuple[str | None, str | None], st.SearchStrategy[Any]]] = {
    ("integer", None): st.one_of(st.sampled_from(INTEGERS[:3]), st.sampled_from(INTEGERS)),
    ("number", None): st.floats(allow_nan=False, allow_infinity=False),
    ("boolean", None): st.booleans(),
    ("string", "date-time"): st.one_of(st.sampled_from(TIMES[:4]), st.sampled_from(TIMES)),
    ("string", "byte"): st.sampled_from(["Y2FuYXJ5", "", "%%%", "A"]),
    ("string", None): TEXTS,
    (None, "int-or-string"): st.one_of(st.sampled_from(INTEGERS), TEXTS),
    # The one other `oneOf` of the API is the quantity.
    (None, None): st.sampled_from(QUANTITIES),
}


@cache
def _scalars(kind: str | None, form: str | None, enum: tuple[str, ...]) -> st.SearchStrategy[Any]:
    if enum:
        return st.one_of(st.sampled_from(enum), st.sampled_from(enum), TEXTS)
    return _BY_TYPE[(kind, form) if (kind, form) in _BY_TYPE else (kind, None)]


def _resolved(shape: Json) -> Json:
    """The shape itself where it stands elsewhere."""
    while "$ref" in shape or "allOf" in shape:
        shape = shapes()["schemas"][shape["$ref"]] if "$ref" in shape else shape["allOf"][0]
    return shape


@cache
def _read_by(struct: Struct) -> Mapping[str, Struct | None]:
    """The fields that a struct reads, with the struct that reads what is in them."""
    return {field.encode_name: _struct_in(field.type) for field in msgspec.structs.fields(struct)}


def _struct_in(annotation: Any) -> Struct | None:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    found = (_struct_in(one) for one in typing.get_args(annotation))
    return next((struct for struct in found if struct is not None), None)


def fields_without_a_shape(rows: Iterable[KindRow[Any, Any]]) -> set[str]:
    """Fields that a struct names and no shape that it reads has: nothing would ever come from them."""
    known: defaultdict[Struct, set[str]] = defaultdict(set)
    for row in rows:
        _collect(shapes()["schemas"][shapes()["kinds"][row.resource.kind.value]], row.decoder.type, known)
    return {f"{struct.__name__}.{name}" for struct, names in known.items() for name in _read_by(struct).keys() - names}


def _collect(shape: Json, struct: Struct, known: defaultdict[Struct, set[str]]) -> None:
    properties = shape.get("properties", {})
    known[struct] |= properties.keys()
    for name, inner in _read_by(struct).items():
        if inner is not None and name in properties:
            below = _resolved(properties[name])
            while "items" in below or "additionalProperties" in below:
                below = _resolved(below.get("items") or below["additionalProperties"])
            _collect(below, inner, known)
