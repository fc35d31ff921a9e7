"""adapters.kubernetes.lines."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kubernetes.lines import LineSplitter

LINES = st.lists(st.binary(min_size=1, max_size=40).map(lambda text: text.replace(b"\n", b" ")), max_size=12)


def _cut(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[start:end] for start, end in itertools.pairwise(edges)]


@given(lines=LINES, cuts=st.lists(st.integers(min_value=0)))
def test_lines_come_out_as_they_went_in_wherever_the_stream_is_cut(lines: list[bytes], cuts: list[int]) -> None:
    splitter = LineSplitter()
    stream = b"".join(line + b"\n" for line in lines)
    found = [line for chunk in _cut(stream, cuts) for line in splitter.feed(chunk)]
    assert found == lines
    assert not splitter.has_rest


@given(lines=LINES, cuts=st.lists(st.integers(min_value=0)), limit=st.integers(min_value=1, max_value=30))
def test_a_line_above_the_limit_is_skipped_and_counted_and_the_rest_is_kept(
    lines: list[bytes], cuts: list[int], limit: int
) -> None:
    splitter = LineSplitter(limit)
    stream = b"".join(line + b"\n" for line in lines)
    found = [line for chunk in _cut(stream, cuts) for line in splitter.feed(chunk)]
    assert found == [line for line in lines if len(line) <= limit]
    assert splitter.skipped == sum(len(line) > limit for line in lines)


@pytest.mark.parametrize("separator", ["\u0085", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\r"])
def test_only_a_newline_ends_a_line(separator: str) -> None:
    splitter = LineSplitter()
    text = json.dumps({"note": f"one{separator}two"}, ensure_ascii=False).encode()
    assert splitter.feed(text + b"\n") == [text]


def test_a_line_that_has_begun_is_a_rest() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b'{"a":1}\n{"b"') == [b'{"a":1}']
    assert splitter.has_rest
    assert splitter.feed(b":2}\n") == [b'{"b":2}']
    assert not splitter.has_rest


def test_a_line_that_is_being_skipped_is_a_rest_too() -> None:
    splitter = LineSplitter(4)
    assert splitter.feed(b"abcdef") == []
    assert splitter.has_rest
    assert splitter.feed(b"ghi\nabc\n") == [b"abc"]
    assert splitter.skipped == 1
