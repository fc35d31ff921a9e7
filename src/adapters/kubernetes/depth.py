"""JSON that is nested deeper than anything this package reads.

The API server takes objects up to 10,000 levels deep: whoever may write one object can nest its
`metadata.managedFields` like that. The decoder would give up at Python's limit of recursion, and with the one object
the whole list that it is in. So what is too deep to be of interest is cut out, without recursion, and the rest read.

Source: encoding/json's limit of depth; tried on kube-apiserver 1.37.
"""

import re
from typing import Final, TypeVar

import anyio.to_thread
import msgspec

T = TypeVar("T")

DEEPEST: Final = 64
"""Levels that are kept; what is read of a list of pods needs about 15."""

_TOKENS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_OPENING: Final = frozenset(b"[{")
_CLOSING: Final = frozenset(b"]}")


def decoded(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T:
    """What a decoder reads, however deep the rest is.

    Raises:
        msgspec.DecodeError: these bytes are something else.
        UnicodeDecodeError: a text that is read is no UTF-8.
    """
    try:
        return decoder.decode(body)
    except RecursionError:
        return decoder.decode(without_depths(bytes(body)))


async def decoded_body(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The same for a body that may be large: what has to be cut is cut in a thread, so that nobody can stop the loop.

    Raises:
        msgspec.DecodeError: these bytes are something else.
        UnicodeDecodeError: a text that is read is no UTF-8.
    """
    try:
        return decoder.decode(body)
    except RecursionError:
        return decoder.decode(await anyio.to_thread.run_sync(without_depths, body))


def without_depths(body: bytes) -> bytes:
    """The same JSON with null in place of what is nested too deep; nothing at all where brackets do not match."""
    pieces: list[bytes] = []
    depth = kept_until = 0
    for token in _TOKENS.finditer(body):
        first = body[token.start()]
        if first in _OPENING:
            depth += 1
            if depth == DEEPEST + 1:
                pieces += (body[kept_until : token.start()], b"null")
        elif first in _CLOSING:
            if depth == DEEPEST + 1:
                kept_until = token.end()
            depth -= 1
    return b"".join((*pieces, body[kept_until:])) if depth == 0 else b""
