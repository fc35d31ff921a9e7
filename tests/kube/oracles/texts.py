"""Texts that need not be equal to be right: times, ages, and values that may have been redacted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from tests.kube.oracles.matching import Matcher

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_ZERO_TIME = "0001-01-01T00:00:00Z"
_REDACTION = re.compile(r"\[?\bredacted\b\]?|\*{3,}|<redacted>", re.IGNORECASE)
_LONG_CHARS = 1024
"""Longer annotation values may be cut."""
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NOISE = re.compile(r"last-applied|/leader$|/applied$|/original$")
"""Annotations that tools keep whole objects or their leases in."""


def parse_time(text: str) -> datetime:
    """An API server's time."""
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Instant(Matcher):
    """A time, written in UTC with `Z`; a missing one may be absent, empty or zero."""

    raw: str | None

    @override
    def problem(self, actual: object) -> str | None:
        if not self.raw:
            return None if actual in (None, "", _ZERO_TIME) else f"is {actual!r}, expected no time"
        if not isinstance(actual, str) or not _RFC3339.fullmatch(actual):
            return f"is {actual!r}, expected a time in UTC like {self.raw!r}"
        return None if parse_time(actual) == parse_time(self.raw) else f"is {actual}, expected {self.raw}"


def age(created_at: str, fetched_at: datetime) -> str:
    """Whole days, else whole hours, else whole minutes; `0m` at least."""
    passed = fetched_at - parse_time(created_at)
    for unit, length in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1))):
        if passed >= length:
            return f"{passed // length}{unit}"
    return "0m"


@dataclass(frozen=True, slots=True)
class Redactable(Matcher):
    """A text of which parts may have been replaced by a marker; what is left must be the original's, in order."""

    raw: str
    may_be_cut: bool = False

    @override
    def problem(self, actual: object) -> str | None:
        text = "" if actual is None else actual
        if not isinstance(text, str):
            return f"is {actual!r:.300}, expected a text"
        if text == self.raw:
            return None
        pieces = [re.escape(piece) for piece in _REDACTION.split(text)]
        if len(pieces) > 1 and re.fullmatch("[\\s\\S]*".join(pieces), self.raw):
            return None
        if self.may_be_cut and len(self.raw) > _LONG_CHARS and self.raw.startswith(text[:_LONG_CHARS]):
            return None if len(text) < len(self.raw) else f"has {len(text)} characters, not cut and not equal"
        return f"is {text!r:.300}, expected {self.raw!r:.300}, redacted or not"


@dataclass(frozen=True, slots=True)
class Annotations(Matcher):
    """Annotations without the noisy ones: names stay, values may be redacted or cut."""

    raw: Mapping[str, str]

    @override
    def problem(self, actual: object) -> str | None:
        given = {} if actual is None else actual
        if not isinstance(given, dict):
            return f"is {actual!r:.300}, expected a map"
        if _LAST_APPLIED in given:
            return f"holds {_LAST_APPLIED}"
        missing = {name for name in self.raw.keys() - given.keys() if not _NOISE.search(name)}
        if missing or given.keys() - self.raw.keys():
            return f"has names {sorted(given)!r:.300}, expected {sorted(self.raw)!r:.300}"
        for name, value in given.items():
            problem = Redactable(self.raw[name], may_be_cut=True).problem(value)
            if problem:
                return f"[{name}] {problem}"
        return None
