"""A Master that hands out commands as fast as they are asked for, and notes when it answered and when a result came."""

import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import anyio
from aiohttp import web

_HOLD_SECONDS = 60.0
_MAX_BODY_BYTES = 16 * 2**20
_UNAVAILABLE = 503


@dataclass
class Asked:
    """A command, in monotonic seconds."""

    answered_at: float = 0.0
    """When the poll that took it was answered."""
    finished_at: float = 0.0
    """When the last byte of its first result was there."""
    result: dict[str, Any] = field(default_factory=dict)


class CommandMaster:
    """The four routes, and a queue for each topic."""

    def __init__(self, cluster_id: str) -> None:
        self.url = ""
        self.asked: dict[str, Asked] = {}
        self.takes_results = True
        """False: every result is answered by 503, and stays with the agent."""
        self.refused = 0
        self._cluster_id = cluster_id
        self._queues: dict[str, deque[dict[str, Any]]] = {"ops": deque(), "ai": deque()}
        self._numbers = count(1)
        self._news = anyio.Event()
        self._polling: set[str] = set()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=_MAX_BODY_BYTES)
        app.router.add_post("/agent/snapshot", self._ok)
        app.router.add_post("/agent/heartbeat", self._ok)
        app.router.add_post("/agent/result", self._result)
        app.router.add_get("/agent/commands", self._commands)
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield
        finally:
            await runner.cleanup()

    def queue(self, topic: str, action: str, name: str, **params: object) -> Asked:
        """Ask for something about a Deployment of the namespace `shop`."""
        command_id = f"{topic}-{next(self._numbers)}"
        self._queues[topic].append(
            {
                "id": command_id,
                "clusterId": self._cluster_id,
                "action": action,
                "kind": "Deployment",
                "namespace": "shop",
                "name": name,
                "params": params,
                "source": "bench",
                "createdAt": datetime.now(UTC).isoformat(),
            }
        )
        self.asked[command_id] = Asked()
        self._tell()
        return self.asked[command_id]

    async def finished(self, *commands: Asked) -> None:
        """Wait until each has its result."""
        for one in commands:
            while not one.finished_at:
                await self._news.wait()

    async def polled(self, topic: str) -> None:
        """Wait until the agent waits for a command of this topic."""
        await self._until(lambda: topic in self._polling)

    async def refusing(self) -> None:
        """Wait until a result was refused."""
        await self._until(lambda: bool(self.refused))

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    async def _commands(self, request: web.Request) -> web.Response:
        topic, queue = request.query["topic"], self._queues[request.query["topic"]]
        self._polling.add(topic)
        self._tell()
        with anyio.move_on_after(_HOLD_SECONDS):
            await self._until(lambda: bool(queue))
        self._polling.discard(topic)
        if not queue:
            return web.json_response({"hasCommand": False})
        command = queue.popleft()
        answer = web.json_response({"hasCommand": True, "command": command})
        self.asked[command["id"]].answered_at = time.monotonic()
        return answer

    async def _result(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not self.takes_results:
            self.refused += 1
            return web.Response(status=_UNAVAILABLE)
        # Of what was queued before this Master came, nothing is known here.
        asked = self.asked.get(body["commandId"], Asked())
        if not asked.finished_at:
            asked.finished_at = time.monotonic()
            asked.result = body
        self._tell()
        return await self._ok(request)

    async def _ok(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text='{"status":"ok"}')
