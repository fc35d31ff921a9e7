"""Which objects of the simulated cluster a selector means; the selector itself has been checked before."""

import re
from collections.abc import Mapping
from typing import Any, Final

_COMMA: Final = re.compile(r",(?![^(]*\))")
_SET: Final = re.compile(r"(?P<key>\S+) (?P<operator>in|notin) ?\((?P<values>[^)]*)\)")
_EQUAL: Final = re.compile(r"(?P<key>[^=!\s]+) ?(?P<operator>==|=|!=) ?(?P<value>.*)")


def selects_labels(selector: str, found: Mapping[str, Any]) -> bool:
    """Whether the labels of an object are as a selector of labels says."""
    labels = found["metadata"].get("labels", {})
    return all(_holds(piece.strip(), labels.get) for piece in _COMMA.split(selector) if piece.strip())


def selects_fields(selector: str, found: Mapping[str, Any]) -> bool:
    """Whether the fields of an object are as a selector of fields says."""

    def field(path: str) -> object:
        value: Any = found
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return "" if value is None else value

    return all(_holds(piece.strip(), field) for piece in selector.split(",") if piece.strip())


def _holds(requirement: str, value_of: Any) -> bool:  # noqa: ANN401 - the get of a mapping, or a function like it
    if among := _SET.fullmatch(requirement):
        values = {one.strip() for one in among["values"].split(",")}
        return (value_of(among["key"]) in values) is (among["operator"] == "in")
    if equal := _EQUAL.fullmatch(requirement):
        return (value_of(equal["key"]) == equal["value"].strip()) is (equal["operator"] != "!=")
    if requirement.startswith("!"):
        return value_of(requirement[1:]) is None
    return value_of(requirement) is not None
