"""Where ClickHouse listens, as people write it.

The agent speaks HTTP. Many write the address of the native protocol (`clickhouse://h:9000`), because other programs
speak that: it is understood, taken for the HTTP port of the same server, and warned about. An address may carry login
and database; settings of their own win over it.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_HTTP_PORT: Final = 8123
_TLS_PORT: Final = 8443
_NATIVE_PORTS: Final = {9000: (_HTTP_PORT, False), 9440: (_TLS_PORT, True)}
_NATIVE_SCHEMES: Final = frozenset({"clickhouse", "clickhouses", "native", "tcp"})
_TRUE: Final = frozenset({"1", "true", "yes"})
_FORM: Final = "is no address of a ClickHouse server; write it like http://clickhouse:8123"


class EndpointError(ValueError):
    """Raised when a text is no address; the message quotes nothing of it, since it may hold a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One HTTP interface."""

    host: str
    port: int
    is_tls: bool = False
    path: str = ""
    """Where a proxy in front serves it."""
    username: str = ""
    password: str = ""
    database: str = ""
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Address without login, fit for a log."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.is_tls else 'http'}://{host}:{self.port}{self.path}"

    def __repr__(self) -> str:
        """As `str`: a password must not come into a log by accident."""
        return f"Endpoint({self})"


def parse_endpoint(text: str) -> Endpoint:
    """Read an address: `host`, `host:port`, or a URL with http, https, clickhouse, native or tcp.

    Raises:
        EndpointError: it is none.
    """
    stripped = text.strip()
    url = stripped if "://" in stripped else f"http://{stripped}"
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise EndpointError(_FORM) from None
    if "," in parts.netloc:
        raise EndpointError("names several servers; name one, or a service in front of them")
    if not host or parts.fragment or " " in parts.netloc or "@" in parts.path:
        raise EndpointError(_FORM)
    is_native = parts.scheme in _NATIVE_SCHEMES
    if not is_native and parts.scheme not in {"http", "https"}:
        raise EndpointError(f"has the scheme {parts.scheme!r}; write http:// or https://")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    is_tls = parts.scheme in {"https", "clickhouses"} or options.get("secure", "").lower() in _TRUE
    return _endpoint(
        host,
        port,
        options,
        is_tls=is_tls,
        is_native=is_native,
        login=(parts.username, parts.password),
        path=parts.path.rstrip("/"),
    )


def _endpoint(
    host: str,
    port: int | None,
    options: dict[str, str],
    *,
    is_tls: bool,
    is_native: bool,
    login: tuple[str | None, str | None],
    path: str,
) -> Endpoint:
    warnings: tuple[str, ...] = ()
    if is_native or port in _NATIVE_PORTS:
        http_port, is_native_tls = _NATIVE_PORTS.get(port or 0, (port or 0, False))
        is_tls = is_tls or is_native_tls
        port = http_port or None
        actual = port or (_TLS_PORT if is_tls else _HTTP_PORT)
        warnings = (f"the native protocol is not spoken; using HTTP on port {actual} of the same host",)
    return Endpoint(
        host=host,
        port=port or (_TLS_PORT if is_tls else _HTTP_PORT),
        is_tls=is_tls,
        path="" if is_native else path,
        username=unquote(login[0] or "") or options.get("username", ""),
        password=unquote(login[1] or "") or options.get("password", ""),
        database=options.get("database", "") or (unquote(path.strip("/")) if is_native else ""),
        warnings=warnings,
    )
