"""The folder of one server: its users and its configuration, its data, its log, and how to start it there."""

import importlib.util
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

_CHILD: Final = Path(__file__).with_name("child.py")
_PROFILES: Final = "<default/><reader><readonly>2</readonly></reader>"
_QUOTAS: Final = "<default/>"
"""`reader` may send limits with its statements and change nothing."""
_LONGEST_LOG_CHARACTERS: Final = 2000


def is_available() -> bool:
    """Whether this Python has a ClickHouse; nothing is loaded for the answer."""
    return importlib.util.find_spec("chdb") is not None


def free_port() -> int:
    """A port of loopback on which nobody listens at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class User:
    """One entry of the server's users; no grants means every right."""

    password: str
    profile: str = "default"
    grants: tuple[str, ...] = ()
    quota: str = "default"


_PROGRAM: Final = User(
    "",
    grants=("GRANT SYSTEM ON *.*", "GRANT SELECT ON system.numbers"),
)
"""The program itself logs in as `default`, which must have no password: so whoever comes as that may do no more than
the program has to."""
READ_ONLY_GRANTS: Final = ("GRANT SHOW, SELECT ON *.*",)
"""What the agent needs, and an operator is asked for."""


@dataclass(slots=True)
class ServerFolder:
    """Where one server lives; the same folder gives the same data again after a crash."""

    path: Path
    """An absolute path; must exist."""
    users: Mapping[str, User]
    profiles: str = _PROFILES
    """Profiles of users, as XML."""
    quotas: str = _QUOTAS
    """Quotas of users, as XML."""
    port: int = field(default_factory=free_port)
    """Of the HTTP interface; the same at every start."""
    is_removed_at_end: bool = False
    """Whether the child removes the folder when its standard input ends: nobody else is left when the parent died."""

    @property
    def url(self) -> str:
        """The HTTP endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the child writes to its standard output and error."""
        return self.path / "server.log"

    @property
    def command(self) -> list[str]:
        """The child's command line."""
        return [sys.executable, "-I", str(_CHILD), str(self.path), *(["--remove"] if self.is_removed_at_end else [])]

    def prepare(self) -> None:
        """Write the configuration; before every start."""
        self._write("users.xml", users_xml({"default": _PROGRAM, **self.users}, self.profiles, self.quotas))
        self._write(
            "clickhouse-local.xml",
            f"<http_port>{self.port}</http_port><listen_host>127.0.0.1</listen_host>"
            f"<users_config>{escape(str(self.path))}/users.xml</users_config>"
            "<query_log><database>system</database><table>query_log</table>"
            "<flush_interval_milliseconds>200</flush_interval_milliseconds></query_log>",
        )

    def last_words(self) -> str:
        """The end of the log."""
        try:
            return self.log.read_text(errors="replace")[-_LONGEST_LOG_CHARACTERS:].strip()
        except OSError:
            return ""

    def _write(self, name: str, content: str) -> None:
        file = self.path / name
        file.touch(mode=0o600)
        file.write_text(f"<clickhouse>{content}</clickhouse>")


def users_xml(users: Mapping[str, User], profiles: str, quotas: str, *, network: str = "127.0.0.1") -> str:
    """What stands in a server's `users.xml`, without the element around it.

    Args:
        users: by name.
        profiles: theirs, as XML.
        quotas: theirs, as XML.
        network: from where they may log in.
    """
    elements = "".join(_user_xml(name, user, network) for name, user in users.items())
    return f"<profiles>{profiles}</profiles><users>{elements}</users><quotas>{quotas}</quotas>"


def _user_xml(name: str, user: User, network: str) -> str:
    grants = "".join(f"<query>{escape(grant)}</query>" for grant in user.grants)
    rights = f"<grants>{grants}</grants>" if grants else "<access_management>1</access_management>"
    return (
        f"<{name}><password>{escape(user.password)}</password><networks><ip>{network}</ip></networks>"
        f"<profile>{user.profile}</profile><quota>{user.quota}</quota>{rights}</{name}>"
    )
