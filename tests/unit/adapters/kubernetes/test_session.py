"""A session that is not finished is not left open; what it is told to send, it sends once."""

import gc
import warnings
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.session import ApiSession
from ports.errors import Unavailable
from tests.support.api_answers import with_break
from tests.support.api_client import connected, write_kubeconfig
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer


@pytest.mark.parametrize("steps", range(8))
async def test_whoever_is_cancelled_while_opening_leaves_nothing_behind(steps: int, tmp_path: Path) -> None:
    source = KubeconfigCredentials(write_kubeconfig(tmp_path / "kubeconfig", "http://127.0.0.1:1"))
    configuration = await source.load()
    opened: list[ApiSession] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with anyio.create_task_group() as group:

            async def open_it() -> None:
                opened.append(await ApiSession.open(configuration, "test"))

            group.start_soon(open_it)
            for _ in range(steps):
                # Long enough for a step in a worker thread now and then.
                await anyio.sleep(0.001 * steps)
            group.cancel_scope.cancel()
        for session in opened:
            await session.aclose()
        gc.collect()
    assert [str(one.message) for one in caught if "Unclosed" in str(one.message)] == []


async def test_a_change_whose_answer_is_lost_is_not_sent_again_behind_the_agents_back(tmp_path: Path) -> None:
    server = ApiServer()
    server.put("pods", a_pod())
    path = "/api/v1/namespaces/shop/pods/web-1"
    async with server.serving(), connected(server, tmp_path) as connection:
        await connection.get(path, operation="warm up", resource="pods")  # so that a connection is used again
        server.fail(with_break(), verb="update", times=9)
        with pytest.raises(Unavailable, match="broke off before an answer"):
            await connection.send("PUT", path, b"{}", content_type="application/json", operation="put", resource="pods")
    assert server.count("update") == 1


async def test_a_question_whose_answer_is_lost_is_asked_again(tmp_path: Path) -> None:
    server = ApiServer()
    server.put("pods", a_pod())
    async with server.serving(), connected(server, tmp_path) as connection:
        server.fail(with_break(), verb="get", times=1)
        await connection.get("/api/v1/namespaces/shop/pods/web-1", operation="read", resource="pods")
    assert server.count("get") == 2
