"""domain.commands.captured_output: head and tail of a stream, whatever pieces it came in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.captured_output import CapturedOutput, OutputCapture


def _captured(content: bytes, sizes: list[int], head: int, tail: int) -> CapturedOutput:
    capture = OutputCapture(head_bytes=head, tail_bytes=tail)
    start = 0
    for size in sizes:
        capture.add(content[start : start + size])
        start += size
    capture.add(content[start:])
    assert capture.total_bytes == len(content)
    return capture.captured()


@given(
    content=st.binary(max_size=200),
    sizes=st.lists(st.integers(0, 40), max_size=20),
    head=st.integers(0, 30),
    tail=st.integers(1, 30),
)
def test_the_two_ends_are_kept_and_the_gap_is_counted_however_the_pieces_come(
    content: bytes, sizes: list[int], head: int, tail: int
) -> None:
    captured = _captured(content, sizes, head, tail)
    assert captured.total_bytes == len(content)
    if len(content) <= head + tail:
        assert captured.head + captured.tail == content
        assert not captured.is_truncated
    else:
        assert (captured.head, captured.tail) == (content[:head], content[-tail:])
        assert captured.left_out_bytes == len(content) - head - tail


@given(text=st.text(max_size=120), head=st.integers(0, 60), tail=st.integers(1, 60))
def test_text_is_never_cut_inside_a_character(text: str, head: int, tail: int) -> None:
    content = text.replace("\0", "").encode()
    shown = _captured(content, [], head, tail).text()
    assert shown is not None
    assert "\ufffd" not in shown or "\ufffd" in text
    if len(content) > head + tail:
        before, _, rest = shown.partition("\n[cut by the agent: ")
        count, _, after = rest.partition(f" of {len(content)} bytes left out here]\n")
        assert content.decode().startswith(before)
        assert content.decode().endswith(after)
        assert len(before.encode()) + int(count) + len(after.encode()) == len(content)


@pytest.mark.parametrize("content", [b"\xff\xfe\xfd", b"a\0b", "ü".encode("latin-1") + b"ber", b"\x80abc"])
def test_what_would_not_come_back_as_it_was_is_no_text(content: bytes) -> None:
    assert CapturedOutput(content).text() is None
    assert CapturedOutput(b"a" * 9, content + b"\xff" * 9, 5).text() is None
    assert CapturedOutput(b"\xff" * 9, b"b", 5).text() is None


@given(head=st.binary(max_size=50), tail=st.binary(max_size=50), gap=st.integers(0, 5), most=st.integers(0, 100))
def test_a_shortened_stream_keeps_both_ends_and_the_truth(head: bytes, tail: bytes, gap: int, most: int) -> None:
    stream = CapturedOutput(head, tail, gap)
    shorter = stream.shortened(most)
    assert shorter.total_bytes == stream.total_bytes
    assert len(shorter.head) + len(shorter.tail) <= max(most, 0)
    assert (head + tail).startswith(shorter.head)
    assert (head + tail).endswith(shorter.tail)
    if stream.is_truncated:
        assert head.startswith(shorter.head)
        assert tail.endswith(shorter.tail)
    if len(head) + len(tail) <= most:
        assert shorter is stream


def test_the_last_lines_begin_where_a_line_begins() -> None:
    assert _captured(b"first\nsecond\nthird", [], 0, 9).last_lines() == b"third"
    assert _captured(b"one line that is too long", [], 0, 9).last_lines() == b""
    assert _captured(b"short\n", [], 0, 9).last_lines() == b"short\n"


def test_what_a_program_said_is_in_no_repr() -> None:
    assert "canary" not in repr(CapturedOutput(b"canary", b"canary", 3))
