"""Starts a demo Master beside the test, and gives it back when its ports are open."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import httpx

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings

TEXT = "text/plain; charset=utf-8"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@asynccontextmanager
async def a_running_master(settings: DemoMasterSettings | None = None) -> AsyncIterator[DemoMaster]:
    master = DemoMaster(settings)
    async with anyio.create_task_group() as tasks:
        await tasks.start(master.run)
        yield master
        tasks.cancel_scope.cancel()


def client_of(url: str = "", **headers: str) -> httpx.AsyncClient:
    """A client for loopback; loading a bundle of certificates for each would be most of a test's time."""
    return httpx.AsyncClient(base_url=url, trust_env=False, verify=NO_TLS, headers=headers, timeout=55)


def console_of(master: DemoMaster) -> httpx.AsyncClient:
    """A client that shows the token, as the page does."""
    return client_of(master.web_url, **{"X-Console-Token": master.console_token})


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; the test's own timeout is the limit."""
    while not condition():  # noqa: ASYNC110 - what is waited for sets no event
        await anyio.sleep(0.002)


def header(cluster_id: str) -> dict[str, str]:
    """What names the cluster of a request."""
    return {"X-Cluster-ID": cluster_id}


def is_ok(answer: httpx.Response) -> bool:
    """The answer to everything that was accepted, to the byte."""
    return (answer.status_code, answer.text, answer.headers["Content-Type"]) == (200, '{"status":"ok"}', TEXT)


def is_refused(answer: httpx.Response, line: str) -> bool:
    """The answer to what is refused, to the byte."""
    return (answer.status_code, answer.text, answer.headers["Content-Type"]) == (400, f"{line}\n", TEXT)
