"""One gzip member out of many pieces, without ever holding the whole text.

One member, never several: common clients silently stop after the first. Level 2 of isal costs a tenth of zlib's
default at four fifths of its ratio.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from isal import isal_zlib

_LEVEL: Final = 2
_GZIP: Final = 31
"""zlib's `wbits` for the gzip format with the largest window."""
_BATCH_PIECES: Final = 256
"""A hundred pods or nodes: a few hundred KiB."""
_BATCH_MAX_BYTES: Final = 4 * 1024 * 1024


def compressed(pieces: Iterable[bytes]) -> tuple[bytes, ...]:
    """The gzip member in chunks. Takes long for large texts, outside the interpreter lock: call it in a thread."""
    compressor = isal_zlib.compressobj(_LEVEL, wbits=_GZIP)
    chunks = [compressor.compress(batch) for batch in _batches(pieces)]
    chunks.append(compressor.flush())
    return tuple(chunk for chunk in chunks if chunk)


def _batches(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same text in larger pieces: a call for each small piece would cost more than the compression."""
    rest = iter(pieces)
    while batch := list(islice(rest, _BATCH_PIECES)):
        if sum(map(len, batch)) <= _BATCH_MAX_BYTES:
            yield b"".join(batch)
        else:
            yield from batch  # objects of a megabyte need no gathering
