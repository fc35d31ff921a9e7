"""Finds the values that the encoder would pass in silence and the Master would refuse a whole snapshot for.

Integers that are none or too wide, numbers that are not finite, times without zone or in another one than UTC. Only
such fields are looked at: texts, flags and mappings are checked by the encoder itself, at no further cost.
Source: wire contract 1.2.1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from functools import partial
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints

from adapters.gateway.wire.names import INT32_FIELDS

Check: TypeAlias = Callable[[Any], None]

_INT32: Final = (-(2**31), 2**31 - 1)
_INT64: Final = (-(2**63), 2**63 - 1)


class UnsendableError(ValueError):
    """A value that the Master would refuse; the message names its field."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """The fields of a dataclass in which something can be wrong; each with whether None is allowed."""

    integers: list[tuple[str, bool, int, int]] = field(default_factory=list)
    floats: list[str] = field(default_factory=list)
    times: list[tuple[str, bool]] = field(default_factory=list)
    parts: list[tuple[str, bool, Check]] = field(default_factory=list)
    """Objects of another dataclass."""
    lists: list[tuple[str, Check]] = field(default_factory=list)
    """Tuples of them."""

    @property
    def is_harmless(self) -> bool:
        """Whether nothing can be wrong."""
        return not (self.integers or self.floats or self.times or self.parts or self.lists)


def checker_of(of: type[Any]) -> Check | None:
    """A function that raises UnsendableError for an unfit instance of this dataclass; None when none can be unfit."""
    shape = _Shape()
    hints = get_type_hints(of)
    for declared in fields(of):
        _sort(shape, declared.name, hints[declared.name])
    return None if shape.is_harmless else partial(_check, shape)


def _sort(shape: _Shape, name: str, hint: object) -> None:
    inner, is_many, is_optional = _unwrapped(hint)
    if inner is int:
        shape.integers.append((name, is_optional, *(_INT32 if name in INT32_FIELDS else _INT64)))
    elif inner is float:
        shape.floats.append(name)
    elif inner is datetime:
        shape.times.append((name, is_optional))
    elif isinstance(inner, type) and is_dataclass(inner) and (check := checker_of(inner)):
        if is_many:
            shape.lists.append((name, check))
        else:
            shape.parts.append((name, is_optional, check))


def _check(shape: _Shape, value: Any) -> None:  # noqa: ANN401 - an instance of the shape's dataclass
    for name, is_optional, lowest, highest in shape.integers:
        number = getattr(value, name)
        if not (lowest <= number <= highest if type(number) is int else number is None and is_optional):
            raise UnsendableError(f"{name} is no integer from {lowest} to {highest}")
    for name in shape.floats:
        if not math.isfinite(getattr(value, name)):
            raise UnsendableError(f"{name} is not finite")
    for name, is_optional in shape.times:
        moment = getattr(value, name)
        if not (moment.tzinfo is UTC if isinstance(moment, datetime) else moment is None and is_optional):
            raise UnsendableError(f"{name} is no time in UTC")
    if shape.parts or shape.lists:
        _check_parts(shape, value)


def _check_parts(shape: _Shape, value: Any) -> None:  # noqa: ANN401 - as above
    for name, is_optional, check in shape.parts:
        part = getattr(value, name)
        if not (part is None and is_optional):
            check(part)
    for name, check in shape.lists:
        for part in getattr(value, name):
            check(part)


def _unwrapped(hint: object) -> tuple[object, bool, bool]:
    """The type inside `tuple[X, ...]` or `X | None`, and which of the two it was."""
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        return arguments[0], True, False
    inner = [argument for argument in arguments if argument is not NoneType]
    if len(inner) == len(arguments) - 1 == 1:
        return inner[0], False, True
    return hint, False, False
