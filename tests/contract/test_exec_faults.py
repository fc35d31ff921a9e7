"""exec over a connection that misbehaves: what the agent makes of each, on real sockets."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import anyio
import pytest
from aiohttp import web

from adapters.kubernetes.pod_access import KubernetesPodAccess
from adapters.kubernetes.timings import ExecTimings
from domain.commands.pod_requests import ExecRequest
from domain.commands.pod_results import ExecResult
from domain.commands.target import Target
from ports.errors import (
    AccessDenied,
    Conflict,
    InvalidRequest,
    NotFound,
    PortError,
    Refused,
    Unavailable,
    UnexpectedAnswer,
)
from tests.support.api_answers import Answer, Json, Request, with_break, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_objects import a_pod
from tests.support.api_server import ApiServer
from tests.support.pod_answers import BOTH, SUCCESS, V4, V5, Ending, ended, err, exited, is_exec, out, with_exec

TARGET = Target(kind="Pod", namespace="shop", name="web-1")
QUICK = ExecTimings(ping_seconds=0.05, silence_seconds=0.3, drain_seconds=0.2, close_seconds=0.2)
GOES_ON = "it may go on in the container"

Runner = Callable[..., Awaitable[ExecResult]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ApiServer]:
    server = ApiServer()
    server.put("pods", a_pod())
    async with server.serving():
        yield server


@pytest.fixture
async def run(server: ApiServer, tmp_path: Path) -> AsyncIterator[Runner]:
    async with connected(server, tmp_path) as connection:
        access = KubernetesPodAccess(connection, QUICK)

        async def run(answer: Answer | None = None, command: Sequence[str] = ("ls",), seconds: int = 20) -> ExecResult:
            if answer is not None:
                server.fail(answer, where=is_exec)
            return await access.exec(ExecRequest(target=TARGET, command=tuple(command), timeout_seconds=seconds))

        yield run


def _texts(result: ExecResult) -> tuple[str | None, str | None]:
    return result.stdout.text(), result.stderr.text()


@pytest.mark.parametrize("protocol", BOTH)
async def test_both_versions_of_the_protocol_are_spoken(run: Runner, protocol: str) -> None:
    result = await run(with_exec(out(b"hello\n"), err(b"oh\n"), ended(SUCCESS), protocols=[protocol]))
    assert (result.exit_code, result.problem, _texts(result)) == (0, "", ("hello\n", "oh\n"))


async def test_the_better_version_is_asked_for_first(server: ApiServer, run: Runner) -> None:
    await run(with_exec(ended(SUCCESS)))
    (headers,) = [one for one in server.headers if "Sec-WebSocket-Protocol" in one]
    assert headers["Sec-WebSocket-Protocol"].replace(" ", "") == f"{V5},{V4}"


@pytest.mark.parametrize("protocols", [["v1.other"], []])
async def test_another_protocol_is_an_unexpected_answer(run: Runner, protocols: list[str]) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"speaks none of {V5}, {V4}"):
        await run(with_exec(out(b"hello"), ended(SUCCESS), protocols=protocols))


@pytest.mark.parametrize("word", ["a b", "a+b;c&d=e", "ü✓", "%2e%2e/", "'\"\\", "-c", "", "x\ny"])
async def test_arguments_arrive_as_they_are(server: ApiServer, run: Runner, word: str) -> None:
    await run(with_exec(ended(SUCCESS)), command=["echo", word, "end"])
    (request,) = [one for one in server.requests if is_exec(one)]
    assert request.http.query.getall("command") == ["echo", word, "end"]
    assert {name: request.query.get(name) for name in ("container", "stdin", "stdout", "stderr", "tty")} == {
        "container": "web",
        "stdin": None,
        "stdout": "true",
        "stderr": "true",
        "tty": None,
    }


async def test_characters_that_are_split_are_whole_again(run: Runner) -> None:
    content = "über ✓ 😀\n".encode()
    result = await run(with_exec(*(out(bytes([byte])) for byte in content), ended(SUCCESS)))
    assert result.stdout.text() == content.decode()


async def test_megabytes_of_binary_are_kept_by_their_ends_and_counted(run: Runner) -> None:
    content = bytes(range(256)) * 4096 * 5
    pieces = [out(content[start : start + 32_768]) for start in range(0, len(content), 32_768)]
    result = await run(with_exec(*pieces, err(b"a word"), ended(SUCCESS)))
    assert result.exit_code == 0
    assert result.stdout.total_bytes == len(content)
    assert content.startswith(result.stdout.head)
    assert content.endswith(result.stdout.tail)
    assert len(result.stdout.head) + len(result.stdout.tail) == 1024 * 1024
    assert result.stderr.text() == "a word"


async def test_one_message_of_four_megabytes_is_read(run: Runner) -> None:
    result = await run(with_exec(out(b"x" * 4 * 2**20), ended(SUCCESS)))
    assert (result.exit_code, result.stdout.total_bytes) == (0, 4 * 2**20)


async def test_a_message_that_nobody_sends_ends_the_connection_and_says_so(run: Runner) -> None:
    result = await run(with_exec(out(b"y"), out(b"x" * 17 * 2**20), ended(SUCCESS), ending=Ending.WAIT))
    assert result.exit_code is None
    assert "broke off (WebSocketError)" in result.problem


NO_STATUS = b"\x03" + b'{"status": "Fail'
DETAILED: Json = {"status": "Failure", "reason": "NonZeroExitCode", "message": "odd"}
VERDICTS: list[tuple[bytes, int | type[PortError], str]] = [
    (ended(SUCCESS), 0, ""),
    (exited(1), 1, ""),
    (exited(137), 137, ""),
    (exited(-1), -1, ""),
    (exited("many"), UnexpectedAnswer, "no number: 'many'"),
    (exited("--5"), UnexpectedAnswer, "no number"),
    (exited("9" * 40), UnexpectedAnswer, "no number"),
    (ended(DETAILED), UnexpectedAnswer, "names no exit code"),
    (ended({**DETAILED, "details": {"causes": [None, {"reason": "Other"}]}}), UnexpectedAnswer, "names no exit code"),
    (
        ended({"status": "Failure", "reason": "InternalError", "code": 500, "message": "executable file not found"}),
        Refused,
        "could not be run: executable file not found",
    ),
    (ended({"status": "Failure"}), Refused, "could not be run: no message"),
    (ended({"status": "Failure", "code": 404, "message": "gone", "kind": "Status"}), NotFound, "gone"),
    (ended({"status": "Failure", "code": 403, "message": "not you", "kind": "Status"}), AccessDenied, "not you"),
    (ended({"status": "Odd", "message": "what"}), UnexpectedAnswer, "neither success nor failure: what"),
    (NO_STATUS, UnexpectedAnswer, "no Status"),
    (b"\x03plain text", UnexpectedAnswer, "no Status"),
    (b"\x03\xff\xfe", UnexpectedAnswer, "no Status"),
]


@pytest.mark.parametrize(("message", "expected", "text"), VERDICTS, ids=lambda value: str(value)[:40])
async def test_every_verdict_is_told_from_the_others(
    run: Runner, message: bytes, expected: int | type[PortError], text: str
) -> None:
    if isinstance(expected, int):
        result = await run(with_exec(out(b"some"), message))
        assert (result.exit_code, result.problem, result.stdout.text()) == (expected, "", "some")
    else:
        with pytest.raises(expected, match=text):
            await run(with_exec(message))


async def test_a_verdict_in_pieces_is_put_together(run: Runner) -> None:
    whole = exited(3)[1:]
    result = await run(with_exec(b"\x03" + whole[:20], b"\x03" + whole[20:], ending=Ending.WAIT))
    assert result.exit_code == 3


async def test_output_that_comes_after_the_verdict_is_taken(run: Runner) -> None:
    result = await run(with_exec(ended(SUCCESS), out(b"late"), pause_seconds=0.05))
    assert (result.exit_code, result.stdout.text()) == (0, "late")


async def test_a_server_that_never_says_goodbye_is_left_after_the_verdict(run: Runner) -> None:
    began = time.monotonic()
    result = await run(with_exec(out(b"x"), exited(2), ending=Ending.WAIT))
    assert result.exit_code == 2
    assert time.monotonic() - began < 5


async def test_no_close_frame_after_the_verdict_is_no_trouble(run: Runner) -> None:
    result = await run(with_exec(out(b"x"), ended(SUCCESS), ending=Ending.ABORT))
    assert (result.exit_code, result.problem, result.stdout.text()) == (0, "", "x")


async def test_channels_and_messages_that_mean_nothing_are_passed_over(run: Runner) -> None:
    result = await run(with_exec(b"", b"\x00", b"\x01", b"\x00in", b"\x09odd", b"\xff\x01", out(b"x"), ended(SUCCESS)))
    assert (result.exit_code, result.stdout.text()) == (0, "x")


async def test_a_text_where_only_bytes_are_spoken_is_an_unexpected_answer(run: Runner) -> None:
    with pytest.raises(UnexpectedAnswer, match="text"):
        await run(with_exec(out(b"x"), "1hello"))


@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.ABORT])
async def test_an_end_without_a_verdict_says_that_nobody_knows(run: Runner, ending: Ending) -> None:
    result = await run(with_exec(out(b"so far"), ending=ending))
    assert (result.exit_code, result.is_timed_out, result.stdout.text()) == (None, False, "so far")
    assert GOES_ON in result.problem


async def test_a_dead_connection_is_noticed_long_before_the_time_is_over(run: Runner) -> None:
    began = time.monotonic()
    result = await run(with_exec(out(b"so far"), ending=Ending.DEAD))
    assert (result.exit_code, result.is_timed_out, result.stdout.text()) == (None, False, "so far")
    assert "dead" in result.problem
    assert GOES_ON in result.problem
    assert time.monotonic() - began < 5


async def test_a_quiet_command_is_waited_for_as_long_as_pings_are_answered(run: Runner) -> None:
    result = await run(with_exec(out(b"x"), ended(SUCCESS), pause_seconds=3 * QUICK.silence_seconds))
    assert (result.exit_code, result.stdout.text()) == (0, "x")


async def test_a_server_that_pings_is_answered(run: Runner) -> None:
    answered = anyio.Event()

    async def pinging(request: Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=BOTH, autoping=False)
        await socket.prepare(request.http)
        await socket.ping(b"there?")
        while (message := await socket.receive()).type is not web.WSMsgType.PONG or message.data != b"there?":
            pass
        answered.set()
        await socket.send_bytes(ended(SUCCESS))
        await socket.close()
        return socket

    assert (await run(pinging)).exit_code == 0
    assert answered.is_set()


async def test_when_the_time_is_over_the_truth_is_told_and_the_output_so_far_kept(run: Runner) -> None:
    result = await run(with_exec(out(b"so far"), err(b"oh"), ending=Ending.WAIT), seconds=1)
    assert (result.exit_code, result.is_timed_out, _texts(result)) == (None, True, ("so far", "oh"))
    assert result.problem == (
        "no end within 1 s; closing the connection does not end the command: it may go on in the container"
    )


async def test_an_answer_that_never_comes_ends_with_the_time(server: ApiServer, run: Runner) -> None:
    async def never(_: Request) -> web.StreamResponse:
        await anyio.sleep_forever()
        return web.Response()

    server.fail(never, where=is_exec)
    with pytest.raises(Unavailable, match="no connection within 1 s; whether it began is not known"):
        await run(seconds=1)


REFUSALS: list[tuple[Answer, type[PortError], str]] = [
    (with_status(403, 'pods "web-1" is forbidden: cannot create resource "pods/exec"'), AccessDenied, "pods/exec"),
    (with_status(404, 'pods "web-1" not found'), NotFound, 'pods "web-1" not found'),
    (with_status(400, "container web is not valid for pod web-1"), InvalidRequest, "container web is not valid"),
    (with_status(429, "slow down", retry_after="7"), Unavailable, "slow down"),
    (with_status(500, "container not found"), Unavailable, "container not found"),
    (with_text(403, "the proxy says no"), AccessDenied, "the proxy says no"),
    (with_text(502, "<html>bad gateway</html>", content_type="text/html"), Unavailable, "HTML"),
    (with_text(200, "hello"), UnexpectedAnswer, "status 200"),
    (with_text(302, "elsewhere"), UnexpectedAnswer, "status 302"),
    (with_break(), Unavailable, "broke off before an answer"),
]


@pytest.mark.parametrize(("answer", "expected", "text"), REFUSALS, ids=[text for *_, text in REFUSALS])
async def test_a_refused_upgrade_says_what_its_body_says(
    run: Runner, answer: Answer, expected: type[PortError], text: str
) -> None:
    with pytest.raises(expected, match=text) as caught:
        await run(answer)
    assert str(caught.value).startswith("exec in Pod shop/web-1: ")
    if isinstance(caught.value, Unavailable) and "slow" in str(caught.value):
        assert caught.value.retry_after_seconds == 7


async def test_a_command_whose_answer_is_lost_is_not_sent_again(server: ApiServer, run: Runner) -> None:
    await run(with_exec(ended(SUCCESS)))
    with pytest.raises(Unavailable):
        await run(with_break())
    assert sum(map(is_exec, server.requests)) == 2


async def test_a_token_that_has_expired_is_renewed_and_the_upgrade_tried_again(server: ApiServer, run: Runner) -> None:
    server.fail(with_status(401, "Unauthorized"), where=is_exec)
    result = await run(with_exec(out(b"x"), ended(SUCCESS)))
    assert (result.exit_code, result.stdout.text()) == (0, "x")


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
async def test_a_pod_that_has_ended_is_refused_before_anything_is_tried(
    server: ApiServer, run: Runner, phase: str
) -> None:
    server.put("pods", a_pod(phase=phase))
    with pytest.raises(Conflict, match=f"has ended \\({phase}\\)"):
        await run()
    assert not any(map(is_exec, server.requests))
