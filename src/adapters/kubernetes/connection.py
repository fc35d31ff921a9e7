"""The one place that talks to the API server.

Requests and answers are raw bytes. The process's proxy variables are not obeyed here (a proxy meant for the Master must
not capture API traffic); a proxy that the kubeconfig names is. Every request has explicit time limits, every failure
leaves as one of `ports.errors`, and credentials that the server refuses are loaded again at once.

Answers are asked for uncompressed: within a cluster gzip costs both sides more than it saves.
"""

import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, Self

import aiohttp
import anyio

from adapters.kubernetes.credentials import CredentialSource
from adapters.kubernetes.errors import error_of_status, library_errors, retry_after_seconds_of
from adapters.kubernetes.hooks import SILENT, KubernetesHooks
from adapters.kubernetes.session import JSON, ApiSession
from adapters.kubernetes.timings import RequestTimings
from domain.errors import MisconfigurationError
from ports.errors import Unavailable

_ERROR_BODY_BYTES: Final = 8192
_UNAUTHORISED: Final = 401
_FIRST_REDIRECT: Final = 300
_CLOSE_SECONDS: Final = 2.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """One request, so that it can be sent twice."""

    method: str = "GET"
    path: str
    operation: str
    resource: str
    limits: aiohttp.ClientTimeout
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    content_type: str = ""
    accept: str = JSON
    label: str = ""


class Stream:
    """The body of an answer, as it arrives."""

    def __init__(self, response: aiohttp.ClientResponse, operation: str) -> None:
        self._response = response
        self._operation = operation

    async def read(self) -> bytes:
        """The next piece; empty at the end.

        Raises:
            Unavailable: the connection broke, or was silent for longer than allowed.
        """
        with library_errors(self._operation):
            return await self._response.content.readany()


