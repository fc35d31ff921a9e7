"""Logs without what looks like a secret, also where the log was cut out of the middle of one.

A log begins at some line and may end inside one. A key that is written over several lines can so arrive without its
first line, by which it would be known; what is left of it is looked for here, everything else is `domain.redaction`'s.
"""

import re
from dataclasses import replace
from typing import Final

from domain.commands.pod_results import ContainerLog, LogsResult
from domain.redaction import REDACTED, scrub_whole

MAX_CHARS: Final = 256 * 1024
"""Of all logs of a pod: looking for secrets takes half a second per megabyte, and nobody reads more."""

_MARK: Final = re.compile(r"-----(BEGIN|END) [A-Z0-9 ]{0,40}-----")
_LINE_OF_KEY: Final = re.compile(r"(?:\S{1,40}[ \t]+)?[A-Za-z0-9+/]{60,80}={0,2}\s*")
"""A line of 64 or 76 characters, after a timestamp or not."""
_MAY_END_KEY: Final = re.compile(r"(?:[^\n]*[ \t])?[A-Za-z0-9+/]{1,80}={0,2}\s*")


def redacted(result: LogsResult, *, may_end_inside_a_line: bool) -> LogsResult:
    """The logs as they may be shown to the Master's assistant.

    Args:
        result: what was read.
        may_end_inside_a_line: whether the end was cut without regard to lines, so that a secret may have lost what
            shows its shape.
    """
    share_chars = MAX_CHARS // max(1, len(result.logs))
    return replace(result, logs=tuple(_redacted(one, share_chars, may_end_inside_a_line) for one in result.logs))


def _redacted(log: ContainerLog, max_chars: int, may_end_inside_a_line: bool) -> ContainerLog:  # noqa: FBT001 - as above
    text = log.text
    if may_end_inside_a_line:
        text = text[: text.rfind("\n") + 1]
    left_out_bytes = log.left_out_bytes
    if len(text) > max_chars:
        start = text.find("\n", len(text) - max_chars) + 1 or len(text)
        left_out_bytes += len(text[:start].encode())
        text = text[start:]
    return replace(
        log,
        text=scrub_whole(_without_rest_of_key(text)),
        problem=scrub_whole(log.problem),
        left_out_bytes=left_out_bytes,
    )


def _without_rest_of_key(text: str) -> str:
    """The text without the lines of a key whose first line is not there."""
    lines = text.splitlines(keepends=True)
    marks = ((number, found[1]) for number, line in enumerate(lines) if (found := _MARK.search(line)))
    number, mark = next(marks, (0, ""))
    first = last = number if mark == "END" else 0
    while first > 0 and _MAY_END_KEY.fullmatch(lines[first - 1]):
        first -= 1
    while mark != "END" and last < len(lines) and _LINE_OF_KEY.fullmatch(lines[last]):
        last += 1
    return text if first == last else "".join((*lines[:first], f"{REDACTED}\n", *lines[last:]))
