"""One request to the Master and its answer, read to its end: credentials, deadline, one more try, a cap on the size.

The client of httpx lives as long as the agent. It is exchanged when certificates change, and the old one closed when
the last request that uses it has ended. Redirects are never followed, and the environment's proxies never used.
"""

import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Final
from urllib.parse import unquote

import anyio
import httpx

from adapters.gateway.credentials import BearerToken, TlsFiles
from adapters.gateway.errors import BROKEN_CONNECTION, Answer, mapped, not_a_master, refusal
from adapters.gateway.settings import KEEP_ALIVE_SECONDS, MAX_ANSWER_BYTES, GatewaySettings
from domain.errors import MisconfigurationError
from ports.errors import Unavailable

_MAX_CONNECTIONS: Final = 16
"""Two polls, a push, a heartbeat and a few reports at once."""
_MAX_ERROR_BYTES: Final = 64 * 1024
_SUCCESS: Final = range(200, 300)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request."""

    operation: str
    """For errors, for example `push snapshot`."""
    method: str
    path: str
    timeout_seconds: float
    """For the whole, trying again included."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: tuple[bytes, ...] = ()
    """The body; kept, so that it can be sent once more."""


@dataclass(slots=True)
class _Client:
    """A client of httpx, and how many requests use it."""

    http: httpx.AsyncClient
    tls: SSLContext
    users: int = 0
    is_retired: bool = False


class Transport:
    """Asks the Master."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._tls = TlsFiles(settings)
        self._token = None if settings.token_file is None else BearerToken(settings.token_file)
        self._client: _Client | None = None
        self._is_closed = False

    async def open(self) -> None:
        """Read the certificates, so that a mistake ends the start; connects to nothing.

        Raises:
            MisconfigurationError: they, or the proxy, cannot be used.
        """
        self._is_closed = False
        if self._settings.sends_secrets_in_the_open:
            logger.warning(
                "credentials for the Master leave unencrypted; use https", extra={"url": self._settings.shown_url}
            )
        async with self._borrowed():
            pass

    async def close(self) -> None:
        """Close all connections; requests under way fail."""
        self._is_closed = True
        client, self._client = self._client, None
        if client is not None:
            client.is_retired = True
            await client.http.aclose()

    async def ask(self, ask: Ask) -> Answer:
        """Send a request and read its answer, a success.

        A connection that broke is tried once more at once: the usual reason is a pooled one that the other side had
        closed. All four requests are harmless when they arrive twice.

        Raises:
            PortError: as the table in `errors` says.
        """
        answer = await self.answer(ask)
        if answer.status not in _SUCCESS:
            raise refusal(ask.operation, self._settings.shown_url, answer)
        return answer

    async def answer(self, ask: Ask) -> Answer:
        """Send a request and read its answer, whatever its status is.

        Raises:
            PortError: there is none, as the table in `errors` says.
        """
        with (
            mapped(ask.operation, self._settings.shown_url, ask.timeout_seconds),
            anyio.fail_after(ask.timeout_seconds),
        ):
            try:
                return await self._exchange(ask)
            except BROKEN_CONNECTION:
                return await self._exchange(ask)

    async def _exchange(self, ask: Ask) -> Answer:
        # Set one by one: the names are compared without regard to case, the values sent as UTF-8.
        headers = httpx.Headers()
        for name, value in (*self._settings.headers.items(), *ask.headers.items()):
            headers[name] = value
        if self._token is not None:
            headers["Authorization"] = f"Bearer {await self._token.current()}"
        if ask.chunks:
            headers["Content-Length"] = str(sum(map(len, ask.chunks)))
        async with self._borrowed() as http:
            request = http.build_request(
                ask.method,
                self._settings.base_url + ask.path,
                params=dict(ask.query),
                headers=headers,
                content=_one_by_one(ask.chunks) if ask.chunks else None,
                timeout=httpx.Timeout(
                    connect=min(ask.timeout_seconds, self._settings.http_timeout_seconds),
                    read=ask.timeout_seconds,
                    write=ask.timeout_seconds,
                    pool=ask.timeout_seconds,
                ),
            )
            response = await http.send(request, stream=True)
            try:
                return await self._read(ask, response)
            finally:
                with anyio.CancelScope(shield=True):
                    await response.aclose()

    async def _read(self, ask: Ask, response: httpx.Response) -> Answer:
        is_success = response.status_code in _SUCCESS
        most_bytes = MAX_ANSWER_BYTES if is_success else _MAX_ERROR_BYTES
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > most_bytes:
                break
        answer = Answer(response.status_code, response.headers, bytes(body[:most_bytes]))
        if is_success and len(body) > most_bytes:
            raise not_a_master(ask.operation, self._settings.shown_url, answer, f"more than {most_bytes} bytes")
        return answer

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[httpx.AsyncClient]:
        """The client that trusts what the files say now."""
        tls = await self._tls.current()
        if self._is_closed:
            raise Unavailable("ask the Master", "the gateway is closed")
        client, retired = self._client, None
        if client is None or client.tls is not tls:
            retired, client = client, _Client(self._build(tls), tls)
            self._client = client
        client.users += 1
        try:
            if retired is not None:
                retired.is_retired = True
                await _close_unused(retired)
            yield client.http
        finally:
            client.users -= 1
            await _close_unused(client)

    def _build(self, tls: SSLContext) -> httpx.AsyncClient:
        settings = self._settings
        user, _, password = settings.userinfo.partition(":")
        has_basic_auth = settings.userinfo and settings.token_file is None
        try:
            return httpx.AsyncClient(
                headers={"User-Agent": settings.user_agent, "Accept": "application/json"},
                auth=httpx.BasicAuth(unquote(user), unquote(password)) if has_basic_auth else None,
                verify=tls,
                proxy=_proxy(settings.proxy_url, tls) if settings.proxy else None,
                trust_env=False,
                follow_redirects=False,
                limits=httpx.Limits(
                    max_connections=_MAX_CONNECTIONS,
                    max_keepalive_connections=_MAX_CONNECTIONS,
                    keepalive_expiry=KEEP_ALIVE_SECONDS,
                ),
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            # The text may hold the proxy's password.
            raise MisconfigurationError("AGENT_MASTER_PROXY: is no proxy that can be used") from error


def _proxy(url: str, tls: SSLContext) -> httpx.Proxy:
    """TLS towards the proxy itself exists only where its address says so."""
    return httpx.Proxy(url, ssl_context=tls if url.startswith("https:") else None)


async def _close_unused(client: _Client) -> None:
    """Close an exchanged client when its last request has ended."""
    if client.is_retired and client.users == 0:
        with anyio.CancelScope(shield=True):
            await client.http.aclose()


async def _one_by_one(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
