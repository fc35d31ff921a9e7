"""What a stream said, within bounds: its beginning and its end, and how much is missing in between.

The beginning tells what was done, the end how it went; of a stream that is too long the middle is the least loss.
Bytes stay bytes here: a character that is split between two pieces is whole again once they are joined.
"""

import codecs
from dataclasses import dataclass, field
from typing import Final

MAX_STREAM_BYTES: Final = 1024 * 1024
"""What is kept of one stream."""

_LONGEST_CHARACTER_BYTES: Final = 4
_FIRST_CONTINUATION, _LAST_CONTINUATION = 0x80, 0xBF


@dataclass(frozen=True, slots=True)
class CapturedOutput:
    """A stream that has ended, or was left."""

    head: bytes = field(default=b"", repr=False)
    """All of it where nothing is missing and it was short."""
    tail: bytes = field(default=b"", repr=False)
    """What follows the gap, or follows the head at once where nothing is missing."""
    left_out_bytes: int = 0
    """Between the two."""

    @property
    def total_bytes(self) -> int:
        """How much the stream said in all."""
        return len(self.head) + self.left_out_bytes + len(self.tail)

    @property
    def is_truncated(self) -> bool:
        """Whether something is missing."""
        return self.left_out_bytes > 0

    def shortened(self, max_bytes: int) -> "CapturedOutput":
        """The same stream with at most so many bytes kept, half of them from each end."""
        kept_bytes = len(self.head) + len(self.tail)
        if kept_bytes <= max_bytes:
            return self
        # A gap stays where it is and grows to both sides.
        longest_head, longest_tail = (len(self.head), len(self.tail)) if self.is_truncated else (max_bytes, max_bytes)
        at_end_bytes = min(longest_tail, max_bytes // 2)
        at_start_bytes = min(longest_head, max_bytes - at_end_bytes)
        whole = self.head + self.tail
        return CapturedOutput(
            whole[:at_start_bytes],
            whole[kept_bytes - at_end_bytes :],
            self.left_out_bytes + kept_bytes - at_start_bytes - at_end_bytes,
        )

    def text(self) -> str | None:
        """The stream as text with a line where something is missing; None where it is no text, but binary."""
        if not self.is_truncated:
            return _text(self.head + self.tail)
        head, tail = _without_broken_end(self.head), _without_broken_start(self.tail)
        parts = (_text(head), _text(tail))
        if parts[0] is None or parts[1] is None:
            return None
        missing = self.total_bytes - len(head) - len(tail)
        return f"{parts[0]}\n[cut by the agent: {missing} of {self.total_bytes} bytes left out here]\n{parts[1]}"

    def last_lines(self) -> bytes:
        """The end of the stream, from the first line on that is whole.

        A line whose beginning is missing says something else than it seems to, and may be the rest of a secret.
        """
        return self.tail.partition(b"\n")[2] if self.is_truncated else self.head + self.tail


class OutputCapture:
    """Takes a stream piece by piece; memory is bounded by twice what is kept and one piece."""

    def __init__(self, *, head_bytes: int = MAX_STREAM_BYTES // 2, tail_bytes: int = MAX_STREAM_BYTES // 2) -> None:
        self._head_bytes = head_bytes
        self._tail_bytes = tail_bytes
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out_bytes = 0

    @property
    def total_bytes(self) -> int:
        """How much came so far."""
        return len(self._head) + self._left_out_bytes + len(self._tail)

    def add(self, piece: bytes) -> None:
        """The next piece."""
        room = self._head_bytes - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:]
        if len(self._tail) > 2 * self._tail_bytes:
            self._trim()

    def captured(self) -> CapturedOutput:
        """What is kept."""
        self._trim()
        return CapturedOutput(bytes(self._head), bytes(self._tail), self._left_out_bytes)

    def _trim(self) -> None:
        surplus = len(self._tail) - self._tail_bytes
        if surplus > 0:
            del self._tail[:surplus]
            self._left_out_bytes += surplus


def _text(content: bytes) -> str | None:
    """Text is UTF-8 without NUL: everything else would not come back as it was."""
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _without_broken_end(content: bytes) -> bytes:
    """Without the beginning of a character whose end is in the gap."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(content[-_LONGEST_CHARACTER_BYTES:])
    pending, _ = decoder.getstate()
    return content[: len(content) - len(pending)]


def _without_broken_start(content: bytes) -> bytes:
    """Without the end of a character whose beginning is in the gap."""
    start = 0
    while start < min(len(content), _LONGEST_CHARACTER_BYTES - 1) and (
        _FIRST_CONTINUATION <= content[start] <= _LAST_CONTINUATION
    ):
        start += 1
    return content[start:]
