"""Compares a wire object with an expectation, field by field, and says where they differ.

An expectation is a plain value (equal, and of the same JSON type: the Master refuses `1.0` where an integer belongs), a
list, a map with free keys, a `Shape` for an object with known fields, or a `Matcher`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from typing_extensions import override

Expected: TypeAlias = Any
"""A value, list, mapping, Shape or Matcher; the union cannot be named without naming itself."""


class Matcher(ABC):
    """A leaf that more than one text satisfies."""

    @abstractmethod
    def problem(self, actual: object) -> str | None:
        """What is wrong with the value, None for an absent one; None when nothing is."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with known fields."""

    required: Mapping[str, Expected] = field(default_factory=dict)
    """Always on the wire, also when zero."""
    optional: Mapping[str, Expected] = field(default_factory=dict)
    """May be left out when zero, empty or null; must be there otherwise."""


@dataclass(frozen=True, slots=True)
class AnyOf(Matcher):
    """One of several expectations."""

    choices: Sequence[Expected]

    @override
    def problem(self, actual: object) -> str | None:
        if any(not list(mismatches(choice, actual)) for choice in self.choices):
            return None
        return f"is {actual!r:.300}, expected one of {list(self.choices)!r:.300}"


@dataclass(frozen=True, slots=True)
class Unordered(Matcher):
    """A list whose order the wire contract leaves open; absent only where nothing is expected."""

    elements: Sequence[Expected]

    @override
    def problem(self, actual: object) -> str | None:
        given = [] if actual is None else actual
        if not isinstance(given, list):
            return f"is {actual!r:.300}, expected a list"
        left = list(given)
        for element in self.elements:
            found = next((item for item in left if not list(mismatches(element, item))), None)
            if found is None:
                return f"lacks {element!r:.300} among {given!r:.300}"
            left.remove(found)
        return f"holds {left!r:.300} too" if left else None


@dataclass(frozen=True, slots=True)
class Anything(Matcher):
    """The wire contract leaves the content open."""

    @override
    def problem(self, actual: object) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class SomeText(Matcher):
    """Any text but none, for example the marker that an affinity block exists."""

    @override
    def problem(self, actual: object) -> str | None:
        return None if isinstance(actual, str) and actual.strip() else f"is {actual!r}, expected some text"


@dataclass(frozen=True, slots=True)
class Percent(Matcher):
    """A percentage with two decimals; zero may be left out."""

    value: float

    @override
    def problem(self, actual: object) -> str | None:
        number = 0.0 if actual is None else actual
        if isinstance(number, bool) or not isinstance(number, int | float):
            return f"is {actual!r}, expected a number"
        return None if abs(number - self.value) <= 0.01 else f"is {number}, expected {self.value:.2f}"


def mismatches(expected: Expected, actual: object, path: str = "$") -> Iterator[str]:
    """One line per difference, with its path; none when they agree."""
    if isinstance(expected, Matcher):
        problem = expected.problem(actual)
        if problem:
            yield f"{path} {problem}"
    elif isinstance(expected, Shape):
        yield from _object_mismatches(expected, actual, path)
    elif isinstance(expected, Mapping):
        yield from _map_mismatches(expected, actual, path)
    elif isinstance(expected, list | tuple):
        yield from _list_mismatches(expected, actual, path)
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path} is {actual!r:.300}, expected {expected!r:.300}"


def _object_mismatches(expected: Shape, actual: object, path: str) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield f"{path} is {actual!r:.300}, expected an object"
        return
    for name, value in expected.required.items():
        if name in actual:
            yield from mismatches(value, actual[name], f"{path}.{name}")
        else:
            yield f"{path}.{name} is missing"
    for name, value in expected.optional.items():
        given = actual.get(name)
        if not (_may_be_absent(value) and _is_zero(given)):
            yield from mismatches(value, given, f"{path}.{name}")
    for name in actual.keys() - expected.required.keys() - expected.optional.keys():
        if not _is_zero(actual[name]):
            yield f"{path}.{name} is {actual[name]!r:.300}, and should not be there"


def _map_mismatches(expected: Mapping[str, Expected], actual: object, path: str) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield f"{path} is {actual!r:.300}, expected a map"
        return
    if expected.keys() != actual.keys():
        yield f"{path} has keys {sorted(actual)!r:.300}, expected {sorted(expected)!r:.300}"
    for name in expected.keys() & actual.keys():
        yield from mismatches(expected[name], actual[name], f"{path}[{name}]")


def _list_mismatches(expected: Sequence[Expected], actual: object, path: str) -> Iterator[str]:
    if not isinstance(actual, list):
        yield f"{path} is {actual!r:.300}, expected a list"
    elif len(expected) != len(actual):
        yield f"{path} has {len(actual)} elements, expected {len(expected)}"
    else:
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from mismatches(one, other, f"{path}[{index}]")


def _is_zero(value: object) -> bool:
    return value is None or value in ("", 0, False, [], {})


def _may_be_absent(expected: Expected) -> bool:
    if isinstance(expected, Matcher):
        return expected.problem(None) is None
    if isinstance(expected, Shape):
        return False
    return _is_zero(expected)
