"""Label selectors as kubectl writes them, matched in memory: `app=web,tier in (front,back),!canary`.

Source: k8s.io/apimachinery `pkg/labels`: requirements joined by commas all have to hold; `!=` and `notin` also hold for
what lacks the label.
"""

import re
from collections.abc import Mapping
from typing import Final

_SEPARATOR: Final = re.compile(r",(?![^(]*\))")
_KEY: Final = r"(?P<key>(?:[a-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
_EQUALITY: Final = re.compile(rf"{_KEY}\s*(?P<operator>==|=|!=)\s*(?P<values>[A-Za-z0-9._-]*)")
_SET: Final = re.compile(rf"{_KEY}\s+(?P<operator>in|notin)\s*\((?P<values>[A-Za-z0-9._,\s-]*)\)")
_EXISTENCE: Final = re.compile(rf"(?P<operator>!?)\s*{_KEY}")
_NEGATIONS: Final = frozenset({"!=", "notin"})


class SelectorError(ValueError):
    """Raised when a text is no selector."""


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether labels are as a selector wants them; an empty one takes all.

    Raises:
        SelectorError: it is none.
    """
    requirements = [part.strip() for part in _SEPARATOR.split(selector)] if selector.strip() else []
    # Each is read, also behind one that does not hold: a mistake is a mistake whatever the labels are.
    verdicts = [_holds(requirement, labels) for requirement in requirements]
    return all(verdicts)


def _holds(requirement: str, labels: Mapping[str, str]) -> bool:
    compared = _EQUALITY.fullmatch(requirement) or _SET.fullmatch(requirement)
    if compared is not None:
        values = {value.strip() for value in compared["values"].split(",")}
        is_one_of_them = labels.get(compared["key"]) in values
        return is_one_of_them is not (compared["operator"] in _NEGATIONS)
    named = _EXISTENCE.fullmatch(requirement)
    if named is None:
        raise SelectorError(f"{requirement[:64]!r} is no requirement of a selector")
    return (named["key"] in labels) is not bool(named["operator"])
