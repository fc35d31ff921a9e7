"""One server process of the cluster: started, watched, stopped.

Trap: the kernel's parent-death signal belongs to a thread. Components die with the thread that started them, so start
a cluster from the main thread or from one that lives as long as it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.kube.testbed.errors import ClusterError

# Loaded before any fork: importing in the child between fork and exec is not safe.
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_TAIL_LINES = 15


def _die_with_parent() -> None:
    """Runs in the child: the kernel kills it when the thread that started it ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Component:
    """A server and how to start it."""

    name: str
    argv: list[str]
    """The program's path and its arguments."""
    health: str
    """A URL that answers 200 when it is ready."""
    directory: Path
    """Working directory and HOME."""
    log: Path
    """Both output streams are added to this file."""
    process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Starts the process; does not wait until it is ready."""
        # Proxy settings of the caller must not reach servers that talk over loopback alone.
        environment = {"PATH": os.getenv("PATH", os.defpath), "HOME": str(self.directory)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env=environment,
                # A group of its own: Ctrl-C in the terminal goes to this process alone, which then stops the rest.
                process_group=0,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- one system call: little can go wrong after the fork
            )

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def check(self) -> None:
        """Raises ClusterError, with the end of its log, when the process has ended by itself."""
        if self.process is not None and self.process.poll() is not None:
            raise ClusterError(f"{self.name} ended with {self.process.returncode}:\n{self._log_tail()}")

    def send(self, sig: signal.Signals) -> None:
        """For example SIGSTOP and SIGCONT: a server that accepts connections and does not answer."""
        if self.process is not None:
            self.process.send_signal(sig)

    def end(self, sig: signal.Signals = signal.SIGKILL) -> None:
        """Ends the process and waits for it; `check` does not mind afterwards."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(sig)
            process.wait()

    def wait(self, timeout_seconds: float) -> None:
        """Waits that long at most for the process to end."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, timeout_seconds))

    def kill_group(self) -> None:
        """Ends the process with its group: a command that "exec" started outlives its connection."""
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
        return ""
