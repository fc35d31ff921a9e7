"""Log files that stand for the logs of every pod: kwok serves them through the API server.

The files have the format of a container runtime (CRI): a time with nine digits, the stream, `F`, the text.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SPAN_SECONDS = 300
_PERIOD_SECONDS = 1.0
NAMED = ("big", "json", "silent")
"""Containers of these names have a file of their own."""


def seed(directory: Path) -> None:
    """Writes the files as if their containers had run for five minutes."""
    start = datetime.now(UTC) - timedelta(seconds=_SPAN_SECONDS)
    seeds = {
        "pod.log": _lines(start, 300, lambda n: f"line {n} of the container"),
        "pod-previous.log": _lines(start, 50, lambda n: f"line {n} of the previous container"),
        "pod-big.log": _lines(start, 50_000, lambda n: f"line {n} " + "x" * 100),
        "pod-json.log": _lines(
            start, 100, lambda n: json.dumps({"n": n, "msg": "über \u2713 \U0001f600"}, ensure_ascii=False)
        ),
        "pod-silent.log": _lines(start, 0, str),
    }
    for name, content in seeds.items():
        (directory / name).write_text("".join(content))


class PodLogWriter:
    """Adds a line a second to the common file, so that following a log has something to follow."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "pod.log"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="testbed-pod-logs", daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the writing, and waits for the last line."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        number = _SPAN_SECONDS
        while not self._stopping.wait(_PERIOD_SECONDS):
            with contextlib.suppress(OSError), self._file.open("a") as log:
                log.write(_cri_line(datetime.now(UTC), f"line {number} of the container"))
            number += 1


def _lines(start: datetime, count: int, text: Callable[[int], str]) -> Iterator[str]:
    """Every tenth line goes to stderr."""
    for number in range(count):
        stream = "stderr" if number % 10 == 9 else "stdout"
        yield _cri_line(start + timedelta(seconds=_SPAN_SECONDS * number / count), text(number), stream)


def _cri_line(moment: datetime, text: str, stream: str = "stdout") -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}000Z {stream} F {text}\n"
