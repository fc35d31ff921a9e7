"""Selectors as the API server reads them, checked before they are sent.

A selector goes into the query of a request. It is quoted there, and still: what is no selector is refused here, with
the piece that is wrong, and not by an API server that has to make sense of it.

Source: k8s.io/apimachinery `labels` (requirements joined by commas: `a=b`, `a!=b`, `a in (b,c)`, `a`, `!a`, `a>1`) and
`fields` (`path=value`, `path!=value`).
"""

import re
from typing import Final

from domain.errors import InvalidCommandError
from domain.redaction import is_sensitive_name

_SUBDOMAIN: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
_NAME: Final = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KEY: Final = rf"(?:(?=[^/]{{1,253}}/){_SUBDOMAIN}/)?{_NAME}"
_VALUE: Final = rf"(?:{_NAME})?"
_LABEL_REQUIREMENT: Final = re.compile(
    rf"!?{_KEY}"
    rf"|{_KEY} ?(?:=|==|!=) ?{_VALUE}"
    rf"|{_KEY} (?:in|notin) ?\( ?{_VALUE}(?: ?, ?{_VALUE})* ?\)"
    rf"|{_KEY} ?[<>] ?-?[0-9]{{1,19}}"
)
_FIELD_REQUIREMENT: Final = re.compile(
    r"(?P<path>[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*)(?:=|==|!=)[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,252})?"
    r"|(?P<unset>[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*)(?:=|==|!=)"
)
_COMMA: Final = re.compile(r",(?![^(]*\))")
_MAX_QUOTED_CHARS: Final = 64


def require_label_selector(field: str, text: str) -> None:
    """Refuse what is no selector of labels; an empty text selects everything.

    Raises:
        InvalidCommandError: naming the field and the piece that is wrong.
    """
    for piece in _COMMA.split(text) if text else ():
        if not _LABEL_REQUIREMENT.fullmatch(piece.strip(" ")):
            raise InvalidCommandError(field, f"{piece[:_MAX_QUOTED_CHARS]!r} is no requirement of a label selector")


def require_field_selector(field: str, text: str) -> None:
    """Refuse what is no selector of fields; an empty text selects everything.

    A field whose name says that it is a secret cannot be selected: whoever may ask whether it has a value can guess it.

    Raises:
        InvalidCommandError: naming the field and the piece that is wrong.
    """
    for piece in text.split(",") if text else ():
        match = _FIELD_REQUIREMENT.fullmatch(piece.strip(" "))
        if match is None:
            raise InvalidCommandError(field, f"{piece[:_MAX_QUOTED_CHARS]!r} is no requirement of a field selector")
        path = match["path"] or match["unset"]
        if any(is_sensitive_name(name) for name in (path, *path.split("."))):
            raise InvalidCommandError(field, f"{path[:_MAX_QUOTED_CHARS]!r} may be a secret and cannot be selected by")
