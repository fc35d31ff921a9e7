"""A real ClickHouse for tests: the product's embedded server, driven without an event loop.

Tests break it in every way there is, in the middle of whatever the code under test does; so it is started, killed and
stopped by hand here, where the product supervises it. The official image in a container is the other kind of server.
"""

import json
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from adapters.embedded.clickhouse.folder import READ_ONLY_GRANTS, ServerFolder, User

_LOOPBACK: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
USERS: Final = {
    "admin": User("admin"),
    "agent": User("agent", "reader", READ_ONLY_GRANTS),
    "stranger": User("stranger", "reader", ("GRANT SELECT ON system.*",)),
    "bound": User("bound", "bound", READ_ONLY_GRANTS),
    "poor": User("poor", "poor", READ_ONLY_GRANTS),
    "rationed": User("rationed", "reader", READ_ONLY_GRANTS, "ration"),
}
"""`agent` is what the README asks an operator for; the others are set up wrongly or tightly."""
PROFILES: Final = (
    "<default/><reader><readonly>2</readonly></reader><bound><readonly>1</readonly></bound>"
    "<poor><readonly>2</readonly><max_memory_usage>1000000</max_memory_usage>"
    "<constraints><max_memory_usage><max>1000000</max></max_memory_usage></constraints></poor>"
)
QUOTAS: Final = (
    "<default/><ration><interval><duration>3600</duration><read_rows>1000000</read_rows></interval></ration>"
)


class StatementError(AssertionError):
    """Raised when the server refuses what a test says to it."""


class ClickHouseServer(ABC):
    """A server that tests break and mend; `start`, `stop` and `kill` may be called again and again."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The HTTP endpoint; the same after every start."""

    @abstractmethod
    def start(self, timeout_seconds: float = 60.0) -> None:
        """Start and wait until it answers."""

    @abstractmethod
    def stop(self) -> None:
        """End in good order."""

    @abstractmethod
    def kill(self) -> None:
        """Crash; `start` brings it back with the same data on the same port."""

    @abstractmethod
    def pause(self, *, hang: bool) -> None:
        """Let the server stand still with its sockets open, or go on."""

    @abstractmethod
    def remove(self) -> None:
        """Stop for good and clean up."""

    def answers(self) -> bool:
        """Whether it takes statements."""
        try:
            _LOOPBACK.open(f"{self.url}/ping", timeout=2).read()
        except OSError:
            return False
        return True

    def execute(self, sql: str, body: bytes = b"", *, database: str = "default") -> str:
        """Run one statement as the administrator; rows to insert go into the body."""
        query = urllib.parse.urlencode({"query": sql, "database": database, "user": "admin", "password": "admin"})
        request = urllib.request.Request(f"{self.url}/?{query}", data=body or b" ", method="POST")  # noqa: S310
        try:
            with _LOOPBACK.open(request, timeout=50) as answer:
                text: str = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise StatementError(error.read().decode(errors="replace")[:2000]) from None
        return text

    def select(self, sql: str, *, database: str = "default") -> list[dict[str, Any]]:
        """Rows of one statement."""
        answer = self.execute(f"{sql} FORMAT JSON", database=database)
        rows: list[dict[str, Any]] = json.loads(answer)["data"]
        return rows

    def logged(self, sql: str, done: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Rows about the query log, once they are there: a statement is written down after its answer has left."""
        for _ in range(100):
            self.execute("SYSTEM FLUSH LOGS")
            if done(rows := self.select(sql)):
                break
            time.sleep(0.05)
        return rows


class ChildServer(ClickHouseServer):
    """The embedded server in one folder, as a child process."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clickhouse-")).resolve()
        self._served = ServerFolder(self.folder, USERS, PROFILES, QUOTAS)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @override
    def url(self) -> str:
        return self._served.url

    @property
    def pid(self) -> int:
        """Process id of the child."""
        assert self._process is not None
        return self._process.pid

    @override
    def start(self, timeout_seconds: float = 60.0) -> None:
        self._served.prepare()
        with self._served.log.open("ab") as log:
            self._process = subprocess.Popen(self._served.command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"clickhouse ended with {self._process.returncode}: {self._served.last_words()}")
            if self.answers():
                return
            time.sleep(0.02)
        self.kill()
        raise TimeoutError("clickhouse did not come up")

    @override
    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    @override
    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(20)
            assert self._process.stdin is not None
            self._process.stdin.close()

    @override
    def pause(self, *, hang: bool) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if hang else signal.SIGCONT)

    @override
    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
