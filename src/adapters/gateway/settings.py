"""Where the Master is, how to prove who the agent is, and how patient it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from domain.errors import MisconfigurationError

KEEP_ALIVE_SECONDS: Final = 20.0
"""Idle connections are dropped after this long; the Master closes them after 30 s (wire contract 1.1)."""
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
"""The largest answer that is read: a bundle of manifests in a command may be long, but not endless."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Everything about the connection to the Master.

    Raises:
        MisconfigurationError: the address or a header cannot be used.
    """

    url: str = field(default="http://localhost:8081", repr=False)
    """The Master's agent port. No scheme means http; a slash at the end does not count; user and password in it are
    sent as basic authentication and shown nowhere."""
    token_file: Path | None = None
    """Bearer token; read again when the file changes."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's; loaded again when the file changes."""
    cert_file: Path | None = None
    """Client certificate; loaded again when it or its key changes."""
    key_file: Path | None = None
    proxy: str = field(default="", repr=False)
    """Proxy for the Master; those of the environment are ignored."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent with every request."""
    http_timeout_seconds: float = 10.0
    """A push or a report as a whole."""
    poll_timeout_seconds: float = 75.0
    """A poll; the Master holds it for 60 s."""
    heartbeat_timeout_seconds: float = 4.0
    """A heartbeat as a whole."""
    user_agent: str = "atlhyper-agent"

    def __post_init__(self) -> None:
        """Refuse what no request could be made with."""
        for variable, address in (("AGENT_MASTER_URL", self.url), ("AGENT_MASTER_PROXY", self.proxy)):
            if address:
                _require_address(variable, address)
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise MisconfigurationError(f"AGENT_MASTER_HEADERS: {name[:64]!r} is no header that can be sent")

    @property
    def base_url(self) -> str:
        """The address in the form that paths are appended to, without user and password."""
        parts = urlsplit(_with_scheme(self.url))
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"

    @property
    def proxy_url(self) -> str:
        """The proxy with its scheme; holds a secret."""
        return _with_scheme(self.proxy)

    @property
    def userinfo(self) -> str:
        """`user:password` of the address as it was written there; empty mostly."""
        return urlsplit(_with_scheme(self.url)).netloc.rpartition("@")[0]

    @property
    def shown_url(self) -> str:
        """The address for people: user and password are masked."""
        return self.base_url.replace("://", "://***@", 1) if self.userinfo else self.base_url

    @property
    def sends_secrets_in_the_open(self) -> bool:
        """Whether a token, a password or an Authorization header leaves without encryption, to another machine."""
        parts = urlsplit(self.base_url)
        has_secret = self.token_file is not None or self.userinfo or "authorization" in map(str.lower, self.headers)
        return bool(has_secret) and parts.scheme == "http" and parts.hostname not in _LOOPBACK

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that decide whom to trust and who the agent is, but for the token."""
        return tuple(path for path in (self.ca_file, self.cert_file, self.key_file) if path is not None)


def _with_scheme(address: str) -> str:
    text = address.strip()
    return text if "://" in text else f"http://{text}"


def _require_address(variable: str, address: str) -> None:
    try:
        parts = urlsplit(_with_scheme(address))
        _ = parts.port
    except ValueError:
        raise MisconfigurationError(f"{variable}: is no address; write it like http://master:8081") from None
    if parts.scheme not in {"http", "https"}:
        raise MisconfigurationError(f"{variable}: the scheme {parts.scheme!r} is not supported; write http or https")
    if "@" in parts.path:
        # The rest of the password would count as the path, and be shown.
        raise MisconfigurationError(f"{variable}: has an @ in its path; write / in a password as %2F")
    if not parts.hostname or parts.query or parts.fragment:
        raise MisconfigurationError(f"{variable}: is no address of a server; write it like http://master:8081")
