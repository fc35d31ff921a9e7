"""What a scalar means: kubectl's reading of YAML, which is neither YAML 1.1 nor 1.2.

`yes` is a boolean (1.1), `1:30` is a text and `0o17` a number (1.2), `017` is octal, `089` is not, a date is a text.
Where kubectl reads a key as something else than a text and writes that back, it is refused instead: `y: 1` in a
ConfigMap would become `true`.

Source: go.yaml.in/yaml/v2 `resolve.go`, through sigs.k8s.io/yaml, which turns the result into JSON. Tests compare with
kubectl itself.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

from domain.commands.manifests.objects import JsonValue

_PREFIX: Final = "tag:yaml.org,2002:"
STR, INT, FLOAT, BOOL, NULL = (f"{_PREFIX}{name}" for name in ("str", "int", "float", "bool", "null"))
_ANY_TEXT: Final = frozenset({STR, "!"})

_WORDS: Final[Mapping[str, bool | None]] = {
    spelling: value
    for words, value in (
        (("y", "yes", "true", "on"), True),
        (("n", "no", "false", "off"), False),
        (("null",), None),
    )
    for word in words
    for spelling in (word, word.capitalize(), word.upper())
} | {"": None, "~": None}
_NO_JSON: Final = frozenset(
    sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN")
)
_NO_NUMBER: Final = "JSON has neither an infinite number nor one that is none"
_INTEGER: Final = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
_BASES: Final = (16, 2, 8, 10)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LOOSE_SEPARATOR: Final = re.compile(r"(?<![0-9])_|_(?![0-9])")
"""Only after a leading dot it matters where the separators of digits stand."""
_CANONICAL_KEY: Final = re.compile(r"0|-?[1-9][0-9]{0,17}|true|false")
_MOST_DIGITS: Final = 400
"""A longer number is none that anybody means, and slow to read."""
_LEAST_INTEGER, _MOST_INTEGER = -(2**63), 2**64 - 1
_EXACT_FLOATS: Final = 1e21
"""From here on Go writes a number with an exponent, so that it is no integer to anybody."""


class ScalarError(ValueError):
    """Raised when a scalar cannot be what it says it is; the text does not repeat the value."""


def value_of(text: str, tag: str | None, *, is_plain: bool) -> JsonValue:
    """The value of a scalar.

    Args:
        text: as it was written, without quotes.
        tag: in full, where one was written.
        is_plain: whether it was written without quotes.

    Raises:
        ScalarError: it is not of its tag, JSON has no such value, or the tag is not known.
    """
    if tag in _ANY_TEXT or (tag is None and not is_plain):
        return text
    value = _resolved(text)
    if tag is None:
        return value
    if tag == FLOAT and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    expected = {INT: int, BOOL: bool, NULL: type(None)}.get(tag)
    if expected is None and tag != FLOAT:
        raise ScalarError(f"the tag {shown_tag(tag)} is not supported")
    if expected is not None and type(value) is expected:
        return value
    raise ScalarError(f"the value is no {shown_tag(tag)}")


def key_of(text: str, tag: str | None, *, is_plain: bool) -> str:
    """The name of a member.

    Raises:
        ScalarError: kubectl would read it as something that is not a text, and write it in another way.
    """
    value = value_of(text, tag, is_plain=is_plain)
    if isinstance(value, str):
        return value
    if _CANONICAL_KEY.fullmatch(text):
        return text
    raise ScalarError("a key that reads as a number, a boolean or null; put it in quotes")


def as_json_number(number: float) -> float:
    """The number as Go writes it: without a fraction where it has none, so that it fits a whole-number field.

    Raises:
        ScalarError: JSON, or a reader of it, has no such number.
    """
    if isinstance(number, int) and _LEAST_INTEGER <= number <= _MOST_INTEGER:
        return number
    try:
        inexact = float(number)
    except OverflowError as error:
        raise ScalarError("a number that is too large") from error
    if not math.isfinite(inexact):
        raise ScalarError(_NO_NUMBER)
    return int(inexact) if inexact.is_integer() and abs(inexact) < _EXACT_FLOATS else inexact


def shown_tag(tag: str) -> str:
    """A tag in its short form, bounded."""
    return (f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag)[:64]


def _resolved(text: str) -> JsonValue:
    if text in _WORDS:
        return _WORDS[text]
    if text in _NO_JSON:
        raise ScalarError(_NO_NUMBER)
    if not text[0].isascii() or text[0] not in "+-.0123456789" or len(text) > _MOST_DIGITS:
        return text
    if text[0] == "." and _LOOSE_SEPARATOR.search(text):
        return text
    plain = text.replace("_", "")
    if (integer := _INTEGER.fullmatch(plain)) is not None:
        sign, *digits = integer.groups()
        integral = next(int(sign + some, base) for some, base in zip(digits, _BASES, strict=True) if some is not None)
        if _LEAST_INTEGER <= integral <= _MOST_INTEGER:
            return integral
    if _FLOAT.fullmatch(plain) and math.isfinite(number := float(plain)):
        return as_json_number(number)
    return text
