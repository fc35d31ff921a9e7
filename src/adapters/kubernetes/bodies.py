"""Bodies of answers, read as far as whoever asked can take them."""

import aiohttp

from adapters.kubernetes.errors import TooLarge


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
