"""Makes foreign numbers, texts and times fit for the Master, field by field as their types say.

One value that its decoder refuses costs the whole snapshot, and telemetry is full of such values: NaN from a mean over
nothing, the float 2^63 as a limit, half a surrogate pair in a log line. pydantic lets them pass. Source: wire contract
1.2.1.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Cleaner = Callable[[Any], Any]


def cleaner_of(hint: object, *, is_int32: bool = False, int32_fields: frozenset[str] = frozenset()) -> Cleaner | None:
    """How to clean a value of this type; None where nothing can be wrong with it.

    A cleaner never changes the value it is given; a clean scalar comes back as it is.

    Args:
        hint: the annotated type, resolved.
        is_int32: whether integers are 32 bits wide here.
        int32_fields: names of the dataclass fields that are.

    Returns:
        A function that may raise ValueError or TypeError where no cleaning helps, for example on a time without zone.
    """
    if hint is int:
        return _clean_int32 if is_int32 else _clean_int64
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_cleaner(hint, int32_fields)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is None:
        return _SCALARS.get(hint)
    inner = [argument for argument in arguments if argument not in {NoneType, Ellipsis}]
    clean = cleaner_of(inner[-1], is_int32=is_int32, int32_fields=int32_fields)
    if origin in {Union, UnionType}:
        return clean and _optional_cleaner(clean)
    return _sequence_cleaner(clean) if origin is tuple else _mapping_cleaner(clean)


def clean_float(value: float) -> float:
    """A finite number; 0 for NaN, the infinities and integers beyond every float."""
    try:
        return value if math.isfinite(value) else 0.0
    except OverflowError:
        return 0.0


def clean_text(value: str) -> str:
    """Text that UTF-8 can carry: half a surrogate pair becomes a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def clean_time(value: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the time has no zone, so that nobody knows which moment it is.
    """
    if value.tzinfo is None:
        raise ValueError("a time without zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


_SCALARS: dict[object, Cleaner] = {float: clean_float, str: clean_text, datetime: clean_time}


def _clean_int32(value: float) -> int:
    return _clamp(value, 32)


def _clean_int64(value: float) -> int:
    return _clamp(value, 64)


def _clamp(value: float, bits: int) -> int:
    """A whole number of that width; telemetry's integers often come as floats."""
    whole = int(value) if isinstance(value, int) or math.isfinite(value) else 0
    return max(-(1 << bits - 1), min((1 << bits - 1) - 1, whole))


def _sequence_cleaner(clean: Cleaner | None) -> Cleaner:
    def clean_all(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return values if clean is None else tuple(map(clean, values))

    return clean_all


def _mapping_cleaner(clean: Cleaner | None) -> Cleaner:
    def clean_all(values: Mapping[str, Any]) -> dict[str, Any]:
        return {clean_text(key): value if clean is None else clean(value) for key, value in values.items()}

    return clean_all


def _optional_cleaner(clean: Cleaner) -> Cleaner:
    return lambda value: None if value is None else clean(value)


@cache
def _dataclass_cleaner(of: type[Any], int32_fields: frozenset[str]) -> Cleaner:
    hints = get_type_hints(of)
    candidates = [
        (field.name, cleaner_of(hints[field.name], is_int32=field.name in int32_fields, int32_fields=int32_fields))
        for field in fields(of)
    ]
    cleaners = [(name, clean) for name, clean in candidates if clean is not None]

    def clean_fields(value: Any) -> Any:  # noqa: ANN401 - an instance of `of`, known at run time only
        changes = {}
        for name, clean in cleaners:
            old = getattr(value, name)
            new = clean(old)
            if new is not old:
                changes[name] = new
        return replace(value, **changes) if changes else value

    return clean_fields
