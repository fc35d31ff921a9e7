"""A loopback server that speaks just enough HTTP to misbehave: each test says what a connection gets to hear."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSAttribute, TLSStream

OK = b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'


@dataclass
class Request:
    """A request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Conversation:
    """One connection."""

    stream: anyio.abc.ByteStream
    number: int
    """Counts connections from 1."""
    _buffer: bytearray = field(default_factory=bytearray)

    async def request(self) -> Request:
        """Read one request to its end; EndOfStream when the client has gone."""
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += await self.stream.receive()
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        line, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (text.partition(": ") for text in lines)}
        self._buffer = bytearray(rest)
        length = int(headers.get("content-length", "0"))
        while len(self._buffer) < length:
            self._buffer += await self.stream.receive()
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return Request(line, headers, body)

    async def send(self, data: bytes) -> None:
        await self.stream.send(data)

    def peer_name(self) -> str:
        """Common name of the client's certificate; empty without one."""
        certificate: Any = self.stream.extra(TLSAttribute.peer_certificate, {})  # noqa: S610 - a stream, no database
        subject: dict[Any, Any] = dict(pair for group in certificate.get("subject", ()) for pair in group)
        return str(subject.get("commonName", ""))


Behaviour = Callable[[Conversation], Awaitable[None]]


@dataclass
class FaultyServer:
    """What the test sees of the server."""

    url: str
    connections: int = 0
    requests: list[Request] = field(default_factory=list)


@asynccontextmanager
async def listening(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultyServer]:
    """Serve on any free port of loopback; a connection ends when `behave` returns."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - a listener, no database
    server = FaultyServer(f"{'https' if tls else 'http'}://127.0.0.1:{port}")

    async def serve(stream: anyio.abc.ByteStream) -> None:
        server.connections += 1
        number = server.connections
        try:
            async with stream:
                wrapped = (
                    stream
                    if tls is None
                    else await TLSStream.wrap(stream, server_side=True, ssl_context=tls, standard_compatible=False)
                )
                await behave(Conversation(wrapped, number))
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, ssl.SSLError):
            pass  # the client has gone, which is its right

    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        try:
            yield server
        finally:
            group.cancel_scope.cancel()


def answering(answer: bytes) -> Behaviour:
    """Answers every request with the same bytes."""

    async def behave(conversation: Conversation) -> None:
        while True:
            await conversation.request()
            await conversation.send(answer)

    return behave


def an_answer(status: str = "200 OK", body: bytes = b"", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body
