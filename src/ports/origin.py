"""Who asks: the command for which something outside is called, so that the other side's records can name it.

Carried beside the calls rather than through every signature, because nothing depends on it but a name in a foreign log
and the means to stop what nobody waits for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_command_id: Final[ContextVar[str]] = ContextVar("command_id", default="")


@contextmanager
def on_behalf_of(command_id: str) -> Iterator[None]:
    """Everything that is called in the block, and in tasks that it starts, happens for this command."""
    token = _command_id.set(command_id)
    try:
        yield
    finally:
        _command_id.reset(token)


def asking_command() -> str:
    """Id of the command that is being carried out; empty when none is."""
    return _command_id.get()
