"""One conversation with a running command, from the upgrade to its end.

Nothing is ever sent but pings: there is no input. Every outcome is told from the others: the command ended and said
how, the connection was lost, the time was over. That the connection is closed does not end the command: it goes on in
its container, and whoever reads the result must know.
"""

import contextlib
import time
from collections.abc import Awaitable
from typing import Final

import anyio
from aiohttp import ClientError, ClientWebSocketResponse, WSMessage, WSMsgType

from adapters.kubernetes.exec.verdict import exit_code_of, is_whole
from adapters.kubernetes.timings import ExecTimings
from domain.commands.captured_output import OutputCapture
from ports.errors import UnexpectedAnswer

PROTOCOLS: Final = ("v5.channel.k8s.io", "v4.channel.k8s.io")
"""Best first. They differ in how the end of a stream is said: only 5 has a message for it."""

_STDOUT, _STDERR, _STATUS = 1, 2, 3
"""Channels; what comes on others (255: the end of one) tells nothing that the end of the connection does not."""
_LONGEST_STATUS_BYTES: Final = 64 * 1024
_ENDS: Final = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED})


class Conversation:
    """Listens until the command ends; what it said so far can be had at any time."""

    def __init__(self, socket: ClientWebSocketResponse, operation: str, timings: ExecTimings) -> None:
        self._socket = socket
        self._operation = operation
        self._timings = timings
        self._status = bytearray()
        self._is_told = False
        self._heard_at = time.monotonic()
        self.stdout = OutputCapture()
        self.stderr = OutputCapture()
        self.trouble = ""
        """Why nothing more is heard, where that is not simply the end."""

    async def listen(self) -> None:
        """Take everything in until nothing more comes.

        Raises:
            UnexpectedAnswer: the other side speaks something else.
        """
        if self._socket.protocol not in PROTOCOLS:
            raise UnexpectedAnswer(self._operation, f"the other side speaks none of {', '.join(PROTOCOLS)}")
        while (message := await self._next()) is not None:
            self._take(message)

    def exit_code(self) -> int | None:
        """How the command ended; None where nobody has said.

        Raises:
            Refused: the command could not be run.
            UnexpectedAnswer: what was said is no Status.
            PortError: the Status is a refusal.
        """
        return exit_code_of(self._operation, bytes(self._status)) if self._status else None

    async def _next(self) -> bytes | None:
        """The next message; None at the end, whatever kind of end it is."""
        while True:
            received: WSMessage | None = None
            with anyio.move_on_after(self._patience_seconds):
                received = await self._socket.receive()
            if received is None:
                if self._is_over():
                    return None
                await self._say(self._socket.ping())
                continue
            self._heard_at = time.monotonic()
            if received.type is WSMsgType.BINARY:
                return bytes(received.data)
            if received.type is WSMsgType.PING:
                await self._say(self._socket.pong(received.data))
            elif received.type in _ENDS:
                return None
            elif received.type is WSMsgType.ERROR:
                self.trouble = f"the connection broke off ({type(received.data).__name__})"
                return None
            elif received.type is not WSMsgType.PONG:
                raise UnexpectedAnswer(self._operation, "a text came where only bytes are spoken")

    def _take(self, message: bytes) -> None:
        channel, content = message[:1], message[1:]
        if not content:
            return  # a server greets with an empty message on every channel
        if channel[0] == _STDOUT:
            self.stdout.add(content)
        elif channel[0] == _STDERR:
            self.stderr.add(content)
        elif channel[0] == _STATUS and len(self._status) < _LONGEST_STATUS_BYTES:
            self._status += content
            self._is_told = is_whole(bytes(self._status))

    @property
    def _patience_seconds(self) -> float:
        """After the exit code only the rest of the output is awaited; it may come after it."""
        return self._timings.drain_seconds if self._is_told else self._timings.ping_seconds

    def _is_over(self) -> bool:
        """Whether waiting any longer is of no use, after a time in which nothing came."""
        if self._is_told:
            return True
        silent_seconds = time.monotonic() - self._heard_at
        if silent_seconds < self._timings.silence_seconds:
            return False
        self.trouble = f"the connection is dead: no word for {silent_seconds:.0f} s, not even to pings"
        return True

    async def _say(self, sending: Awaitable[None]) -> None:
        """Send, or not: what is wrong with the connection shows when it is read."""
        with contextlib.suppress(ClientError, ConnectionError), anyio.move_on_after(self._timings.ping_seconds):
            await sending
