"""Ports, plain requests and waiting on 127.0.0.1.

Nothing here looks at proxy settings: the servers are on this machine, whatever the environment says.
"""

import contextlib
import http.client
import random
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.kube.testbed.errors import ApiError, ClusterError

HOST = "127.0.0.1"
_FIRST_PORT, _LAST_PORT = 20000, 32000


def free_ports(count: int) -> list[int]:
    """Free ports below the range that outgoing connections draw from.

    A port of that range could be taken by any client while a server restarts on it.
    """
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            sock = held.enter_context(socket.socket())
            port = random.randrange(_FIRST_PORT, _LAST_PORT)
            with contextlib.suppress(OSError):
                sock.bind((HOST, port))
                ports.append(port)
    return ports


def fetch(url: str, *, body: bytes | None = None, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
    """Status and body of one request, POST when there is a body; OSError or HTTPException when nobody answers."""
    parts = urlsplit(url)
    address = parts.netloc
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(address, timeout=30, context=context)
    else:
        connection = http.client.HTTPConnection(address, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET" if body is None else "POST", parts.path, body=body)
        answer = connection.getresponse()
        return answer.status, answer.read()


def wait_for(
    what: str, probe: Callable[[], bool], timeout_seconds: float, alive: Callable[[], None] = lambda: None
) -> None:
    """Polls `probe` till it holds; a probe that gets no answer does not hold yet.

    Args:
        what: names the condition in the error.
        probe: asked ten times a second.
        timeout_seconds: how long to try.
        alive: may raise to end the wait early, for example because a server has died.

    Raises:
        ClusterError: the condition did not hold in time.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException, ApiError):
            if probe():
                return
        alive()
        if time.monotonic() > deadline:
            raise ClusterError(f"{what}: not within {timeout_seconds:.0f} s")
        time.sleep(0.1)
