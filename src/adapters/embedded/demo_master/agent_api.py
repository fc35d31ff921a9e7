"""The agent port: the four routes of the wire contract and `/health`, with the real Master's answers to the letter.

No authentication, exact paths, `text/plain` on all but the poll, 405 for every other method, 301 for a path that is not
clean. One thing is added: the real one stands in a cluster, this one beside a browser, so what a web page makes it send
is refused. Judging runs in a thread, so a large push does not delay heartbeats and polls.

Source: wire contract, server basics, snapshot, heartbeat, commands, result.
"""

import ipaddress
import posixpath
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from adapters.embedded.demo_master.gzip_body import BadGzipHeaderError, BrokenGzipError, gunzip, is_gzip
from adapters.embedded.demo_master.judge import JudgedSnapshot, RefusedBodyError, judge_result, judge_snapshot
from adapters.embedded.demo_master.settings import DemoMasterSettings
from adapters.embedded.demo_master.store import Store

CLUSTER_HEADER = "X-Cluster-ID"
DEFAULT_TOPIC = "ops"
SNAPSHOT_ROUTE, HEARTBEAT_ROUTE = "/agent/snapshot", "/agent/heartbeat"
COMMANDS_ROUTE, RESULT_ROUTE = "/agent/commands", "/agent/result"

INVALID_JSON, INVALID_GZIP = "Invalid JSON", "Invalid gzip"


def build_agent_app(settings: DemoMasterSettings, store: Store) -> web.Application:
    """The application of the agent port."""
    api = _AgentApi(settings, store)
    app = web.Application(middlewares=[_without_web_pages(settings.agent_host), _go_paths])
    app.router.add_route("*", SNAPSHOT_ROUTE, api.push_snapshot)
    app.router.add_route("*", HEARTBEAT_ROUTE, api.take_heartbeat)
    app.router.add_route("*", COMMANDS_ROUTE, api.poll_command)
    app.router.add_route("*", RESULT_ROUTE, api.take_result)
    app.router.add_route("*", "/health", api.health)
    return app


class _ClientTooSlowError(Exception):
    """The body did not arrive within the read time; the connection is gone."""


class _AgentApi:
    def __init__(self, settings: DemoMasterSettings, store: Store) -> None:
        self._settings = settings
        self._store = store

    async def push_snapshot(self, request: web.Request) -> web.StreamResponse:
        """`POST /agent/snapshot`: judge, then replace the cluster's snapshot."""
        if request.method != hdrs.METH_POST:
            return _method_not_allowed()
        header = _cluster_header(request)
        body = await self._read(request)
        compressed = is_gzip(body, ",".join(request.headers.getall(hdrs.CONTENT_ENCODING, ())))
        try:
            judged = await anyio.to_thread.run_sync(_unpack_and_judge, body, compressed, abandon_on_cancel=True)
        except BadGzipHeaderError:
            return self._refuse(SNAPSHOT_ROUTE, header, INVALID_GZIP, reason="the body does not begin like gzip")
        except BrokenGzipError as error:
            return self._refuse(SNAPSHOT_ROUTE, header, INVALID_JSON, reason=str(error))
        except RefusedBodyError as error:
            return self._refuse(SNAPSHOT_ROUTE, header, INVALID_JSON, path=error.path, reason=error.reason)
        cluster_id = header or judged.cluster_id
        if not cluster_id:
            return self._refuse(SNAPSHOT_ROUTE, "", "cluster_id is required")
        self._store.note_push(cluster_id, judged, wire_bytes=len(body), compressed=compressed)
        return _ok()

    async def take_heartbeat(self, request: web.Request) -> web.StreamResponse:
        """`POST /agent/heartbeat`: the body is not looked at."""
        if request.method != hdrs.METH_POST:
            return _method_not_allowed()
        cluster_id = _cluster_header(request)
        if not cluster_id:
            return self._refuse(HEARTBEAT_ROUTE, "", "X-Cluster-ID header is required")
        self._store.note_heartbeat(cluster_id)
        return _ok()

    async def poll_command(self, request: web.Request) -> web.StreamResponse:
        """`GET /agent/commands`: one command at once or within the hold, or none; it leaves the queue first."""
        if request.method != hdrs.METH_GET:
            return _method_not_allowed()
        cluster_id = request.query.get("cluster_id", "")
        if not cluster_id:
            return self._refuse(COMMANDS_ROUTE, "", "cluster_id is required")
        topic = request.query.get("topic", "") or DEFAULT_TOPIC
        self._store.note_poll(cluster_id, topic)
        record = await self._store.commands.take(cluster_id, topic)
        if record is None:
            return web.json_response({"hasCommand": False})
        return web.json_response({"hasCommand": True, "command": record.wire()})

    async def take_result(self, request: web.Request) -> web.StreamResponse:
        """`POST /agent/result`: never gzip; any id is accepted, a repeated one overwrites."""
        if request.method != hdrs.METH_POST:
            return _method_not_allowed()
        body = await self._read(request)
        try:
            judged = await anyio.to_thread.run_sync(judge_result, body, abandon_on_cancel=True)
        except RefusedBodyError as error:
            return self._refuse(RESULT_ROUTE, "", INVALID_JSON, path=error.path, reason=error.reason)
        if not judged.command_id:
            return self._refuse(RESULT_ROUTE, judged.cluster_id, "command_id is required")
        self._store.note_result(judged)
        return _ok()

    async def health(self, _request: web.Request) -> web.StreamResponse:
        """`GET /health`."""
        return web.Response(text="ok")

    async def _read(self, request: web.Request) -> bytes:
        """The body as it came, of any size."""
        chunks: list[bytes] = []
        with anyio.move_on_after(self._settings.read_seconds) as limit:
            async for chunk in request.content.iter_any():
                chunks.append(chunk)  # noqa: PERF401 - what came before the limit is not needed, an async comprehension is
        if limit.cancelled_caught:
            if request.transport is not None:
                request.transport.abort()
            raise _ClientTooSlowError
        return b"".join(chunks)

    def _refuse(
        self, route: str, cluster_id: str, answer: str, *, path: str = "$", reason: str = ""
    ) -> web.StreamResponse:
        self._store.note_rejection(route, cluster_id, answer, path=path, reason=reason)
        return _plain(400, answer)


