"""A real ClickHouse on loopback for tests, out of the wheel that `requirements/embedded.txt` pins.

The wheel carries the whole clickhouse-local program, which can be told to listen (`SYSTEM START LISTEN`). So one child
process is one server with ClickHouse's own HTTP handler: users, grants, quotas, `KILL QUERY`, `system.query_log`. It is
always a child process, because the library installs signal handlers and hangs after a fork; it ends with its standard
input, so it cannot outlive the tests.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

_CHILD: Final = r"""
import os, sys
folder = sys.argv[1]
from chdb import _chdb
os.chdir(folder)
_chdb.query(
    "SYSTEM START LISTEN HTTP; "
    f"INSERT INTO FUNCTION file('{folder}/port.tmp', 'TSV', 'p UInt16') SELECT getServerPort('http_port'); "
    "SELECT * FROM file('/dev/stdin', 'LineAsString', 's String') FORMAT Null",
    "TSV", path=folder + "/data")
"""
"""Listens, writes down its port, and holds until standard input ends."""
_LOOPBACK: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class User:
    """One entry of the server's users; no grants means every right."""

    password: str
    profile: str = "default"
    grants: tuple[str, ...] = ()


USERS: Final = {
    "admin": User("admin"),
    "agent": User("agent", "reader", ("GRANT SHOW, SELECT ON *.*",)),
    "stranger": User("stranger", "reader", ("GRANT SELECT ON system.*",)),
    "bound": User("bound", "bound", ("GRANT SHOW, SELECT ON *.*",)),
    "poor": User("poor", "poor", ("GRANT SHOW, SELECT ON *.*",)),
}
"""`agent` is what the README asks an operator for; the others are set up wrongly or tightly."""
_PROFILES: Final = (
    "<default/><reader><readonly>2</readonly></reader><bound><readonly>1</readonly></bound>"
    "<poor><readonly>2</readonly><max_memory_usage>1000000</max_memory_usage>"
    "<constraints><max_memory_usage><max>1000000</max></max_memory_usage></constraints></poor>"
)


class StatementError(AssertionError):
    """Raised when the server refuses what a test says to it."""


class ClickHouseServer:
    """One server in one folder; `start`, `stop` and `kill` may be called again and again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clickhouse-")).resolve()
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The HTTP endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of the child."""
        assert self._process is not None
        return self._process.pid

    def start(self, timeout_seconds: float = 60.0) -> None:
        """Start the child and wait until it answers; the first start chooses the port."""
        written = self.folder / "port.tmp"
        written.unlink(missing_ok=True)
        self._write_config()
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CHILD, str(self.folder)], stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                tail = (self.folder / "server.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"clickhouse ended with {self._process.returncode}: {tail}")
            try:
                self.port = int(written.read_text())
                _LOOPBACK.open(f"{self.url}/ping", timeout=2).read()
            except (OSError, ValueError):
                time.sleep(0.02)
            else:
                return
        self.kill()
        raise TimeoutError("clickhouse did not come up")

    def stop(self) -> None:
        """End in good order."""
        if self._process is not None and self._process.poll() is None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Crash; `start` brings it back with the same data on the same port."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(20)
            assert self._process.stdin is not None
            self._process.stdin.close()

    def pause(self, *, hang: bool) -> None:
        """Let the process stand still with its sockets open, or go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if hang else signal.SIGCONT)

    def remove(self) -> None:
        """Stop for good and clean up."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

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

    def _write_config(self) -> None:
        users = "".join(_user_xml(name, user) for name, user in {"default": User(""), **USERS}.items())
        (self.folder / "users.xml").write_text(
            f"<clickhouse><profiles>{_PROFILES}</profiles><users>{users}</users><quotas><default/></quotas></clickhouse>"
        )
        (self.folder / "clickhouse-local.xml").write_text(
            f"<clickhouse><http_port>{self.port}</http_port><listen_host>127.0.0.1</listen_host>"
            f"<users_config>{escape(str(self.folder))}/users.xml</users_config>"
            "<query_log><database>system</database><table>query_log</table>"
            "<flush_interval_milliseconds>200</flush_interval_milliseconds></query_log></clickhouse>"
        )


def _user_xml(name: str, user: User) -> str:
    grants = "".join(f"<query>{escape(grant)}</query>" for grant in user.grants)
    rights = f"<grants>{grants}</grants>" if grants else "<access_management>1</access_management>"
    return (
        f"<{name}><password>{escape(user.password)}</password><networks><ip>127.0.0.1</ip></networks>"
        f"<profile>{user.profile}</profile><quota>default</quota>{rights}</{name}>"
    )