class KubernetesConnection:
    """A session with the API server; opened by `open`, or by the first request."""

    def __init__(
        self,
        source: CredentialSource,
        *,
        version: str,
        timings: RequestTimings | None = None,
        hooks: KubernetesHooks = SILENT,
    ) -> None:
        self._source = source
        self._user_agent = f"atlhyper-agent/{version}"
        self._timings = timings or RequestTimings()
        self._hooks = hooks
        self._lock = anyio.Lock()
        self._session: ApiSession | None = None
        self._retired: ApiSession | None = None
        self._loaded_at = 0.0
        self._generation = 0
        self._is_closed = False

    @property
    def timings(self) -> RequestTimings:
        """How long requests may take."""
        return self._timings

    @property
    def address(self) -> str:
        """Where the API server is; empty while nothing is open."""
        return self._session.host if self._session is not None else ""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def open(self) -> None:
        """Load the credentials; nothing is sent.

        Raises:
            MisconfigurationError: they cannot be used; the text says what to do.
        """
        async with self._lock:
            if self._session is None:
                await self._load()

    async def aclose(self) -> None:
        """End everything that is open; requests after this are refused."""
        self._is_closed = True
        sessions = [one for one in (self._session, self._retired) if one is not None]
        self._session = self._retired = None
        # Also when whoever used it was cancelled: half closed is not closed.
        with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
            for session in sessions:
                await session.aclose()

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        operation: str,
        resource: str,
        total_seconds: float | None = None,
        accept: str = JSON,
    ) -> bytes:
        """The body of an answer.

        Args:
            path: beginning with `/api` or `/apis`, quoted.
            query: parameters, not yet quoted.
            operation: what is tried, for messages: `list pods`.
            resource: what is counted: `pods`.
            total_seconds: for the whole exchange; None: the usual.
            accept: the form of the answer, where there are several.

        Raises:
            PortError: as `errors` maps it.
        """
        limits = self._limits(total_seconds)
        request = _Request(path=path, operation=operation, resource=resource, limits=limits, query=query, accept=accept)
        return await self._body(request)

    async def send(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        content_type: str,
        operation: str,
        resource: str,
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of the answer to a POST, PUT, PATCH or DELETE; arguments as for `get`.

        Raises:
            PortError: as `errors` maps it; after `Unavailable` nobody knows whether the change happened.
        """
        request = _Request(path=path, operation=operation, resource=resource, limits=self._limits(None), query=query)
        return await self._body(replace(request, method=method, body=body, content_type=content_type))

    @asynccontextmanager
    async def stream(
        self, path: str, query: Mapping[str, str], *, operation: str, resource: str, idle_seconds: float
    ) -> AsyncIterator[Stream]:
        """The body of an answer that does not end soon; no limit but on silence.

        Raises:
            PortError: as `errors` maps it.
        """
        limits = aiohttp.ClientTimeout(
            total=None,
            connect=self._timings.connect_seconds,
            sock_connect=self._timings.connect_seconds,
            sock_read=idle_seconds,
        )
        request = _Request(path=path, operation=operation, resource=resource, limits=limits, query=query, label="WATCH")
        async with self._answer(request) as response:
            yield Stream(response, operation)

    def _limits(self, total_seconds: float | None) -> aiohttp.ClientTimeout:
        total_seconds = total_seconds or self._timings.total_seconds
        return aiohttp.ClientTimeout(
            total=total_seconds,
            connect=self._timings.connect_seconds,
            sock_connect=self._timings.connect_seconds,
            sock_read=min(total_seconds, self._timings.idle_seconds),
        )

    async def _body(self, request: _Request) -> bytes:
        async with self._answer(request) as response:
            with library_errors(request.operation):
                return await response.read()

    @asynccontextmanager
    async def _answer(self, request: _Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """A successful answer whose body is not read yet; its connection is closed unless the body was read."""
        generation = await self._ready(request.operation)
        response = await self._exchange(request)
        try:
            if response.status == _UNAUTHORISED and await self._reload(generation):
                response.close()
                response = await self._exchange(request)
            if response.status >= _FIRST_REDIRECT:
                with library_errors(request.operation):
                    text = await _beginning_of(response)
                wait_seconds = retry_after_seconds_of(response.headers.get("Retry-After"))
                raise error_of_status(request.operation, response.status, text, retry_after_seconds=wait_seconds)
            yield response
        finally:
            response.close()

    async def _exchange(self, request: _Request) -> aiohttp.ClientResponse:
        session = self._session
        if session is None:
            raise Unavailable(request.operation, "the connection is closed")
        began = time.monotonic()
        status = 0
        try:
            with library_errors(request.operation):
                response = await session.request(
                    request.method,
                    request.path,
                    request.query,
                    operation=request.operation,
                    limits=request.limits,
                    body=request.body,
                    content_type=request.content_type,
                    accept=request.accept,
                )
            status = response.status
        finally:
            label = request.label or request.method
            self._hooks.on_request(label, request.resource, status, time.monotonic() - began)
        return response

    async def _ready(self, operation: str) -> int:
        """Open, and a fresh token where tokens expire; which credentials these are."""
        if self._is_closed:
            raise Unavailable(operation, "the connection is closed")
        if self._session is None:
            await self.open()
        elif self._source.token_expires and time.monotonic() - self._loaded_at >= self._timings.token_seconds:
            await self._reload(self._generation, at_least_seconds=self._timings.token_seconds)
        return self._generation

    async def _reload(self, refused_generation: int, *, at_least_seconds: float | None = None) -> bool:
        """Load the credentials again unless somebody has in the meantime; whether trying again makes sense."""
        pause_seconds = self._timings.reload_pause_seconds if at_least_seconds is None else at_least_seconds
        async with self._lock:
            if self._generation != refused_generation:
                return True
            if self._generation > 1 and time.monotonic() - self._loaded_at < pause_seconds:
                return False
            try:
                await self._load()
            except MisconfigurationError as error:
                # Files that are being replaced are incomplete for a moment; what was loaded may go on working.
                self._loaded_at = time.monotonic()
                logger.warning("credentials cannot be loaded again", extra={"error": str(error)})
                return False
            return True

    async def _load(self) -> None:
        configuration = await self._source.load()
        if self._session is None or not await self._session.adopt(configuration):
            fresh = await ApiSession.open(configuration, self._user_agent)
            # Requests in flight go on over the session they began with; it is closed with the next change.
            retired, self._retired, self._session = self._retired, self._session, fresh
            if retired is not None:
                await retired.aclose()
        self._generation += 1
        self._loaded_at = time.monotonic()


async def _beginning_of(response: aiohttp.ClientResponse) -> bytes:
    """The body of a refusal, in however many pieces it comes; who has refused is read from its whole."""
    text = bytearray()
    while len(text) < _ERROR_BODY_BYTES and (piece := await response.content.read(_ERROR_BODY_BYTES - len(text))):
        text += piece
    return bytes(text)
