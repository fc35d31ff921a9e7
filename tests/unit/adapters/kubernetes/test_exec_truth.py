"""What is said of a command in a container where it is not plain: nothing that was done is told as a failure."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from aiohttp import web

from adapters.kubernetes.pod_access import KubernetesPodAccess
from domain.commands.pod_requests import ExecRequest
from domain.commands.target import Target
from domain.errors import CommandRefusedError
from ports.errors import Unanswered, UnexpectedAnswer
from tests.support.api_answers import Request, with_break
from tests.support.api_client import connected
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer
from tests.support.pod_answers import ended, err, is_exec, out, with_exec

CANARY = "canary-5d1e"
REQUEST = ExecRequest(target=Target(kind="Pod", namespace="shop", name="web-1"), command=("login", CANARY))
BROKEN = {"status": "Failure", "reason": "InternalError", "code": 500, "message": "the container has gone"}


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    server.put("pods", a_pod())
    async with server.serving():
        yield server


@pytest.fixture
async def access(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesPodAccess]:
    async with connected(server, tmp_path) as connection:
        yield KubernetesPodAccess(connection)


@pytest.mark.parametrize("said", [out(b"migrated 3 of 9"), err(b"migrated 3 of 9")])
@pytest.mark.parametrize("verdict", [BROKEN, {"status": "Odd"}])
async def test_a_command_that_has_said_something_has_run_and_keeps_what_it_said(
    server: ApiServer, access: KubernetesPodAccess, said: object, verdict: dict[str, object]
) -> None:
    server.fail(with_exec(said, ended(verdict)), where=is_exec)  # type: ignore[arg-type] # both make what it takes
    result = await access.exec(REQUEST)
    assert result.exit_code is None
    assert "migrated 3 of 9" in (result.stdout.text() or "") + (result.stderr.text() or "")
    assert "it may go on in the container" in result.problem


async def test_an_upgrade_whose_answer_is_lost_may_have_begun_the_command(
    server: ApiServer, access: KubernetesPodAccess
) -> None:
    server.fail(with_break(), where=is_exec)
    with pytest.raises(Unanswered):
        await access.exec(REQUEST)


async def test_in_the_agents_own_pod_where_its_token_is_nothing_is_run(
    server: ApiServer, access: KubernetesPodAccess
) -> None:
    pod = server.put("pods", a_pod())
    extra = {"authentication.kubernetes.io/pod-uid": [pod["metadata"]["uid"]]}
    review = {"status": {"userInfo": {"username": "system:serviceaccount:shop:agent", "extra": extra}}}

    async def answer(_: Request) -> web.StreamResponse:
        await anyio.lowlevel.checkpoint()
        return web.json_response(review, status=201)

    server.fail(answer, plural="selfsubjectreviews")
    with pytest.raises(CommandRefusedError, match="the agent's own pod"):
        await access.exec(REQUEST)
    assert not any(map(is_exec, server.requests))


async def test_the_words_of_a_command_are_in_no_error_though_they_are_in_its_address(
    server: ApiServer, access: KubernetesPodAccess
) -> None:
    async def odd(request: Request) -> web.StreamResponse:
        await anyio.lowlevel.checkpoint()
        assert request.http.transport is not None
        request.http.transport.write(b"this is no HTTP\r\n\r\n")
        return web.Response()

    server.fail(odd, where=is_exec)
    with pytest.raises(UnexpectedAnswer, match="not HTTP as it should be") as raised:
        await access.exec(REQUEST)
    assert CANARY not in str(raised.value)
