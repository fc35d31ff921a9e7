"""Kubernetes quantities: exact numbers, and the text that the Master can read.

Kubernetes accepts `n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei`, decimals and exponents. The Master's parsers read for CPU
`n`, `m` and plain numbers, for memory `Ki Mi Gi Ti K M G T` and plain bytes, and make 0 of anything else (wire contract
2.3). So unusual text is rewritten without changing its value; usual text stays as it is.

Source: the grammar is `apimachinery/pkg/api/resource.Quantity`.
"""

import re
from decimal import ROUND_CEILING, Decimal, InvalidOperation, localcontext
from functools import lru_cache
from typing import Final

from domain.errors import InvalidQuantityError

INT64_MAX: Final = 2**63 - 1
INT64_MIN: Final = -(2**63)

_SUFFIX_FACTORS: Final = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(1000),
    "K": Decimal(1000),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}
_QUANTITY: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d{1,3})|([numkKMGTPE]|[KMGTPE]i)?)", re.ASCII)
_READABLE_CPU: Final = re.compile(r"\d+(?:\.\d+)?|\d+[nm]", re.ASCII)
_READABLE_BYTES: Final = re.compile(r"\d+(?:Ki|Mi|Gi|Ti|M|G|T)?", re.ASCII)
_READABLE_COUNT: Final = re.compile(r"\d+", re.ASCII)
_NANO: Final = 10**9
_KIBIBYTE: Final = 1024
_NANOS_PER_MILLI: Final = 10**6
_USUAL_LENGTH: Final = 18
"""Numbers of this length are within int64, also in bytes."""
_USAGE_SUFFIXES: Final = {"cpu": "n", "memory": "Ki"}
"""Of what metrics-server writes; the Master reads that."""
_DIGITS: Final = 60
"""Enough for 999 Ei in nano units, exactly."""


@lru_cache(maxsize=4096)
def quantity(text: str) -> Decimal:
    """The exact value of a quantity in its base unit (cores, bytes, pieces).

    Raises:
        InvalidQuantityError: the text is no quantity.
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise InvalidQuantityError(f"{text[:64]!r} is no quantity")
    number, exponent, suffix = match.groups()
    with localcontext() as context:
        context.prec = _DIGITS
        try:
            return Decimal(number + (exponent or "")) * _SUFFIX_FACTORS[suffix or ""]
        except InvalidOperation as error:  # pragma: no cover - the pattern admits no such number
            raise InvalidQuantityError(f"{text[:64]!r} is no quantity") from error


def _whole(value: Decimal) -> int:
    """Rounded up as Kubernetes does, and within int64."""
    with localcontext() as context:
        context.prec = max(_DIGITS, value.adjusted() + 2)
        return max(INT64_MIN, min(INT64_MAX, int(value.to_integral_value(ROUND_CEILING))))


def nanocores(text: str) -> int:
    """CPU in billionths of a core; 0 for text that is no quantity."""
    digits = text[:-1]
    if text[-1:] == "n" and len(text) < _USUAL_LENGTH and digits.isdigit() and digits.isascii():
        # How metrics-server writes usage, a different number for every container at every scrape.
        return int(digits)
    return _nanocores(text)


@lru_cache(maxsize=4096)
def _nanocores(text: str) -> int:
    try:
        return _whole(quantity(text) * _NANO)
    except InvalidQuantityError:
        return 0


def whole_units(text: str) -> int:
    """Bytes or pieces, rounded up; 0 for text that is no quantity."""
    digits = text[:-2]
    if text[-2:] == "Ki" and len(text) < _USUAL_LENGTH and digits.isdigit() and digits.isascii():
        # As above.
        return int(digits) * _KIBIBYTE
    return _whole_units(text)


@lru_cache(maxsize=4096)
def _whole_units(text: str) -> int:
    try:
        return _whole(quantity(text))
    except InvalidQuantityError:
        return 0


def readable(resource: str, text: str) -> str:
    """The quantity of a resource (`cpu`, `memory`, `nvidia.com/gpu` ...) as text that the Master reads.

    Text that is no quantity is returned as it is: the Master makes 0 of it, and an operator sees what stands there.
    """
    suffix = _USAGE_SUFFIXES.get(resource, "")
    if suffix and text.endswith(suffix) and text.isascii() and text[: -len(suffix)].isdigit():
        return text
    return _readable(resource, text)


@lru_cache(maxsize=4096)
def _readable(resource: str, text: str) -> str:
    resource = _measured(resource)
    is_bytes = resource in {"memory", "storage", "ephemeral-storage"} or resource.startswith("hugepages-")
    pattern = _READABLE_CPU if resource == "cpu" else _READABLE_BYTES if is_bytes else _READABLE_COUNT
    if pattern.fullmatch(text):
        return text
    try:
        value = quantity(text)
    except InvalidQuantityError:
        return text
    return cpu_text(_whole(value * _NANO)) if resource == "cpu" else str(_whole(value))


def _measured(resource: str) -> str:
    """What a quota's name is about: `requests.cpu` is cpu, `gold.storageclass.storage.k8s.io/requests.storage` storage.

    Source: k8s.io/api `core/v1` ResourceQuota names.
    """
    name = resource.rpartition("/")[2] if ".storageclass.storage.k8s.io/" in resource else resource
    return name.removeprefix("requests.").removeprefix("limits.")


def cpu_text(nanos: int) -> str:
    """CPU in the coarsest unit that is exact: `2`, `1500m`, `1234n`."""
    if nanos % _NANO == 0:
        return str(nanos // _NANO)
    if nanos % _NANOS_PER_MILLI == 0:
        return f"{nanos // _NANOS_PER_MILLI}m"
    return f"{nanos}n"
