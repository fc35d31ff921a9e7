"""A Master that hands out what it is given, as often as it is given it, and takes results as badly as it is told.

The demo Master behaves; this one does what happens when a Master, or what stands before it, does not.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from http import HTTPStatus

import anyio
from aiohttp import web
from anyio.from_thread import BlockingPortal, start_blocking_portal

from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import HOST

_HOLD_SECONDS = 0.5
_LAST_SECONDS = 0.05


class Taking(Enum):
    """What becomes of a result that is posted."""

    YES = auto()
    NO = auto()
    """Refused for now; the Master does not know it."""
    WITHOUT_A_WORD = auto()
    """Taken, but the acknowledgement is lost."""


class LossyMaster:
    """Made by `running_lossy_master`; everything may be called from the test's thread."""

    def __init__(self, portal: BlockingPortal, about: str) -> None:
        self.taking = Taking.YES
        """What becomes of the results of the one command that this is about; all others are taken."""
        self.posts: list[Json] = []
        """Every result whose body has arrived and that was not refused."""
        self.refused = 0
        self.polls = 0
        self._about = about
        self._portal = portal
        self._queue: deque[Json] = deque()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it is, also while it is not."""
        return f"http://{HOST}:{self._port}"

    def deliver(self, *commands: Json) -> None:
        """Hand these out to the next polls of topic ops, one each, whatever was handed out before."""
        self._queue.extend(commands)

    def results_of(self, command_id: str) -> list[Json]:
        """What was posted for a command, without when."""
        return [
            {"success": post["success"], "output": post.get("output", ""), "error": post.get("error", "")}
            for post in tuple(self.posts)
            if post["commandId"] == command_id
        ]

    def restart(self) -> None:
        """Go away in the middle of whatever is being said, forget what was not handed out, and come back."""
        self._portal.call(self.stop)
        self._queue.clear()
        self._portal.call(self.start)

    async def start(self) -> None:
        """Listen, from the second time on where it listened before."""
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/agent/snapshot", self._ok)
        app.router.add_post("/agent/heartbeat", self._ok)
        app.router.add_post("/agent/result", self._take)
        app.router.add_get("/agent/commands", self._hand_out)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more, and break what is open."""
        if self._runner is not None:
            await self._runner.cleanup()
            # What is closed is gone only when the loop has turned; it may end right after this.
            await anyio.sleep(_LAST_SECONDS)

    async def _hand_out(self, request: web.Request) -> web.Response:
        self.polls += 1
        if request.query["topic"] == "ops":
            with anyio.move_on_after(_HOLD_SECONDS):
                while not self._queue:  # noqa: ASYNC110 - filled by another thread
                    await anyio.sleep(0.01)
            if self._queue:
                return web.json_response({"hasCommand": True, "command": self._queue.popleft()})
        else:
            await anyio.sleep(_HOLD_SECONDS)
        return web.json_response({"hasCommand": False})

    async def _take(self, request: web.Request) -> web.Response:
        body: Json = await request.json()
        taking = self.taking if body["commandId"] == self._about else Taking.YES
        if taking is Taking.NO:
            self.refused += 1
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        self.posts.append(body)
        if taking is Taking.WITHOUT_A_WORD and request.transport is not None:
            request.transport.abort()
        return await self._ok(request)

    async def _ok(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text='{"status":"ok"}')


@contextmanager
def running_lossy_master(about: str) -> Iterator[LossyMaster]:
    """In a thread of its own, on a free port of loopback; `about`: the id of whose results it may take badly."""
    with start_blocking_portal() as portal:
        master = LossyMaster(portal, about)
        portal.call(master.start)
        try:
            yield master
        finally:
            portal.call(master.stop)
