"""One gzip member out of many pieces, without ever holding the whole text.

One member, never several: common clients silently stop after the first. Level 2 of isal costs a tenth of zlib's
default at four fifths of its ratio.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from isal import isal_zlib

_LEVEL: Final = 2
_GZIP: Final = 31
"""zlib's `wbits` for the gzip format with the largest window."""
_BATCH_BYTES: Final = 256 * 1024


def compressed(pieces: Iterable[bytes]) -> tuple[bytes, ...]:
    """The gzip member in chunks. Takes long for large texts, outside the interpreter lock: call it in a thread."""
    compressor = isal_zlib.compressobj(_LEVEL, wbits=_GZIP)
    chunks = [compressor.compress(batch) for batch in _batches(pieces)]
    chunks.append(compressor.flush())
    return tuple(chunk for chunk in chunks if chunk)


def _batches(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same text in pieces of about one size: a call for each small piece would cost more than the compression."""
    batch: list[bytes] = []
    size_bytes = 0
    for piece in pieces:
        batch.append(piece)
        size_bytes += len(piece)
        if size_bytes >= _BATCH_BYTES:
            yield b"".join(batch)
            batch.clear()
            size_bytes = 0
    yield b"".join(batch)
