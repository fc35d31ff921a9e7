"""Gzip as Go reads it: what counts as gzip, and which damage leads to which answer."""

import gzip
import zlib

import pytest

from adapters.embedded.demo_master.gzip_body import BadGzipHeaderError, BrokenGzipError, gunzip, is_gzip

PLAIN = b'{"pods":[]}' * 50
PACKED = gzip.compress(PLAIN, mtime=0)
"""Without a time: the bytes name tests, and every process must give them the same names."""


@pytest.mark.parametrize(
    ("body", "encoding", "expected"),
    [
        (PACKED, "gzip", True),
        (PACKED, "", True),
        (PACKED, "br", True),
        (PLAIN, "GZip", True),
        (PLAIN, "br , gzip", True),
        (PLAIN, "x-gzip", False),
        (PLAIN, "br", False),
        (PLAIN, "", False),
        (b"", "", False),
    ],
)
def test_a_token_or_the_magic_makes_it_gzip(body: bytes, encoding: str, expected: bool) -> None:
    assert is_gzip(body, encoding) is expected


def with_header(flags: int, extra: bytes) -> bytes:
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + extra + PACKED[10:]


def with_header_checksum() -> bytes:
    header = b"\x1f\x8b\x08\x02" + bytes(6)
    return header + (zlib.crc32(header) & 0xFFFF).to_bytes(2, "little") + PACKED[10:]


@pytest.mark.parametrize(
    "body",
    [
        PACKED,
        with_header(4, b"\x03\x00abc"),
        with_header(8, b"name\0"),
        with_header(16, b"comment\0"),
        with_header(4 | 8 | 16, b"\x00\x00n\0c\0"),
        with_header_checksum(),
        PACKED + b"garbage",
        PACKED + bytes(8),
    ],
)
def test_a_whole_member_is_read_whatever_its_header_carries(body: bytes) -> None:
    assert gunzip(body) == PLAIN


def test_members_in_a_row_are_one_body() -> None:
    assert gunzip(PACKED + gzip.compress(b"second") + gzip.compress(b"") + gzip.compress(b"!")) == PLAIN + b"second!"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x1f",
        b"\x1f\x8b",
        PLAIN,
        PACKED[:9],
        b"\x1f\x8b\x07" + PACKED[3:],
        with_header(4, b"")[:12],
        b"\x1f\x8b\x08\x04" + bytes(6) + b"\xff\xff" + b"short",
        with_header(8, b"n" * 600 + b"\0"),
        b"\x1f\x8b\x08\x02" + bytes(6) + b"\x00\x01" + PACKED[10:],
    ],
)
def test_a_header_that_is_not_gzip_is_told_apart(body: bytes) -> None:
    with pytest.raises(BadGzipHeaderError):
        gunzip(body)


@pytest.mark.parametrize("kept", range(10, len(PACKED)))
def test_a_stream_cut_anywhere_after_the_header_is_broken(kept: int) -> None:
    with pytest.raises(BrokenGzipError):
        gunzip(PACKED[:kept])


@pytest.mark.parametrize(
    "body",
    [
        PACKED[:10] + b"\xff" * 30,
        PACKED[:-8] + bytes(4) + PACKED[-4:],
        PACKED[:-4] + bytes(4),
        PACKED + PACKED[:-1],
        PACKED + b"\x1f\x8b",
    ],
)
def test_damage_after_the_header_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenGzipError):
        gunzip(body)
