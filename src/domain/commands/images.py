"""Images of containers: what may stand for one, and which container is meant.

Kubernetes takes any text for an image; what is wrong with it turns up on a node, when the old pods are being replaced
already. So references are held to the grammar that container runtimes read. Source: github.com/distribution/reference,
`regexp.go`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidCommandError

MAX_IMAGE_CHARS: Final = 1024
"""More than any name, tag and digest together."""
MAX_IMAGE_NAME_CHARS: Final = 255

_COMPONENT: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST: Final = rf"(?:{_COMPONENT}(?:\.{_COMPONENT})*|\[[a-fA-F0-9:]+\])"
_PATH: Final = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE: Final = re.compile(
    rf"(?P<name>(?:{_HOST}(?::[0-9]+)?/)?{_PATH}(?:/{_PATH})*)"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
_BARE_ID: Final = re.compile(r"[a-f0-9]{64}")
_MAX_QUOTED_CHARS: Final = 64


def require_image(field: str, value: str) -> None:
    """Refuse what no container runtime reads as an image.

    Raises:
        InvalidCommandError: naming the field.
    """
    if not value:
        raise InvalidCommandError(field, "is required")
    found = _REFERENCE.fullmatch(value) if len(value) <= MAX_IMAGE_CHARS else None
    if found is None or len(found["name"]) > MAX_IMAGE_NAME_CHARS or _BARE_ID.fullmatch(value):
        quoted = value if len(value) <= _MAX_QUOTED_CHARS else f"{value[: _MAX_QUOTED_CHARS - 1]}…"
        raise InvalidCommandError(field, f"{quoted!r} is no image (such as registry.example/team/web:1.2)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerImage:
    """A container of a pod or of a template, and the image it has now."""

    name: str
    image: str
    is_init: bool = False


def container_to_change(containers: Sequence[ContainerImage], wanted: str) -> ContainerImage:
    """The container that a command means; which of several is never guessed.

    Args:
        containers: all of them, init containers included.
        wanted: the name that the command gives; empty where it gives none.

    Raises:
        InvalidCommandError: naming `container`, and those that there are.
    """
    names = ", ".join(container.name for container in containers) or "none"
    if wanted:
        found = next((container for container in containers if container.name == wanted), None)
        if found is None:
            raise InvalidCommandError("container", f"there is no {wanted[:_MAX_QUOTED_CHARS]!r}; there are: {names}")
        return found
    if len(containers) != 1:
        raise InvalidCommandError("container", f"is required where there is not exactly one; there are: {names}")
    return containers[0]
