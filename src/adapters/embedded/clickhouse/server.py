"""Keeps the embedded server alive: started again on the same port after a crash, given up after several in a row."""

import logging
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
import anyio
import anyio.to_thread
from anyio.abc import Process, TaskStatus

from adapters.embedded.clickhouse.folder import ServerFolder

_LOOK_SECONDS: Final = 0.05
_PING_SECONDS: Final = 2.0

logger = logging.getLogger(__name__)


class ServerGivenUpError(Exception):
    """Raised when the server ends again and again; the message says how it ended last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for the server, and how often to try."""

    start_seconds: float = 30.0
    """From the start of the process to its first answer."""
    stop_seconds: float = 5.0
    """From the end of its standard input to its own end."""
    pause_seconds: float = 0.25
    """Before the first restart; doubles with each."""
    healthy_seconds: float = 30.0
    """After this long in service earlier crashes are forgotten."""
    most_crashes: int = 4
    """In a row; the last of them is the end."""


class EmbeddedClickHouse:
    """One server in one folder: start it with `run`.

    Args:
        folder: where it lives, and as whom one may log in.
        patience: limits; tests give their own.
    """

    def __init__(self, folder: ServerFolder, patience: Patience | None = None) -> None:
        self.folder = folder
        self._patience = patience or Patience()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child; None while there is none."""
        return None if self._process is None else self._process.pid

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled; started once the server has answered.

        Raises:
            ServerGivenUpError: it crashed several times in a row.
        """
        crashes, has_started = 0, False
        while True:
            began = anyio.current_time()
            async with self._child() as process:
                if await self._comes_up(process):
                    if not has_started:
                        has_started = True
                        task_status.started()
                    logger.info("embedded ClickHouse serves", extra={"url": self.folder.url, "pid": process.pid})
                    await process.wait()
            in_service = anyio.current_time() - began
            crashes = 1 if in_service >= self._patience.healthy_seconds else crashes + 1
            how = f"exit code {process.returncode}"
            if crashes >= self._patience.most_crashes:
                words = await anyio.to_thread.run_sync(self.folder.last_words)
                last_line = words.splitlines()[-1] if words else ""
                raise ServerGivenUpError(f"it ended {crashes} times in a row, with {how}. {last_line}".strip())
            logger.warning("embedded ClickHouse ended and starts again", extra={"how": how, "crashes": crashes})
            await anyio.sleep(self._patience.pause_seconds * 2 ** (crashes - 1))

    @asynccontextmanager
    async def _child(self) -> AsyncIterator[Process]:
        """The child process, for the block; it has ended afterwards."""
        await anyio.to_thread.run_sync(self.folder.prepare)
        async with await anyio.open_file(self.folder.log, "ab") as log:
            process = await anyio.open_process(
                self.folder.command,
                stdin=subprocess.PIPE,
                stdout=log.wrapped,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the agent, which then ends this in order
            )
        self._process = process
        try:
            yield process
        finally:
            self._process = None
            with anyio.CancelScope(shield=True):
                await self._end(process)

    async def _end(self, process: Process) -> None:
        if process.stdin is not None:
            await process.stdin.aclose()
        with anyio.move_on_after(self._patience.stop_seconds):
            await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()

    async def _comes_up(self, process: Process) -> bool:
        """Whether it answers before its time is over or it ends."""
        timeout = aiohttp.ClientTimeout(total=_PING_SECONDS)
        with anyio.move_on_after(self._patience.start_seconds):
            async with aiohttp.ClientSession(timeout=timeout) as session:
                while process.returncode is None:
                    if await self._answers(session):
                        return True
                    await anyio.sleep(_LOOK_SECONDS)
        return False

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.folder.url}/ping") as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False
