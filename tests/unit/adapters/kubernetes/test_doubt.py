"""After which errors a change may have happened, on real connections."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.timings import RequestTimings
from ports.errors import Unanswered, Unavailable
from tests.support.api_answers import Answer, with_break, with_status, with_stream, with_text
from tests.support.api_client import connected, write_kubeconfig
from tests.support.api_server import ApiServer

PATH = "/api/v1/namespaces/shop"
QUICK = RequestTimings(idle_seconds=0.05)
WEBHOOK = 'Internal error occurred: failed calling webhook "x": no route to host'


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    async with ApiServer().serving() as server:
        yield server


async def _patch(connection: KubernetesConnection, *, is_question: bool = False) -> bytes:
    return await connection.send(
        "PATCH",
        PATH,
        b"{}",
        content_type="application/merge-patch+json",
        operation="patch namespace shop",
        resource="namespaces",
        is_question=is_question,
    )


@pytest.mark.parametrize(
    ("answer", "is_in_doubt"),
    [
        (with_break(), True),
        (with_stream(b"{", then=anyio.sleep_forever), True),
        (with_status(500, "etcdserver: request timed out"), True),
        (with_status(504, "request did not complete within requested timeout"), True),
        (with_text(502, "<html>bad gateway</html>", content_type="text/html"), True),
        (with_status(500, WEBHOOK), False),
        (with_status(503, "apiserver is shutting down"), False),
        (with_text(429, "slow down", retry_after="7"), False),
    ],
)
async def test_only_what_was_surely_not_done_is_a_plain_failure(
    server: ApiServer, tmp_path: Path, answer: Answer, is_in_doubt: bool
) -> None:
    server.fail(answer, times=9)
    async with connected(server, tmp_path, timings=QUICK) as connection:
        with pytest.raises(Unavailable) as raised:
            await _patch(connection)
    assert isinstance(raised.value, Unanswered) is is_in_doubt
    assert len(server.requests) == 1


async def test_what_could_not_be_sent_has_not_happened(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", "http://127.0.0.1:1")
    async with KubernetesConnection(KubeconfigCredentials(path), version="1") as connection:
        with pytest.raises(Unavailable) as raised:
            await _patch(connection)
    assert not isinstance(raised.value, Unanswered)


async def test_a_question_changes_nothing_whatever_becomes_of_it(server: ApiServer, tmp_path: Path) -> None:
    server.fail(with_break())
    async with connected(server, tmp_path) as connection:
        with pytest.raises(Unavailable) as raised:
            await _patch(connection, is_question=True)
    assert not isinstance(raised.value, Unanswered)
