"""SIGTERM and SIGINT outside the event loop: an end in order before it runs and after it has ended.

Imports next to nothing, because it comes before everything else, and importing the rest takes a noticeable part of a
second. Without a handler a signal kills the process with a code other than 0; to a container's first process the kernel
would not even deliver it. While the loop runs, `bootstrap.lifespan` listens.
"""

import atexit
import os
import signal
from typing import Final, NoReturn

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def leave_at_signals() -> None:
    """From here on a signal ends the process at once, with exit code 0.

    Not by an exception: modules that are being imported swallow one now and then, and the signal would be lost.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _leave)
    # The interpreter drops handlers before it has ended, and a second signal would then find the system's.
    atexit.register(_ignore_signals)


def unwind_at_signals(exit_code: int = 0) -> None:
    """From here on a signal raises SystemExit, so that what is open is closed: a terminal gets its cursor back."""

    def unwind(*_: object) -> NoReturn:
        raise SystemExit(exit_code)

    for number in STOP_SIGNALS:
        signal.signal(number, unwind)


def _leave(*_: object) -> NoReturn:
    os._exit(0)


def _ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
