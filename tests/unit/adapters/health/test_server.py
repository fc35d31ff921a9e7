"""The health endpoints over real HTTP."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import anyio
import pytest

from adapters.health.liveness import Liveness
from adapters.health.server import CannotListenError, HealthServer
from adapters.memory.clock import ManualClock


class World:
    """What the server is asked about."""

    def __init__(self) -> None:
        self.stuck: tuple[str, ...] = ()
        self.unready: tuple[str, ...] = ("first sync not complete",)

    def server(self, port: int = 0) -> HealthServer:
        return HealthServer(
            ("127.0.0.1", port),
            liveness=lambda: self.stuck,
            readiness=lambda: self.unready,
            status=lambda: {"version": "3", "kinds": {}},
            metrics=lambda: ("text/plain; version=0.0.4", b"up 1\n"),
        )


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    server = world.server()
    async with anyio.create_task_group() as group:
        await group.start(server.run)
        yield f"http://127.0.0.1:{server.port}"
        group.cancel_scope.cancel()


async def _get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_probes_follow_what_the_agent_knows() -> None:
    world = World()
    async with served(world) as url:
        assert (await _get(f"{url}/livez"))[0] == 200
        assert (await _get(f"{url}/health"))[0] == 200
        status, body = await _get(f"{url}/readyz")
        assert (status, json.loads(body)["problems"]) == (503, ["first sync not complete"])
        world.unready, world.stuck = (), ("loop snapshot has not ended a round for 60 s",)
        assert (await _get(f"{url}/readyz"))[0] == 200
        assert (await _get(f"{url}/livez"))[0] == 503


async def test_status_and_metrics_are_served() -> None:
    async with served(World()) as url:
        assert json.loads((await _get(f"{url}/statusz"))[1])["version"] == "3"
        assert (await _get(f"{url}/metrics")) == (200, "up 1\n")


async def test_an_address_in_use_is_said_clearly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListenError, match=rf"127\.0\.0\.1:{port}: .*in use; choose another AGENT_HEALTH"):
            await World().server(port).run()


async def test_a_loop_that_stands_still_is_a_problem_and_a_failing_one_is_not() -> None:
    clock = ManualClock()
    liveness = Liveness(clock, {"snapshot": 10})
    assert liveness.problems() == ()
    liveness.on_round("snapshot", 1, "push: refused")
    liveness.on_crash("snapshot")
    await clock.advance(50)
    assert liveness.problems() == ()
    assert liveness.status() == {"snapshot": {"secondsSinceRound": 50, "error": "push: refused"}}
    await clock.advance(1)
    assert liveness.problems() == ("loop snapshot has not ended a round for 51 s",)
