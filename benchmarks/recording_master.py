"""A Master that answers at once and keeps what it got, so that judging costs the measured agent nothing.

The demo Master judges every kept body afterwards.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from aiohttp import web

_HOLD_SECONDS = 60.0
_MAX_BODY_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Body:
    """One push."""

    data: bytes
    """As sent, compressed."""
    received_at: float
    """Seconds since the epoch, when its last byte was there."""


class RecordingMaster:
    """The four routes of a Master, without an opinion, and the two of a collector."""

    def __init__(self) -> None:
        self.bodies: list[Body] = []
        self.exports = 0
        self.url = ""

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=_MAX_BODY_BYTES)
        # Like the real Master it takes compressed bodies as they are; aiohttp would unpack them.
        app.router.add_post("/agent/snapshot", self._snapshot)
        app.router.add_post("/agent/heartbeat", self._ok)
        app.router.add_post("/agent/result", self._ok)
        app.router.add_get("/agent/commands", self._commands)
        # It is the collector of the agent's telemetry, too.
        app.router.add_post("/v1/metrics", self._telemetry)
        app.router.add_post("/v1/traces", self._telemetry)
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield
        finally:
            await runner.cleanup()

    async def _snapshot(self, request: web.Request) -> web.Response:
        data = await request.read()
        self.bodies.append(Body(data, time.time()))  # noqa: TID251 - two processes compare wall clocks
        return await self._ok(request)

    async def _ok(self, _: web.Request) -> web.Response:
        return web.Response(text='{"status":"ok"}')

    async def _telemetry(self, request: web.Request) -> web.Response:
        await request.read()
        self.exports += 1
        return web.Response(content_type="application/x-protobuf")

    async def _commands(self, _: web.Request) -> web.Response:
        await anyio.sleep(_HOLD_SECONDS)
        return web.json_response({"hasCommand": False})
