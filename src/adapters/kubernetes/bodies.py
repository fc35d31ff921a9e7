"""Bodies of answers, read as far as they are wanted."""

from typing import Final

import aiohttp

from adapters.kubernetes.errors import TooLarge

_ERROR_BODY_BYTES: Final = 256 * 1024
"""Of a refusal: it may repeat the whole object before it says why."""


async def whole_body(response: aiohttp.ClientResponse, operation: str, most_bytes: int | None) -> bytes:
    """The body of an answer; None: however large.

    Raises:
        TooLarge: it is larger; the rest is not read.
    """
    if most_bytes is None:
        return await response.read()
    pieces = bytearray()
    async for piece in response.content.iter_any():
        pieces += piece
        if len(pieces) > most_bytes:
            raise TooLarge(operation, f"the answer is larger than {most_bytes} bytes")
    return bytes(pieces)


async def beginning_of(response: aiohttp.ClientResponse) -> bytes:
    """The body of a refusal, in however many pieces it comes; who has refused is read from its whole."""
    text = bytearray()
    while len(text) < _ERROR_BODY_BYTES and (piece := await response.content.read(_ERROR_BODY_BYTES - len(text))):
        text += piece
    return bytes(text)
