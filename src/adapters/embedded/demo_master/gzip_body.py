"""Takes a pushed body out of gzip as Go does: by token or by magic, member after member.

Two different answers follow from two kinds of damage: a header that is not gzip is `Invalid gzip`; everything that
breaks later is found by the JSON decoder and is `Invalid JSON`. What follows the last member and is not another one is
ignored.

Source: wire contract, `POST /agent/snapshot`; RFC 1952; Go `compress/gzip`.
"""

import zlib

_MAGIC = b"\x1f\x8b"
_DEFLATE = 8
_FIXED_HEADER_BYTES = 10
_TRAILER_BYTES = 8
_LONGEST_TEXT_FIELD_BYTES = 512
_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16


class BadGzipHeaderError(Exception):
    """What should be gzip does not begin like it."""


class BrokenGzipError(Exception):
    """The compressed stream is cut off, damaged, or its checksum is wrong."""


def is_gzip(body: bytes, content_encoding: str) -> bool:
    """Whether the Master takes the body for gzip: a `gzip` token in the header's list, or the magic in front."""
    tokens = (token.strip().lower() for token in content_encoding.split(","))
    return "gzip" in tokens or body.startswith(_MAGIC)


def gunzip(body: bytes) -> bytes:
    """The plain bytes of all members.

    Raises:
        BadGzipHeaderError: if the first member has no valid header.
        BrokenGzipError: if any member is cut off or damaged.
    """
    plain: list[bytes] = []
    start = 0
    while start == 0 or body.startswith(_MAGIC, start):
        try:
            data_start = _header_end(body, start)
        except BadGzipHeaderError as error:
            if start == 0:
                raise
            raise BrokenGzipError("a later member has no valid header") from error
        start = _member(body, data_start, plain)
    return b"".join(plain)


def _member(body: bytes, data_start: int, plain: list[bytes]) -> int:
    """Inflate one member into `plain`; gives the index after its trailer."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(memoryview(body)[data_start:])
    except zlib.error as error:
        raise BrokenGzipError(str(error)) from error
    trailer = inflater.unused_data[:_TRAILER_BYTES]
    if not inflater.eof or len(trailer) < _TRAILER_BYTES:
        raise BrokenGzipError("the compressed stream ends too early")
    if trailer != zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little"):
        raise BrokenGzipError("the checksum is wrong")
    plain.append(data)
    return len(body) - len(inflater.unused_data) + _TRAILER_BYTES


def _header_end(body: bytes, start: int) -> int:
    """The index of the first byte after the header of the member at `start`."""
    fixed = body[start : start + _FIXED_HEADER_BYTES]
    if len(fixed) < _FIXED_HEADER_BYTES or not fixed.startswith(_MAGIC) or fixed[2] != _DEFLATE:
        raise BadGzipHeaderError
    flags = fixed[3]
    index = start + _FIXED_HEADER_BYTES
    if flags & _HAS_EXTRA:
        index += 2 + int.from_bytes(body[index : index + 2], "little")
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            end = body.find(0, index, index + _LONGEST_TEXT_FIELD_BYTES)
            if end < 0:
                raise BadGzipHeaderError
            index = end + 1
    if flags & _HAS_CHECKSUM:
        stored = int.from_bytes(body[index : index + 2], "little")
        if stored != zlib.crc32(body[start:index]) & 0xFFFF:
            raise BadGzipHeaderError
        index += 2
    if index > len(body):
        raise BadGzipHeaderError
    return index
