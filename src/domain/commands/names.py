"""What may be the name of something: checked before it comes near a path.

Source: Kubernetes' object names (RFC 1123 subdomains and labels; path segment names for RBAC and a few others).
"""

import re
from typing import Final

from domain.errors import InvalidCommandError

INT32_MAX: Final = 2**31 - 1
MAX_NAME_CHARS: Final = 253
"""Length of the longest name that Kubernetes knows (DNS subdomain, RFC 1123)."""

_SUBDOMAIN: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_OBJECT: Final = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_:]*(?:\.[-A-Za-z0-9_:]+)*")


def require_name(field: str, value: str) -> None:
    """Refuse what cannot be the name of an object, and so can be no other path segment either.

    Raises:
        InvalidCommandError: naming the field.
    """
    if not value:
        raise InvalidCommandError(field, "is required")
    if len(value) > MAX_NAME_CHARS or not _SUBDOMAIN.fullmatch(value):
        raise InvalidCommandError(field, "is no valid name (lower-case letters, digits, '-' and '.')")


def require_object_name(field: str, value: str) -> None:
    """Refuse what can be the name of no object of any kind; wider than `require_name`: RBAC has `system:node`.

    Raises:
        InvalidCommandError: naming the field.
    """
    if not value:
        raise InvalidCommandError(field, "is required")
    if len(value) > MAX_NAME_CHARS or not _OBJECT.fullmatch(value):
        raise InvalidCommandError(field, "is no valid name (letters, digits, '-', '_', ':' and single '.')")


def require_namespace(field: str, value: str) -> None:
    """Refuse what cannot be the name of a namespace.

    Raises:
        InvalidCommandError: naming the field.
    """
    if not value:
        raise InvalidCommandError(field, "is required")
    if not _LABEL.fullmatch(value):
        raise InvalidCommandError(field, "is no valid namespace (lower-case letters, digits and '-')")


def require_range(field: str, value: int | None, least: int, most: int) -> None:
    """Refuse a number outside its bounds; None is no number.

    Raises:
        InvalidCommandError: naming the field and the bounds.
    """
    if value is not None and not least <= value <= most:
        raise InvalidCommandError(field, f"must be between {least} and {most}, not {value}")


def require_at_most(field: str, value: str, most_chars: int) -> None:
    """Refuse a text that is too long.

    Raises:
        InvalidCommandError: naming the field and the bound.
    """
    if len(value) > most_chars:
        raise InvalidCommandError(field, f"is longer than {most_chars} characters")
