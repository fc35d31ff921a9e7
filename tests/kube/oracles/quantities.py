"""Kubernetes quantities: exact values, and what of them the Master can read.

Source: wire contract 2.3 for the Master's suffixes; the Kubernetes API reference, "Quantity", for the API server's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from typing_extensions import override

from tests.kube.oracles.matching import Matcher, Percent
from tests.kube.testbed.errors import Json

_QUANTITY = re.compile(r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?P<exponent>[eE][+-]?\d+)?(?P<suffix>[a-zA-Z]{0,2})")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_READABLE_CPU = re.compile(r"\d+(\.\d+)?[nm]?")
_READABLE_BYTES = re.compile(r"\d+(\.\d+)?(Ki|Mi|Gi|Ti|K|M|G|T)?")
_FOUR_NAMES = {"cpu": "cpu", "memory": "memory", "pods": "pods", "ephemeral-storage": "ephemeralStorage"}


def value_of(text: str) -> Fraction:
    """The exact value, in cores, bytes or pieces."""
    match = _QUANTITY.fullmatch(text)
    if match is None or match["suffix"] not in _BINARY.keys() | _DECIMAL.keys():
        raise ValueError(text)
    number = Fraction(match["number"])
    if match["exponent"]:
        number *= Fraction(10) ** int(match["exponent"][1:])
    suffix = match["suffix"]
    return number * (Fraction(2) ** _BINARY[suffix] if suffix in _BINARY else Fraction(10) ** _DECIMAL[suffix])


def _readable(resource: str) -> re.Pattern[str] | None:
    if resource.startswith("count/") or resource.endswith("persistentvolumeclaims"):
        return None
    if resource.endswith("cpu"):
        return _READABLE_CPU
    return _READABLE_BYTES if "memory" in resource or "storage" in resource or "hugepages" in resource else None


@dataclass(frozen=True, slots=True)
class Quantity(Matcher):
    """The same value, in a form that the Master reads; unchanged where the API server's form already is one."""

    raw: str
    resource: str

    @override
    def problem(self, actual: object) -> str | None:
        if not isinstance(actual, str):
            return f"is {actual!r}, expected the quantity {self.raw!r}"
        readable = _readable(self.resource)
        if actual == self.raw and (readable is None or readable.fullmatch(actual)):
            return None
        if readable is not None:
            if not readable.fullmatch(actual):
                return f"is {actual!r} for {self.raw!r}, which the Master does not read"
            if readable.fullmatch(self.raw):
                return f"is {actual!r}, expected {self.raw!r} unchanged"
        try:
            difference = abs(value_of(actual) - value_of(self.raw))
        except ValueError:
            return f"is {actual!r}, which is no quantity"
        # A part of a byte cannot be said to the Master; a part of a core can, down to a nano.
        exact = self.resource.endswith("cpu") or value_of(self.raw).denominator == 1
        return None if difference == 0 or (not exact and difference < 1) else f"is {actual!r}, expected {self.raw!r}"


@dataclass(frozen=True, slots=True)
class Usage(Matcher):
    """A usage in the same unit and of about the value that metrics.k8s.io gives; it moves from scrape to scrape."""

    raw: str
    resource: str

    @override
    def problem(self, actual: object) -> str | None:
        if not actual:
            return f"is {actual!r}, expected about {self.raw!r}"
        readable = _readable(self.resource)
        if not isinstance(actual, str) or readable is None or not readable.fullmatch(actual):
            return f"is {actual!r}, which the Master does not read"
        expected = value_of(self.raw)
        within = abs(value_of(actual) - expected) <= expected / 2 + Fraction(1, 100)
        return None if within else f"is {actual!r}, expected about {self.raw!r}"


@dataclass(frozen=True, slots=True)
class Ratio(Matcher):
    """A quantity without a unit: whatever the resource, its value must not be rounded."""

    raw: str

    @override
    def problem(self, actual: object) -> str | None:
        try:
            same = isinstance(actual, str) and value_of(actual) == value_of(self.raw)
        except ValueError:
            same = False
        return None if same else f"is {actual!r}, expected the ratio {self.raw!r}"


def quantities(raw: Mapping[str, str] | None) -> Json:
    """A map of resource name to quantity."""
    return {name: Quantity(str(text), name) for name, text in (raw or {}).items()}


def node_resources(raw: Mapping[str, str]) -> Json:
    """The four named resources of a node, and the extended ones; huge pages may be among these or left out."""
    named: Json = {wire: Quantity(raw[name], name) for name, wire in _FOUR_NAMES.items() if name in raw}
    named |= {wire: None for name, wire in _FOUR_NAMES.items() if name not in raw}
    return named | {"scalarResources": ExtendedResources({k: v for k, v in raw.items() if k not in _FOUR_NAMES})}


@dataclass(frozen=True, slots=True)
class ExtendedResources(Matcher):
    """What a device plugin announces, by names with a slash."""

    raw: Mapping[str, str]

    @override
    def problem(self, actual: object) -> str | None:
        given = {} if actual is None else actual
        if not isinstance(given, dict):
            return f"is {actual!r}, expected a map"
        extended = {name for name in self.raw if "/" in name}
        if extended - given.keys() or given.keys() - self.raw.keys():
            return f"has {sorted(given)}, expected {sorted(extended)}"
        problems = [Quantity(self.raw[name], name).problem(text) for name, text in given.items()]
        return next((problem for problem in problems if problem), None)


def percent(part: Fraction, whole: Fraction) -> Percent:
    """The share with two decimals; 0 of nothing."""
    return Percent(float(round(part / whole * 100, 2)) if whole else 0.0)
