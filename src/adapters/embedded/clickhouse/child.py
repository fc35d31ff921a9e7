"""The program of the child process: ClickHouse listens until standard input ends.

Started by path, as `python -I child.py FOLDER [--remove]`, and never imported by the agent: importing the library
installs handlers for signals. The end of standard input is the only sign that comes whatever happened to the parent,
killing it included; so the server cannot outlive it.
"""

import importlib
import os
import sys
import threading
from pathlib import Path
from typing import Final

_REMOVE: Final = "import shutil, sys; shutil.rmtree(sys.argv[1], ignore_errors=True)"


def serve(folder: Path, *, removes: bool) -> None:
    """Listen until standard input ends; a failure to start is on standard error."""
    os.chdir(folder)
    threading.Thread(target=_end_with_input, args=(folder, removes), daemon=True).start()
    # Not a documented interface: the wheel is pinned to one version for it. The last statement holds for ever.
    query = importlib.import_module("chdb._chdb").query
    query(
        "SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM system.numbers FORMAT Null SETTINGS max_block_size = 1",
        "TSV",
        path=str(folder / "data"),
    )
    # It failed, and has said why on standard error. At once: an orderly end of the library takes seconds.
    os._exit(1)


def _end_with_input(folder: Path, removes: bool) -> None:  # noqa: FBT001 - the thread's arguments come by position
    while os.read(sys.stdin.fileno(), 4096):
        pass
    if removes:
        # In this process's place, since the server goes on writing as long as it lives.
        os.execv(sys.executable, [sys.executable, "-I", "-c", _REMOVE, str(folder)])  # noqa: S606 - itself
    # What was inserted is on disk; there is nothing to wait for.
    os._exit(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), removes="--remove" in sys.argv[2:])
