"""What every MasterPreflight promises (ports.preflight)."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from typing import Protocol

import pytest
from aiohttp import web
from typing_extensions import override

from adapters.gateway.preflight import HttpMasterPreflight
from adapters.gateway.settings import GatewaySettings
from adapters.memory.clock import ManualClock
from adapters.memory.preflight import InMemoryMasterPreflight
from adapters.system.clock import SystemClock
from ports.errors import AccessDenied, PortError, Unavailable, UnexpectedAnswer
from ports.preflight import MasterPreflight
from tests.support.master_server import HEARTBEAT, MasterServer, refusing

PORT = MasterPreflight
ADAPTERS = (HttpMasterPreflight, InMemoryMasterPreflight)


class Master(Protocol):
    """A Master that works."""

    preflight: MasterPreflight

    @abstractmethod
    def refuse(self, error: type[PortError]) -> None:
        """Answer the next look otherwise."""

    @abstractmethod
    def be_ahead(self, seconds: float) -> None:
        """Have a wrong clock."""

    @abstractmethod
    def has_noticed(self) -> bool:
        """Whether it thinks that there is an agent."""


class LoopbackMaster(Master):
    """The demo Master's agent port on loopback."""

    def __init__(self, server: MasterServer) -> None:
        self._clock = SystemClock()
        self.preflight = HttpMasterPreflight(GatewaySettings(url=server.url), self._clock)
        self._server = server

    @override
    def refuse(self, error: type[PortError]) -> None:
        statuses: dict[type[PortError], int] = {Unavailable: 503, AccessDenied: 401, UnexpectedAnswer: 404}
        status = statuses[error]
        self._server.fail(HEARTBEAT, refusing(status), times=1)

    @override
    def be_ahead(self, seconds: float) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            moment = self._clock.now() + timedelta(seconds=seconds)
            return web.Response(status=405, headers={"Date": format_datetime(moment, usegmt=True)})

        self._server.fail(HEARTBEAT, answer)

    @override
    def has_noticed(self) -> bool:
        seen = {one.route for one in self._server.seen}
        return bool(self._server.store.clusters() or self._server.store.rejections or seen > {HEARTBEAT})


class SimulatedMaster(Master):
    """The in-memory one."""

    def __init__(self) -> None:
        self._told = InMemoryMasterPreflight(ManualClock())
        self.preflight = self._told

    @override
    def refuse(self, error: type[PortError]) -> None:
        self._told.fail_next("look", error("look", "planned"))

    @override
    def be_ahead(self, seconds: float) -> None:
        self._told.ahead_seconds = seconds

    @override
    def has_noticed(self) -> bool:
        return False


@pytest.fixture(params=["http", "memory"])
async def master(request: pytest.FixtureRequest) -> AsyncIterator[Master]:
    async with _http() if request.param == "http" else _memory() as master:
        yield master


@asynccontextmanager
async def _http() -> AsyncIterator[Master]:
    server = MasterServer()
    async with server.serving():
        yield LoopbackMaster(server)


@asynccontextmanager
async def _memory() -> AsyncIterator[Master]:
    yield SimulatedMaster()


async def test_a_master_that_works_is_seen_and_notices_nothing(master: Master) -> None:
    sight = await master.preflight.look()
    assert sight.address
    assert sight.asked_at <= sight.answered_at
    assert not master.has_noticed()


@pytest.mark.parametrize("ahead_seconds", [0, 90, -3600])
async def test_its_clock_is_held_against_ours(master: Master, ahead_seconds: float) -> None:
    master.be_ahead(ahead_seconds)
    measured = (await master.preflight.look()).ahead_seconds
    assert measured is not None
    assert abs(measured - ahead_seconds) < 2


@pytest.mark.parametrize("error", [Unavailable, AccessDenied, UnexpectedAnswer])
async def test_what_is_no_master_or_does_not_answer_is_told_apart(master: Master, error: type[PortError]) -> None:
    master.refuse(error)
    with pytest.raises(error):
        await master.preflight.look()
    assert (await master.preflight.look()).address
