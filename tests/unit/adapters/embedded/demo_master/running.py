"""Starts a demo Master beside the test, and gives it back when its ports are open."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
import httpx

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings


@asynccontextmanager
async def a_running_master(settings: DemoMasterSettings | None = None) -> AsyncIterator[DemoMaster]:
    master = DemoMaster(settings)
    async with anyio.create_task_group() as tasks:
        await tasks.start(master.run)
        yield master
        tasks.cancel_scope.cancel()


def console_of(master: DemoMaster) -> httpx.AsyncClient:
    """A client that shows the token, as the page does."""
    return httpx.AsyncClient(
        base_url=master.web_url, trust_env=False, headers={"X-Console-Token": master.console_token}
    )


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; the test's own timeout is the limit."""
    while not condition():  # noqa: ASYNC110 - what is waited for sets no event
        await anyio.sleep(0.002)
