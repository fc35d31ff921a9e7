"""The installed console script as a process: what it prints, how it ends."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import anyio
from anyio.abc import Process

_LEDGERS = tempfile.TemporaryDirectory(prefix="ledgers-")
_numbers = count(1)
"""Each agent has a ledger of its own, unless it is given one."""

CONSOLE_SCRIPT = Path(sys.executable).with_name("atlhyper-agent")


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """An environment that holds nothing of the developer's: no KUBECONFIG, no proxy, no AGENT_*."""
    mine = os.environ  # noqa: TID251 - the tests' own environment
    measuring = {name: value for name, value in mine.items() if name.startswith("COVERAGE_")}
    return {
        "PATH": mine.get("PATH", os.defpath),
        **measuring,
        "AGENT_HEALTH_ADDRESS": "127.0.0.1:0",
        "AGENT_LEDGER_PATH": str(Path(_LEDGERS.name) / f"{next(_numbers)}.db"),
        "AGENT_LOG_FORMAT": "json",
        **extra,
    }


def unmeasured() -> dict[str, str]:
    """This process's environment without what makes a child measure its coverage."""
    mine = os.environ  # noqa: TID251 - the tests' own environment
    return {name: value for name, value in mine.items() if not name.startswith("COVERAGE_")}


class AgentProcess:
    """A running agent."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.stdout = ""
        self.stderr = ""
        self._read_stdout = anyio.Event()
        self._read_stderr = anyio.Event()

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return self.stdout + self.stderr

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.returncode is not None

    async def read(self) -> None:
        """Collect what is printed until the process ends."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._read_stream, "stdout")
            group.start_soon(self._read_stream, "stderr")

    async def _read_stream(self, name: str) -> None:
        stream = getattr(self._process, name)
        async for chunk in stream:
            setattr(self, name, getattr(self, name) + chunk.decode(errors="replace"))
        getattr(self, f"_read_{name}").set()

    async def printed(self, text: str) -> str:
        """Wait until a line with this text was printed, and return the line; fails when the process ends before."""
        while True:
            for line in self.output.splitlines():
                if text in line:
                    return line
            if self._process.returncode is not None:
                raise AssertionError(f"ended with {self._process.returncode} before printing {text!r}:\n{self.output}")
            await anyio.sleep(0.02)

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the end and return the exit code."""
        code = await self._process.wait()
        await self._read_stdout.wait()
        await self._read_stderr.wait()
        return code


@asynccontextmanager
async def running_agent(*arguments: str, **environ: str) -> AsyncIterator[AgentProcess]:
    """Run `atlhyper-agent ARGUMENTS`; killed at the end if it still runs."""
    command = [str(CONSOLE_SCRIPT), *arguments]
    async with (
        await anyio.open_process(command, env=clean_environment(environ), stdin=subprocess.DEVNULL) as process,
        anyio.create_task_group() as group,
    ):
        agent = AgentProcess(process)
        group.start_soon(agent.read)
        try:
            yield agent
        finally:
            if process.returncode is None:
                process.kill()
