"""Logs that are odd: enormous, cut inside a character, refused in words that say little. On real sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from adapters.kubernetes.pod_access import KubernetesPodAccess
from domain.commands.pod_requests import GetLogsRequest
from domain.commands.pod_results import ContainerLog
from domain.commands.target import Target
from ports.errors import InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer
from tests.support.api_answers import Answer, Json, with_break, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer
from tests.support.pod_answers import is_log, with_log

TARGET = Target(kind="Pod", namespace="shop", name="web-1")
MIB = 1024 * 1024

Reader = Callable[[Answer], Awaitable[ContainerLog]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ApiServer]:
    server = ApiServer()
    server.put("pods", a_pod())
    async with server.serving():
        yield server


@pytest.fixture
async def read(server: ApiServer, tmp_path: Path) -> AsyncIterator[Reader]:
    async with connected(server, tmp_path) as connection:
        access = KubernetesPodAccess(connection)

        async def read(answer: Answer) -> ContainerLog:
            server.fail(answer, where=is_log)
            (log,) = (await access.logs(GetLogsRequest(target=TARGET))).logs
            return log

        yield read


async def test_a_log_in_many_pieces_is_whole(read: Reader) -> None:
    content = "über ✓ 😀\n".encode() * 500
    log = await read(with_log(content, pieces=1999))
    assert (log.text, log.left_out_bytes, log.is_left) == (content.decode(), 0, False)


async def test_what_is_no_text_is_replaced_and_nothing_is_lost_around_it(read: Reader) -> None:
    assert (await read(with_log(b"a\xffb\nc\xe2\x9c"))).text == "a\ufffdb\nc\ufffd"


async def test_a_long_log_keeps_its_last_lines(read: Reader) -> None:
    lines = [f"line {number}\n".encode() for number in range(200_000)]
    content = b"".join(lines)
    log = await read(with_log(content, pieces=100))
    assert content.endswith(log.text.encode())
    assert log.text.startswith("line ")
    assert MIB - 20 < len(log.text) <= MIB
    assert log.left_out_bytes + len(log.text) == len(content)


async def test_one_endless_line_is_left_out_rather_than_begun_in_its_middle(read: Reader) -> None:
    log = await read(with_log(b"x" * 2 * MIB))
    assert (log.text, log.left_out_bytes) == ("", 2 * MIB)


async def test_a_log_without_an_end_is_left_and_that_is_said(read: Reader) -> None:
    log = await read(with_log(b"0123456789abcde\n" * (5 * MIB), pieces=80))
    assert log.is_left
    assert log.text.endswith("abcde\n")


REFUSALS: list[tuple[Answer, type[PortError], str]] = [
    (with_status(400, "something else is wrong"), InvalidRequest, "something else is wrong"),
    (with_status(404, "the pod has just gone"), NotFound, "the pod has just gone"),
    (with_status(500, "cannot reach the kubelet"), Unavailable, "cannot reach the kubelet"),
    (with_text(502, "<html>bad gateway</html>", content_type="text/html"), Unavailable, "HTML"),
]


@pytest.mark.parametrize(("answer", "expected", "text"), REFUSALS, ids=[text for _, _, text in REFUSALS])
async def test_a_refusal_says_what_the_server_says(
    read: Reader, answer: Answer, expected: type[PortError], text: str
) -> None:
    with pytest.raises(expected, match=text):
        await read(answer)


async def test_a_connection_that_breaks_is_asked_again_once(server: ApiServer, read: Reader) -> None:
    server.fail(with_break(), where=is_log)
    assert (await read(with_log(b"there\n"))).text == "there\n"


ODD_PODS: list[Json] = [
    {"status": {"phase": "Running", "containerStatuses": [None, {"name": "web", "state": None}]}},
    {"status": {"phase": "Running", "containerStatuses": [{"name": "web", "state": {"running": {}}}]}},
    {"status": {"phase": "Running", "containerStatuses": [{"name": "other", "state": {"waiting": {}}}]}},
]


@pytest.mark.parametrize("members", ODD_PODS, ids=str)
async def test_where_the_pod_does_not_say_why_the_server_s_own_words_stay(
    server: ApiServer, read: Reader, members: Json
) -> None:
    server.put("pods", {**a_pod(), **members})
    with pytest.raises(InvalidRequest, match="is waiting to start"):
        await read(with_status(400, 'container "web" in pod "web-1" is waiting to start: ContainerCreating'))


async def test_a_container_that_waits_without_a_reason_says_that_it_waits(server: ApiServer, read: Reader) -> None:
    statuses = [{"name": "web", "state": {"waiting": {"reason": None}}}]
    server.put("pods", {**a_pod(), "status": {"phase": "Pending", "containerStatuses": statuses}})
    with pytest.raises(NotFound, match=r"container web has not started yet$"):
        await read(with_status(400, "is waiting to start"))


@pytest.mark.parametrize("spec", [[], "text", {"containers": "many"}])
async def test_an_answer_that_is_no_pod_is_unexpected(server: ApiServer, read: Reader, spec: object) -> None:
    server.put("pods", {**a_pod(), "spec": spec})
    with pytest.raises(UnexpectedAnswer, match="the answer is no Pod"):
        await read(with_log(b""))
