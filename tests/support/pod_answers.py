"""What an API server answers for `pods/exec` and `pods/log`: well-behaved, or by the script of a test."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import anyio
from aiohttp import web

from tests.support.api_answers import Answer, Json, Request, status_answer

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
BOTH: Final = (V5, V4)
NOT_RUN: Final = -1000
"""For an exit code: there was no such program."""
SUCCESS: Final[Json] = {"metadata": {}, "status": "Success"}


class Ending(StrEnum):
    """What the server does after its last message."""

    CLOSE = "close"
    """It says goodbye, as it should."""
    ABORT = "abort"
    """The connection ends without a close frame."""
    DEAD = "dead"
    """It answers nothing any more, pings included, and keeps the connection open."""
    WAIT = "wait"
    """It answers pings and says nothing else."""


def out(text: bytes) -> bytes:
    return b"\x01" + text


def err(text: bytes) -> bytes:
    return b"\x02" + text


def ended(status: Json) -> bytes:
    return b"\x03" + json.dumps(status).encode()


def exited(code: int | str) -> bytes:
    """The Status of a command that failed."""
    causes = [{"reason": "ExitCode", "message": str(code)}]
    return ended(
        {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with non-zero exit code: exit status {code}",
            "reason": "NonZeroExitCode",
            "details": {"causes": causes},
        }
    )


def with_exec(
    *messages: bytes | str, protocols: Sequence[str] = BOTH, ending: Ending = Ending.CLOSE, pause_seconds: float = 0.0
) -> Answer:
    """Say exactly this, one websocket message each, and end."""

    async def answer(request: Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=protocols, autoping=ending is not Ending.DEAD, max_msg_size=0)
        await socket.prepare(request.http)
        async with anyio.create_task_group() as tasks:
            if ending is not Ending.DEAD:
                tasks.start_soon(_listen, socket)  # pings are answered by whoever listens
            for message in messages:
                await anyio.sleep(pause_seconds)
                await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
            await _end(socket, request, ending)
            tasks.cancel_scope.cancel()
        return socket

    return answer


async def _listen(socket: web.WebSocketResponse) -> None:
    while not socket.closed:
        await socket.receive()


async def _end(socket: web.WebSocketResponse, request: Request, ending: Ending) -> None:
    if ending is Ending.CLOSE:
        await socket.close()
    elif ending is Ending.ABORT:
        assert request.http.transport is not None
        await anyio.sleep(0.05)
        request.http.transport.abort()
    else:
        await anyio.sleep_forever()


Script = Callable[[list[str]], Awaitable[tuple[bytes, bytes, int]]]


def with_programs(run: Script) -> Answer:
    """Run what `command` names by a function, and tell its end as a kubelet does."""

    async def answer(request: Request) -> web.StreamResponse:
        words = request.http.query.getall("command")
        socket = web.WebSocketResponse(protocols=BOTH)
        await socket.prepare(request.http)
        stdout, stderr, code = await run(words)
        verdict = exited(code) if code else ended(SUCCESS)
        if code == NOT_RUN:
            verdict = ended({"status": "Failure", "reason": "InternalError", "message": "executable file not found"})
        for message in (out(b""), err(b""), out(stdout), err(stderr), verdict):
            await socket.send_bytes(message)
        await socket.close()
        return socket

    return answer


def with_log(content: bytes, *, pieces: int = 1) -> Answer:
    """A log as it is, in pieces; the options of the request are looked at by nobody."""

    async def answer(request: Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        response.enable_chunked_encoding()
        await response.prepare(request.http)
        size = max(1, -(-len(content) // pieces))
        for start in range(0, len(content), size):
            await response.write(content[start : start + size])
        return response

    return answer


def is_exec(request: Request) -> bool:
    return request.subresource == "exec"


def is_log(request: Request) -> bool:
    return request.subresource == "log"


@dataclass(slots=True)
class Kubelet:
    """Logs and commands of a few containers, as a kubelet serves them."""

    logs: dict[tuple[str, str, bool], list[tuple[datetime, str]]] = field(default_factory=dict)
    """By pod, container, and whether it is the one before the last restart: lines with their times, oldest first."""
    waiting: dict[tuple[str, str], str] = field(default_factory=dict)
    """Why a container has not started."""

    async def log(self, request: Request) -> web.StreamResponse:
        """An answer to `pods/log`."""
        query = request.query
        container, previous = query["container"], query.get("previous") == "true"
        if (request.name, container) in self.waiting:
            why = self.waiting[request.name, container]
            return _bad_request(f'container "{container}" in pod "{request.name}" is waiting to start: {why}')
        lines = self.logs.get((request.name, container, previous))
        if lines is None:
            return _bad_request(f'previous terminated container "{container}" in pod "{request.name}" not found')
        if since := query.get("sinceTime"):
            lines = [line for line in lines if line[0] >= datetime.fromisoformat(since)]
        if seconds := query.get("sinceSeconds"):
            lines = [line for line in lines if line[0] >= datetime.now(UTC) - timedelta(seconds=int(seconds))]
        kept = lines[-int(query["tailLines"]) :]
        stamp = "{0:%Y-%m-%dT%H:%M:%S.%f}000Z {1}\n" if query.get("timestamps") == "true" else "{1}\n"
        content = "".join(stamp.format(*line) for line in kept).encode()
        return await with_log(content[: int(query.get("limitBytes", len(content)))], pieces=3)(request)

    async def run(self, words: list[str]) -> tuple[bytes, bytes, int]:
        """What the programs of its containers do."""
        match words:
            case ["sleep", seconds]:
                await anyio.sleep(float(seconds))
                return b"", b"", 0
            case ["sh", "-c", "echo out; exit 3"]:
                return b"out\n", b"", 3
            case ["cat", *names]:
                return b"", f"cat: can't open '{names[0]}': No such file or directory\n".encode(), 1
            case ["echo", *rest]:
                return f"{' '.join(rest)}\n".encode(), b"", 0
            case _:
                return b"", b"", NOT_RUN

    async def exec(self, request: Request) -> web.StreamResponse:
        """An answer to `pods/exec`."""
        return await with_programs(self.run)(request)


def _bad_request(message: str) -> web.Response:
    return status_answer(400, message, reason="BadRequest")
