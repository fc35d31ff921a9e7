"""Redaction of command lines, which templates repeat.

What holds no secret is remembered; what holds one is redacted anew each time, so that no secret stays in a cache.
"""

from collections.abc import Iterable
from typing import Final

from adapters.kubernetes.mappers.scalars import texts
from adapters.kubernetes.mappers.sharing import CACHED
from domain import redaction

MAX_REMEMBERED_CHARS: Final = 1024
"""Longer texts are rarely a template's."""

_lines: Final[dict[tuple[str, ...], tuple[str, ...]]] = {}


def command_line(words: Iterable[str | None] | None) -> tuple[str, ...]:
    """Words of a command line, redacted."""
    key = texts(words)
    if not key:
        return ()
    known = _lines.get(key)
    if known is not None:
        return known
    safe = redaction.arguments(key)
    if safe != key:
        return safe
    if sum(map(len, key)) <= MAX_REMEMBERED_CHARS:
        if len(_lines) >= CACHED:
            _lines.clear()
        _lines[key] = key
    return key
