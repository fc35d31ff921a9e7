"""Who is taken for a Master, and who is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from adapters.embedded.demo_master.server import DemoMaster
from adapters.gateway.preflight import HttpMasterPreflight
from adapters.gateway.settings import GatewaySettings
from adapters.system.clock import SystemClock
from domain.errors import MisconfigurationError
from ports.errors import AccessDenied, PortError, Unavailable, UnexpectedAnswer
from tests.support.faulty_server import Conversation, FaultyServer, Request, an_answer, listening


def a_preflight(url: str, **settings: object) -> HttpMasterPreflight:
    return HttpMasterPreflight(GatewaySettings(url=url, **settings), SystemClock())  # type: ignore[arg-type] # as they come


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[tuple[FaultyServer, list[Request]]]:
    seen: list[Request] = []

    async def behave(conversation: Conversation) -> None:
        seen.append(await conversation.request())
        await conversation.send(answer)

    async with listening(behave) as server:
        yield server, seen


async def test_one_request_without_a_body_or_a_name_is_sent() -> None:
    async with answering(an_answer("405 Method Not Allowed")) as (server, seen):
        await a_preflight(server.url, headers={"X-Edge": "yes"}).look()
    (request,) = seen
    assert request.line == "GET /agent/heartbeat HTTP/1.1"
    assert "x-cluster-id" not in request.headers
    assert request.headers["x-edge"] == "yes"
    assert request.body == b""


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (an_answer("200 OK", b"ok"), UnexpectedAnswer),
        (an_answer("200 OK", b"<html>"), UnexpectedAnswer),
        (an_answer("404 Not Found", b"404 page not found"), UnexpectedAnswer),
        (an_answer("301 Moved Permanently", b"", "Location: https://elsewhere/"), UnexpectedAnswer),
        (an_answer("401 Unauthorized"), AccessDenied),
        (an_answer("403 Forbidden"), AccessDenied),
        (an_answer("502 Bad Gateway", b"<html>"), Unavailable),
        (an_answer("429 Too Many Requests"), Unavailable),
        (b"", Unavailable),
        (b"SSH-2.0-OpenSSH_9\r\n", PortError),
    ],
)
async def test_who_answers_otherwise_is_no_master(answer: bytes, error: type[PortError]) -> None:
    async with answering(answer) as (server, _):
        with pytest.raises(error) as caught:
            await a_preflight(server.url).look()
    assert server.url in caught.value.why


@pytest.mark.parametrize("date", ["", "Date: yesterday", "Date: Mon, 99 Jan 2026 00:00:00 GMT"])
async def test_a_time_that_cannot_be_read_is_no_time(date: str) -> None:
    headers = (date,) if date else ()
    async with answering(an_answer("405 Method Not Allowed", b"", *headers)) as (server, _):
        assert (await a_preflight(server.url).look()).master_time is None


async def test_the_web_port_is_not_the_agent_port() -> None:

    master = DemoMaster()
    async with anyio.create_task_group() as group:
        await group.start(master.run)
        assert (await a_preflight(master.agent_url).look()).master_time is not None
        with pytest.raises(PortError) as caught:
            await a_preflight(master.web_url).look()
        assert "8081" in caught.value.why
        assert not master.store.clusters()
        group.cancel_scope.cancel()


async def test_nobody_there_is_unavailable_and_waiting_ends() -> None:
    with pytest.raises(Unavailable, match="Connection refused"):
        await a_preflight("http://127.0.0.1:1").look()

    async def never(conversation: Conversation) -> None:
        while True:
            await conversation.request()

    async with listening(never) as server:
        with pytest.raises(Unavailable, match="no answer"):
            await a_preflight(server.url, http_timeout_seconds=0.1).look()


async def test_certificates_that_cannot_be_read_are_a_misconfiguration(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("no certificate")
    with pytest.raises(MisconfigurationError, match="certificates for the Master"):
        await a_preflight("https://127.0.0.1:1", ca_file=tmp_path / "ca.crt").look()
