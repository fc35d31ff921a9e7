"""One HTTP session with the API server: TLS, pool, keep-alive, headers.

Built from a configuration of the `kubernetes` package, over its own TLS context and its own handling of tokens. None of
that package's models is touched.
"""

import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import anyio
from kubernetes.aio import client
from yarl import URL

from adapters.kubernetes.bodies import beginning_of
from adapters.kubernetes.errors import RefusedUpgradeError
from domain.errors import MisconfigurationError
from ports.errors import Unavailable

JSON: Final = "application/json"
POOL_SIZE: Final = 100
"""Connections at once: a watch per kind, the lists, commands."""
_READ_BUFFER_BYTES: Final = 2**21
_LONGEST_MESSAGE_BYTES: Final = 16 * 2**20
"""Of a websocket; servers cut what they send into pieces of 32 KiB."""
SWITCHING_PROTOCOLS: Final = 101
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""A peer that is gone without a word is noticed after about a minute, where the system offers these options."""
_SHAPE: Final = ("host", "ssl_ca_cert", "cert_file", "key_file", "verify_ssl", "tls_server_name", "proxy")
"""What a session is made of; when one of these changes, it takes a new one."""
_FILES: Final = ("ssl_ca_cert", "cert_file", "key_file")


class ApiSession:
    """Made by `open`, ended by `aclose`."""

    def __init__(self, api: Any, connector: aiohttp.TCPConnector, shape: tuple[object, ...], user_agent: str) -> None:  # noqa: ANN401 - the library ships no types
        self._api = api
        self._connector = connector
        self._shape = shape
        self._user_agent = user_agent

    @classmethod
    async def open(cls, configuration: Any, user_agent: str) -> Self:  # noqa: ANN401 - the library ships no types
        """Build a session; nothing is sent.

        Raises:
            MisconfigurationError: the certificates cannot be used.
        """
        try:
            api = await anyio.to_thread.run_sync(client.ApiClient, configuration)
        except (OSError, ValueError) as error:
            raise MisconfigurationError(
                f"certificates for {_shown(configuration.host)}: cannot be used ({type(error).__name__}); "
                f"authority {configuration.ssl_ca_cert}, client certificate {configuration.cert_file}"
            ) from error
        # Before anything is open: whoever is cancelled here leaves nothing behind.
        shape = await _shape_of(configuration)
        connector = aiohttp.TCPConnector(
            limit=POOL_SIZE, ssl=api.rest_client.ssl_context, socket_factory=_keepalive_socket
        )
        api.rest_client.pool_manager = aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            read_bufsize=_READ_BUFFER_BYTES,
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_changes_are_sent_once,),
        )
        return cls(api, connector, shape, user_agent)

    @property
    def host(self) -> str:
        """Address of the API server."""
        return str(self._api.configuration.host)

    async def adopt(self, configuration: Any) -> bool:  # noqa: ANN401 - the library ships no types
        """Go on with a newer token; False when more than that has changed, so that it takes a new session."""
        if await _shape_of(configuration) != self._shape:
            return False
        self._api.configuration.api_key = configuration.api_key
        return True

    async def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        *,
        operation: str,
        limits: aiohttp.ClientTimeout,
        body: bytes | None = None,
        content_type: str = "",
        accept: str = JSON,
    ) -> aiohttp.ClientResponse:
        """The head of an answer, whatever its status; raises what aiohttp raises."""
        configuration = self._api.configuration
        headers = await self._headers(method, path, accept)
        if content_type:
            headers["Content-Type"] = content_type
        session = self._open_session(operation)
        return await session.request(
            method,
            URL(configuration.host + path, encoded=True).with_query(query),
            headers=headers,
            data=body,
            timeout=limits,
            allow_redirects=False,
            proxy=configuration.proxy,
            server_hostname=configuration.tls_server_name,
        )

    @asynccontextmanager
    async def websocket(
        self,
        path: str,
        query: Iterable[tuple[str, str]],
        *,
        operation: str,
        protocols: Iterable[str],
        limits: aiohttp.ClientTimeout,
        close_seconds: float,
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """An upgraded connection that answers no pings by itself; raises what aiohttp raises, and RefusedUpgradeError.

        Over the same pool and TLS, by a client of its own: only upgrades need to look into what was refused.
        """
        configuration = self._api.configuration
        headers = await self._headers("GET", path, JSON)
        self._open_session(operation)
        async with (
            aiohttp.ClientSession(
                connector=self._connector,
                connector_owner=False,
                trust_env=False,
                read_bufsize=_READ_BUFFER_BYTES,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=limits,
                middlewares=(_refusals_have_a_body,),
            ) as client_of_upgrades,
            client_of_upgrades.ws_connect(
                URL(configuration.host + path, encoded=True).with_query(list(query)),
                headers=headers,
                protocols=protocols,
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=close_seconds),
                max_msg_size=_LONGEST_MESSAGE_BYTES,
                proxy=configuration.proxy,
                server_hostname=configuration.tls_server_name,
            ) as socket,
        ):
            yield socket

    async def _headers(self, method: str, path: str, accept: str) -> dict[str, str]:
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": self._user_agent}
        await self._api.update_params_for_auth(headers, [], ["BearerToken"], path, method, None)
        return headers

    def _open_session(self, operation: str) -> aiohttp.ClientSession:
        session: aiohttp.ClientSession = self._api.rest_client.pool_manager
        if session.closed:
            raise Unavailable(operation, "the connection is closed")
        return session

    async def aclose(self) -> None:
        """End everything that is open."""
        await self._api.close()
        await self._connector.close()


async def _changes_are_sent_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """The library sends what it takes for harmless a second time when a connection breaks; a DELETE is not."""
    return await (handler(request) if request.method == "GET" else _sent_once(request, handler))


async def _sent_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise  # nothing was sent
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError("the connection broke off before an answer") from error


async def _refusals_have_a_body(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A refused upgrade says why; one whose answer is lost may have begun a command."""
    response = await _sent_once(request, handler)
    if response.status == SWITCHING_PROTOCOLS:
        return response
    try:
        body = await beginning_of(response)
    finally:
        response.close()
    raise RefusedUpgradeError(response.status, body, response.headers.get("Retry-After"))


def _shown(address: str) -> str:
    """An address without what may be a user's name and password."""
    scheme, separator, rest = address.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


async def _shape_of(configuration: Any) -> tuple[object, ...]:  # noqa: ANN401 - the library ships no types
    settings = tuple(getattr(configuration, name) for name in _SHAPE)
    files = tuple(getattr(configuration, name) for name in _FILES)
    return (*settings, *await anyio.to_thread.run_sync(_changed_at, files))


def _changed_at(files: tuple[str | None, ...]) -> tuple[int, ...]:
    """Certificates are renewed under the same names."""
    return tuple(Path(file).stat().st_mtime_ns if file and Path(file).exists() else 0 for file in files)


def _keepalive_socket(address: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, *_ = address
    connection = socket.socket(family, kind, protocol)
    connection.setblocking(False)  # noqa: FBT003 - the standard library's signature
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        if (option := getattr(socket, name, None)) is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
    return connection
