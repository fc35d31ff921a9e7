"""Redaction of what templates repeat: variables and command lines, each looked at once.

What holds no secret is remembered, with the result; what holds one is redacted anew each time, so that no secret stays
in a cache.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from adapters.kubernetes.mappers.scalars import texts
from adapters.kubernetes.mappers.sharing import CACHED, name
from domain import redaction
from domain.cluster.containers import EnvVar

_MAX_REMEMBERED_CHARS: Final = 1024

_variables: Final[dict[tuple[str, str], EnvVar]] = {}
_lines: Final[dict[tuple[str, ...], tuple[str, ...]]] = {}


@lru_cache(maxsize=CACHED)
def variable(variable_name: str, value: str, value_from: str) -> EnvVar:
    """A variable whose value may leave the cluster."""
    return EnvVar(name=name(variable_name), value=value, value_from=name(value_from))


def literal(variable_name: str, value: str) -> EnvVar:
    """A variable with the value that its template gives it, redacted."""
    key = variable_name, value
    known = _variables.get(key)
    if known is not None:
        return known
    safe = redaction.env_value(variable_name, value)
    result = variable(variable_name, safe, "")
    if safe == value and len(value) <= _MAX_REMEMBERED_CHARS:
        if len(_variables) >= CACHED:
            _variables.clear()
        _variables[key] = result
    return result


def command_line(words: Iterable[str | None] | None) -> tuple[str, ...]:
    """Words of a command line, redacted."""
    key = texts(words)
    if not key:
        return ()
    known = _lines.get(key)
    if known is not None:
        return known
    safe = redaction.arguments(key)
    if safe == key and sum(map(len, key)) <= _MAX_REMEMBERED_CHARS:
        if len(_lines) >= CACHED:
            _lines.clear()
        _lines[key] = key
    return safe
