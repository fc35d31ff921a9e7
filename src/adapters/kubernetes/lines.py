"""Cuts the stream of a watch into lines.

A line ends at a newline (0x0A) and nowhere else: a JSON text from Go may hold U+0085 and U+2028 unescaped, where most
line readers cut. A line above the limit is skipped to its end and counted; what follows is read as usual.
"""

from typing import Final

LONGEST_LINE_BYTES: Final = 16 * 1024 * 1024
"""An object in etcd has 1.5 MiB by default, so this is no object that anybody meant."""


class LineSplitter:
    """Takes chunks as they arrive and gives back complete lines, without their ends.

    Memory is bounded by the limit plus one chunk.
    """

    def __init__(self, longest_line_bytes: int = LONGEST_LINE_BYTES) -> None:
        self._longest_line_bytes = longest_line_bytes
        self._parts: list[bytes] = []
        self._size_bytes = 0
        self._is_skipping = False
        self.skipped = 0
        """Lines that were too long."""

    @property
    def has_rest(self) -> bool:
        """Whether a line has begun and not ended: at the end of a stream, it was cut in the middle."""
        return self._is_skipping or self._size_bytes > 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Complete lines so far, in order; empty ones left out."""
        head, *tail = chunk.split(b"\n")
        self._append(head)
        if not tail:
            return []
        *whole, rest = tail
        lines = [self._take(), *whole]
        self._append(rest)
        return [line for line in lines if self._is_kept(line)]

    def _append(self, part: bytes) -> None:
        if not part or self._is_skipping:
            return
        self._size_bytes += len(part)
        if self._size_bytes > self._longest_line_bytes:
            self._is_skipping = True
            self._parts.clear()
            self._size_bytes = 0
            self.skipped += 1
        else:
            self._parts.append(part)

    def _take(self) -> bytes:
        """The line that has just ended; nothing when it was skipped."""
        line = b"".join(self._parts)
        self._parts.clear()
        self._size_bytes = 0
        self._is_skipping = False
        return line

    def _is_kept(self, line: bytes) -> bool:
        if len(line) > self._longest_line_bytes:
            self.skipped += 1
            return False
        return bool(line)
