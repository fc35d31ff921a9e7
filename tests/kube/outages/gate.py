"""A load balancer of one agent in front of the API server: it can be shut, and it can hold single requests.

It speaks TLS with the API server's own certificate and passes everything on as it is, so that all answers are the real
API server's. What it adds is the moment: a connection that is cut while the API server lives on, a request that arrives
after something else has happened, one that arrives in the very first moment of a start.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp
import anyio
from aiohttp import web
from anyio.abc import TaskStatus
from anyio.from_thread import BlockingPortal, start_blocking_portal
from yarl import URL

from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.loopback import HOST

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "host"})
_LOOK_AGAIN_SECONDS = 0.005
_LAST_SECONDS = 0.05


class Gate:
    """Made by `opened_gate`; steered from the test's thread, at work in one of its own."""

    def __init__(self, cluster: Cluster, portal: BlockingPortal, *, is_patient: bool) -> None:
        pki = cluster.site.pki
        self._upstream = cluster.url
        self._portal = portal
        self._is_patient = is_patient
        self._server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._server_tls.load_cert_chain(pki.crt("kube-apiserver"), pki.key("kube-apiserver"))
        self._client_tls = ssl.create_default_context(cafile=pki.crt("ca"))
        self._open: set[asyncio.Transport] = set()
        self._is_shut = False
        self._is_held: Callable[[str], bool] = _nothing
        self._held_method = ""
        self._is_answer_held = False
        self._released = asyncio.Event()
        self.held: list[str] = []
        """Paths and queries of the requests that have been held so far."""
        self.statuses: list[int] = []
        """Of all answers that were passed on, in the order of arrival."""
        self.port = 0

    def shut(self) -> None:
        """Cut every request under way, and every one that comes from now on."""
        self._portal.call(self._shut)

    def open(self) -> None:
        """Let everything through again."""
        self._is_shut = False

    def hold(self, which: Callable[[str], bool], *, method: str = "", answers: bool = False) -> None:
        """Keep requests until they are released: those whose path and query fulfil the condition.

        Args:
            which: the condition.
            method: only requests with this one; empty: with any.
            answers: let them in, and keep what the API server says to them.
        """
        self._held_method, self._is_answer_held = method, answers
        self._is_held = which

    def release(self) -> None:
        """Pass on what is held, and hold nothing until the next `hold`."""
        self._is_held = _nothing
        self._portal.call(self._let_go)

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled."""
        connector = aiohttp.TCPConnector(ssl=self._client_tls, limit=0)
        limits = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=connector, timeout=limits, auto_decompress=False) as session:
            app = web.Application()

            async def handle(request: web.Request) -> web.StreamResponse:
                return await self._handle(session, request)

            app.router.add_route("*", "/{path:.*}", handle)
            runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
            await runner.setup()
            try:
                await web.TCPSite(runner, HOST, 0, ssl_context=self._server_tls).start()
                self.port = runner.addresses[0][1]
                task_status.started()
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    # What still waits to be sent to a client that was killed would keep its connection open.
                    self._shut()
                    await runner.cleanup()
                    # What is closed is gone only when the loop has turned; it may end right after this.
                    await anyio.sleep(_LAST_SECONDS)

    def _let_go(self) -> None:
        self._released.set()
        self._released = asyncio.Event()

    def _shut(self) -> None:
        self._is_shut = True
        for transport in self._open:
            transport.abort()

    async def _handle(self, session: aiohttp.ClientSession, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if transport is None or self._is_shut:
            return _cut(transport)
        body = await request.read()
        self._open.add(transport)
        try:
            is_held = self._is_held(request.path_qs) and self._held_method in {"", request.method}
            if is_held and not self._is_answer_held:
                await self._keep(request)
            return await self._exchange(session, request, body, is_kept=is_held and self._is_answer_held)
        except (aiohttp.ClientError, ConnectionError):
            return _cut(transport)
        finally:
            self._open.discard(transport)

    async def _keep(self, request: web.Request) -> None:
        self.held.append(request.path_qs)
        await self._released.wait()

    async def _exchange(
        self, session: aiohttp.ClientSession, request: web.Request, body: bytes, *, is_kept: bool
    ) -> web.StreamResponse:
        async with await self._ask(session, request, body) as answer:
            self.statuses.append(answer.status)
            if is_kept:
                await self._keep(request)
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            response.headers.extend(_end_to_end(answer.headers))
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response

    async def _ask(self, session: aiohttp.ClientSession, request: web.Request, body: bytes) -> aiohttp.ClientResponse:
        address = URL(self._upstream + request.raw_path, encoded=True)
        headers = _end_to_end(request.headers)
        while True:
            try:
                return await session.request(
                    request.method, address, headers=headers, data=body or None, allow_redirects=False
                )
            except aiohttp.ClientConnectorError:
                if not self._is_patient:
                    raise
                await anyio.sleep(_LOOK_AGAIN_SECONDS)


def _nothing(_: str) -> bool:
    return False


def _end_to_end(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP]


def _cut(transport: asyncio.Transport | None) -> web.Response:
    if transport is not None:
        transport.abort()
    return web.Response(status=HTTPStatus.BAD_GATEWAY)


@contextmanager
def opened_gate(cluster: Cluster, *, is_patient: bool = False) -> Iterator[Gate]:
    """A gate on a free port of loopback.

    Args:
        cluster: in front of whose API server.
        is_patient: whether a request waits for an API server that does not listen, and goes in as soon as it does.
    """
    with start_blocking_portal() as portal:
        gate = Gate(cluster, portal, is_patient=is_patient)
        task: Future[None]
        task, _ = portal.start_task(gate.run)
        try:
            yield gate
        finally:
            gate.release()
            task.cancel()