def _unpack_and_judge(body: bytes, compressed: bool) -> JudgedSnapshot:  # noqa: FBT001 - run_sync passes by position
    return judge_snapshot(gunzip(body) if compressed else body)


def _cluster_header(request: web.Request) -> str:
    """The identity in the header, as valid text; empty when missing."""
    raw = request.headers.get(CLUSTER_HEADER, "")
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _ok() -> web.Response:
    return web.Response(text='{"status":"ok"}')


def _plain(status: int, line: str) -> web.Response:
    return web.Response(status=status, text=f"{line}\n", headers={"X-Content-Type-Options": "nosniff"})


def _method_not_allowed() -> web.Response:
    return _plain(405, "Method not allowed")


def _without_web_pages(agent_host: str) -> Middleware:
    """Refuses requests of other sites (Origin, Sec-Fetch-Site) and of pages that a DNS answer moved here (Host).

    Where more than loopback is listened on, agents may use any name for it, and Host is not looked at.
    """
    looks_at_host = _is_loopback(agent_host)

    @web.middleware
    async def refuse_web_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_page = hdrs.ORIGIN in request.headers or request.headers.get("Sec-Fetch-Site", "none") != "none"
        if is_page or (looks_at_host and not _is_loopback(_host_name(request.headers.get(hdrs.HOST, "localhost")))):
            return _plain(403, "this port is for agents, not for web pages")
        return await handler(request)

    return refuse_web_pages


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def _go_paths(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Paths as Go's multiplexer treats them: an unclean one is redirected, an unknown one is 404 in plain text."""
    path = request.rel_url.raw_path
    clean = _cleaned(path)
    if clean != path:
        query = request.rel_url.raw_query_string
        return web.Response(status=301, headers={hdrs.LOCATION: f"{clean}?{query}" if query else clean})
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _plain(404, "404 page not found")
    except _ClientTooSlowError:
        return web.Response(status=408)  # goes nowhere: the connection is closed already


def _cleaned(path: str) -> str:
    """The path without empty, `.` and `..` segments; a trailing slash stays."""
    clean = posixpath.normpath(f"/{path.lstrip('/')}")
    return f"{clean}/" if path.endswith("/") and clean != "/" else clean
