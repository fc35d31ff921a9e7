"""The one place that talks to the API server.

Requests and answers are raw bytes. The process's proxy variables are not obeyed here (a proxy meant for the Master must
not capture API traffic); a proxy that the kubeconfig names is. Every request has explicit time limits, every failure
leaves as one of `ports.errors`, and credentials that the server refuses are loaded again at once.

Answers are asked for uncompressed: within a cluster gzip costs both sides more than it saves.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Self

import aiohttp

from adapters.kubernetes.bodies import beginning_of, whole_body
from adapters.kubernetes.credentials import CredentialSource
from adapters.kubernetes.doubt import told_apart
from adapters.kubernetes.errors import (
    ServerAnswer,
    Unauthenticated,
    error_of_status,
    library_errors,
    retry_after_seconds_of,
)
from adapters.kubernetes.exchange import ApiRequest, Stream, counted, endless_limits, warnings_in, whole_limits
from adapters.kubernetes.hooks import SILENT, KubernetesHooks
from adapters.kubernetes.session import JSON, SWITCHING_PROTOCOLS
from adapters.kubernetes.session_keeper import SessionKeeper
from adapters.kubernetes.timings import RequestTimings
from ports.errors import Unavailable

_UNAUTHORISED: Final = 401
_FIRST_REDIRECT: Final = 300


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
        self._timings = timings or RequestTimings()
        self._hooks = hooks
        self._keeper = SessionKeeper(source, f"atlhyper-agent/{version}", self._timings)

    @property
    def timings(self) -> RequestTimings:
        """How long requests may take."""
        return self._timings

    @property
    def address(self) -> str:
        """Where the API server is; empty while nothing is open."""
        return self._keeper.address

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
        await self._keeper.open()

    async def aclose(self) -> None:
        """End everything that is open; requests after this are refused."""
        await self._keeper.aclose()

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        operation: str,
        resource: str,
        total_seconds: float | None = None,
        accept: str = JSON,
        most_bytes: int | None = None,
    ) -> bytes:
        """The body of an answer.

        Args:
            path: beginning with `/api` or `/apis`, quoted.
            query: parameters, not yet quoted.
            operation: what is tried, for messages: `list pods`.
            resource: what is counted: `pods`.
            total_seconds: for the whole exchange; None: the usual.
            accept: the form of the answer, where there are several.
            most_bytes: of a body; a larger one is `TooLarge` and not read to its end. None: any size.

        Raises:
            PortError: as `errors` maps it.
        """
        limits = whole_limits(self._timings, total_seconds)
        request = ApiRequest(
            path=path,
            operation=operation,
            resource=resource,
            limits=limits,
            query=query,
            accept=accept,
            most_bytes=most_bytes,
        )
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
        on_warning: Callable[[str], None] | None = None,
        is_question: bool = False,
    ) -> bytes:
        """The body of the answer to a POST, PUT, PATCH or DELETE; arguments as for `get`.

        `on_warning` takes what the API server warns of: a version that will go, a pod that a policy will not like.
        `is_question`: a POST that changes nothing, such as a review.

        Raises:
            Unanswered: nobody knows whether the change happened.
            PortError: as `errors` maps it; it did not happen.
        """
        request = ApiRequest(
            method=method,
            path=path,
            operation=operation,
            resource=resource,
            limits=whole_limits(self._timings),
            query=query,
            body=body,
            content_type=content_type,
            on_warning=on_warning,
        )
        try:
            return await self._body(request)
        except Unavailable as error:
            if is_question:
                raise
            raise told_apart(error) from error.__cause__

    @asynccontextmanager
    async def stream(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        operation: str,
        resource: str,
        idle_seconds: float,
        label: str = "WATCH",
    ) -> AsyncIterator[Stream]:
        """The body of an answer that does not end soon; no limit but on silence.

        Arguments as for `get`, and `label`: as what it is counted.

        Raises:
            PortError: as `errors` maps it.
        """
        limits = endless_limits(self._timings, idle_seconds)
        request = ApiRequest(path=path, operation=operation, resource=resource, limits=limits, query=query, label=label)
        async with self._answer(request) as response:
            if request.on_warning is not None:
                for text in warnings_in(response.headers):
                    request.on_warning(text)
            yield Stream(response, operation)

    @asynccontextmanager
    async def websocket(
        self,
        path: str,
        query: Sequence[tuple[str, str]],
        *,
        operation: str,
        resource: str,
        protocols: Sequence[str],
        close_seconds: float,
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A connection that was upgraded; whoever uses it answers pings.

        Arguments as for `get`, but that a name may come again in the query; the best protocol first, and how long the
        goodbye may take.

        Raises:
            Unanswered: nobody knows whether what was asked for has begun.
            PortError: as `errors` maps it.
        """
        limits = endless_limits(self._timings, self._timings.idle_seconds)
        request = ApiRequest(path=path, operation=operation, resource=resource, limits=limits, label="WEBSOCKET")
        generation = await self._keeper.ready(operation)
        async with AsyncExitStack() as stack:
            try:
                try:
                    socket = await self._upgrade(request, query, protocols, close_seconds, stack)
                except Unauthenticated:
                    if not await self._keeper.reload(generation):
                        raise
                    socket = await self._upgrade(request, query, protocols, close_seconds, stack)
            except Unavailable as error:
                raise told_apart(error) from error.__cause__
            yield socket

    async def _upgrade(
        self,
        request: ApiRequest,
        query: Sequence[tuple[str, str]],
        protocols: Sequence[str],
        close_seconds: float,
        stack: AsyncExitStack,
    ) -> aiohttp.ClientWebSocketResponse:
        opening = self._keeper.current(request.operation).websocket(
            request.path,
            query,
            operation=request.operation,
            protocols=protocols,
            limits=request.limits,
            close_seconds=close_seconds,
        )
        with counted(self._hooks, request) as count:
            socket = await stack.enter_async_context(opening)
            count.status = SWITCHING_PROTOCOLS
        return socket

    async def _body(self, request: ApiRequest) -> bytes:
        async with self._answer(request) as response:
            if request.on_warning is not None:
                for text in warnings_in(response.headers.getall("Warning", ())):
                    request.on_warning(text)
            with library_errors(request.operation):
                return await whole_body(response, request.operation, request.most_bytes)

    @asynccontextmanager
    async def _answer(self, request: ApiRequest) -> AsyncIterator[aiohttp.ClientResponse]:
        """A successful answer whose body is not read yet; its connection is closed unless the body was read."""
        generation = await self._keeper.ready(request.operation)
        response = await self._exchange(request)
        try:
            if response.status == _UNAUTHORISED and await self._keeper.reload(generation):
                response.close()
                response = await self._exchange(request)
            if response.status >= _FIRST_REDIRECT:
                with library_errors(request.operation):
                    text = await beginning_of(response)
                wait_seconds = retry_after_seconds_of(response.headers.get("Retry-After"))
                error = error_of_status(request.operation, response.status, text, retry_after_seconds=wait_seconds)
                raise error from ServerAnswer(response.status, text)
            yield response
        finally:
            response.close()

    async def _exchange(self, request: ApiRequest) -> aiohttp.ClientResponse:
        session = self._keeper.current(request.operation)
        with counted(self._hooks, request) as count:
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
            count.status = response.status
        return response
