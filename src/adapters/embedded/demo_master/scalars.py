"""How Go's decoder judges single JSON values: strings, booleans, integers, numbers, timestamps.

A check is called with a value as the JSON reader made it (`int` for a literal without fraction and exponent, `float`
for every other number) and raises `WrongValueError` when the real Master would refuse it. JSON null passes every check:
it becomes the zero value.

Source: wire contract, decoder strictness; Go `encoding/json` and `time.Time.UnmarshalJSON`.
"""

import math
import re
from collections.abc import Callable

Check = Callable[[object], None]

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
LONGEST_QUOTE = 64

_TIMESTAMP = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_SHORT_MONTHS = {4: 30, 6: 30, 9: 30, 11: 30}
_FEBRUARY = 2
_SHORTEST_MONTH_DAYS = 28


class WrongValueError(Exception):
    """A value that the field's type does not accept; the steps of the path are added on the way out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.steps: list[str | int] = []
        """From the value outwards: member names and list positions."""


def describe(value: object) -> str:
    """The value as a person should read it in a reason, short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"number {value!r}"[:LONGEST_QUOTE]
    if isinstance(value, str):
        return f"string {value[:LONGEST_QUOTE]!r}"
    return "an array" if isinstance(value, list) else "an object"


def wrong(expected: str, value: object) -> WrongValueError:
    """The error for a value of another JSON type or out of range."""
    return WrongValueError(f"expected {expected}, got {describe(value)}")


def check_string(value: object) -> None:
    """Any string."""
    if value is not None and type(value) is not str:
        raise wrong("string", value)


def check_bool(value: object) -> None:
    """True or false."""
    if value is not None and type(value) is not bool:
        raise wrong("true or false", value)


def check_int64(value: object) -> None:
    """An integer of 64 bits, without fraction and exponent."""
    if value is None:
        return
    if type(value) is not int:
        raise wrong("integer without fraction or exponent", value)
    if not INT64_MIN <= value <= INT64_MAX:
        raise wrong("integer of 64 bits", value)


def check_int32(value: object) -> None:
    """An integer of 32 bits, without fraction and exponent."""
    if value is None:
        return
    if type(value) is not int:
        raise wrong("integer without fraction or exponent", value)
    if not INT32_MIN <= value <= INT32_MAX:
        raise wrong("integer of 32 bits", value)


def check_float64(value: object) -> None:
    """A number that fits a double; an integer is one too."""
    if type(value) is float:
        if math.isfinite(value):
            return
    elif type(value) is int:
        try:
            float(value)
        except OverflowError:
            pass
        else:
            return
    elif value is None:
        return
    raise wrong("number of 64 bits", value)


def check_timestamp(value: object) -> None:
    """RFC 3339 with upper-case `T` and `Z` or a numeric zone; a day that exists."""
    if value is None:
        return
    if type(value) is not str:
        raise wrong("timestamp", value)
    found = _TIMESTAMP.fullmatch(value)
    if found is None or int(found[3]) > _days_in(int(found[1]), int(found[2])):
        raise wrong("timestamp like 2026-01-02T03:04:05Z", value)


def _days_in(year: int, month: int) -> int:
    if month != _FEBRUARY:
        return _SHORT_MONTHS.get(month, 31)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _SHORTEST_MONTH_DAYS + leap
