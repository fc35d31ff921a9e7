"""A Master on loopback that can be told to misbehave: the demo Master's agent port behind programmable faults.

What is not told otherwise is answered by the demo Master and judged by it; `store` shows what it took.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import anyio
from aiohttp import web

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.agent_api import (
    COMMANDS_ROUTE,
    HEARTBEAT_ROUTE,
    RESULT_ROUTE,
    SNAPSHOT_ROUTE,
    build_agent_app,
)
from adapters.embedded.demo_master.records import CommandRecord, Push
from adapters.embedded.demo_master.settings import DemoMasterSettings
from adapters.embedded.demo_master.store import Store

SNAPSHOT, HEARTBEAT, COMMANDS, RESULT = SNAPSHOT_ROUTE, HEARTBEAT_ROUTE, COMMANDS_ROUTE, RESULT_ROUTE
FOR_EVER: Final = 1_000_000

Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""None: as it should be."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived."""

    route: str
    headers: dict[str, str]
    query: dict[str, str]


@dataclass(slots=True)
class _Fault:
    route: str
    answer: Answer
    times: int


async def no_answer(request: web.Request) -> web.StreamResponse:
    """Takes the body and says nothing until the client goes."""
    await request.read()
    await anyio.sleep_forever()
    raise AssertionError


async def no_reading(_: web.Request) -> web.StreamResponse:
    """Does not even take the body."""
    await anyio.sleep_forever()
    raise AssertionError


def refusing(status: int) -> Answer:
    """Answers with a status."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="not now\n")

    return answer


class MasterServer:
    """Started by `serving`; everything else may be called at any time."""

    def __init__(self, *, poll_hold_seconds: float = 0.3) -> None:
        self._settings = DemoMasterSettings(poll_hold_seconds=poll_hold_seconds, keep_bodies=200)
        self.store = Store(self._settings)
        self.seen: list[Seen] = []
        self.url = ""
        self._faults: list[_Fault] = []

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator["MasterServer"]:
        """Serve on a port of loopback."""
        app = build_agent_app(self._settings, self.store)
        app.middlewares.insert(0, self._middleware())
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.01, auto_decompress=False
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.store.commands.open()
        try:
            yield self
        finally:
            self.store.commands.close()
            await runner.cleanup()

    def fail(self, route: str, answer: Answer, times: int = FOR_EVER) -> None:
        """Let the next requests of a route be answered otherwise."""
        self._faults.append(_Fault(route, answer, times))

    def heal(self) -> None:
        """Answer as one should from now on."""
        self._faults.clear()

    def count(self, route: str) -> int:
        """How many requests of a route have arrived."""
        return sum(one.route == route for one in self.seen)

    def pushes(self, cluster_id: str) -> tuple[Push, ...]:
        """The snapshots taken, oldest first."""
        return self.store.pushes(cluster_id)

    def order(self, action: str, cluster_id: str, **fields: object) -> str:
        """Queue a command without the checks of the console; returns its id."""
        request = CommandRequest(action=action, cluster_id=cluster_id, **fields)  # type: ignore[arg-type]  # as they come
        return self.store.commands.put(request).id

    def command(self, command_id: str) -> CommandRecord:
        """A command that was ordered."""
        found = self.store.commands.get(command_id)
        assert found is not None
        return found

    def _middleware(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        @web.middleware
        async def misbehave(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            self.seen.append(Seen(request.path, dict(request.headers), dict(request.query)))
            for fault in self._faults:
                if fault.route == request.path and fault.times > 0:
                    fault.times -= 1
                    if (answer := await fault.answer(request)) is not None:
                        return answer
                    break
            return await handler(request)

        return misbehave
