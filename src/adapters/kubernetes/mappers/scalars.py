"""Times, numbers and lists: whatever came becomes what the domain and the Master accept.

Source: wire contract 1.2.1 (integers within their range, times in UTC with `Z`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeVar

from domain.cluster.quantities import INT64_MAX, INT64_MIN

T = TypeVar("T")

INT32_MAX: Final = 2**31 - 1
INT32_MIN: Final = -(2**31)

_RFC3339_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_ZERO_YEAR: Final = 1
"""Go writes a time that was never set as the first moment of year 1."""


def present(items: Iterable[T | None] | None) -> Iterator[T]:
    """The elements that are there; none for no list."""
    return filter(None, items or ())


def texts(items: Iterable[str | None] | None) -> tuple[str, ...]:
    """A list of strings as it stands, null as empty."""
    return tuple([item or "" for item in items or ()])


def instant(text: str | None) -> datetime | None:
    """A time in UTC; None for nothing, for Go's zero time, and for what is no time with a zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not UTC:
            if moment.tzinfo is None:
                return None
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if moment.year == _ZERO_YEAR else moment


@lru_cache(maxsize=16384)
def time_text(text: str | None) -> str:
    """The same as RFC 3339 text in UTC, as it came where it is that already; empty for no time."""
    moment = instant(text)
    if moment is None or text is None:
        return ""
    return text if _RFC3339_UTC.fullmatch(text) else f"{moment.replace(tzinfo=None).isoformat()}Z"


def int32(number: int | None) -> int:
    """Within 32 bits; 0 for none."""
    if not number:
        return 0
    return max(INT32_MIN, min(INT32_MAX, number))


def optional_int32(number: int | None) -> int | None:
    """Within 32 bits; None stays None, because there it means something else than 0."""
    return None if number is None else int32(number)


def int_or_string(value: int | str | None) -> str:
    """A number, a percentage or a name as text; empty for none."""
    return "" if value is None else str(value) if isinstance(value, str) else str(int32(value))


def int64(number: int) -> int:
    """Within 64 bits."""
    return max(INT64_MIN, min(INT64_MAX, number))
