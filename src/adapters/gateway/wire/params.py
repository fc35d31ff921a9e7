"""Reads single members of a command: liberal in the spelling, strict in the meaning.

Absent and null are one. Senders write whole numbers as JSON integers, as floats without a fraction, or as digits in a
text; a flag is never a number, and a fraction is never rounded. Source: wire contract 1.7.1.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from domain.errors import InvalidCommandError

_DIGITS: Final = re.compile(r"[+-]?[0-9]{1,19}")
_FLAGS: Final = {"true": True, "false": False}
_TIME: Final = TypeAdapter(datetime)
_MAX_QUOTED_CHARS: Final = 64


class Params:
    """Members of a JSON object that somebody sent.

    Every method names the spellings of one member; the first that is present and not null counts, and is named in
    errors.
    """

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.members: Final = members

    def text(self, *names: str) -> str:
        """A text; empty when absent.

        Raises:
            InvalidCommandError: it is something else.
        """
        name, value = self._find(names)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise InvalidCommandError(name, "must be a text")
        return value

    def token(self, *names: str) -> str:
        """An opaque text that some senders write as a number, such as a resource version; empty when absent.

        Raises:
            InvalidCommandError: it is something else.
        """
        name, value = self._find(names)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(name)

    def integer(self, *names: str) -> int | None:
        """A whole number; None when absent.

        Raises:
            InvalidCommandError: it is none.
        """
        name, value = self._find(names)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
            return int(value)
        raise InvalidCommandError(name, f"must be a whole number, not {str(value)[:_MAX_QUOTED_CHARS]!r}")

    def flag(self, *names: str) -> bool | None:
        """True or false, also as a text; None when absent.

        Raises:
            InvalidCommandError: it is neither.
        """
        name, value = self._find(names)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in _FLAGS:
            return _FLAGS[value.strip().lower()]
        raise InvalidCommandError(name, f"must be true or false, not {str(value)[:_MAX_QUOTED_CHARS]!r}")

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list of texts; none when absent.

        Raises:
            InvalidCommandError: it is something else, such as one text.
        """
        name, value = self._find(names)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise InvalidCommandError(name, "must be a list of texts")
        return tuple(value)

    def time(self, *names: str) -> datetime | None:
        """A moment (RFC 3339), UTC; None when absent.

        Raises:
            InvalidCommandError: it is none.
        """
        text = self.text(*names)
        if not text:
            return None
        try:
            moment = _TIME.validate_python(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValidationError, OverflowError) as error:
            name, _ = self._find(names)
            raise InvalidCommandError(name, f"is no time (RFC 3339): {text[:_MAX_QUOTED_CHARS]!r}") from error

    def object(self, *names: str) -> "Params":
        """The members of an object; none when absent.

        Raises:
            InvalidCommandError: it is something else.
        """
        name, value = self._find(names)
        if value is None:
            return Params({})
        if not isinstance(value, dict):
            raise InvalidCommandError(name, "must be an object")
        return Params(value)

    def _find(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            if self.members.get(name) is not None:
                return name, self.members[name]
        return names[0], None
