"""The demo Master as something that lives: two listeners, as the real product has them.

The agent port carries `/agent/...` and `/health`; the web port carries the console page and `/api/v3`. Neither knows
the routes of the other, so that an agent pointed at the wrong port fails here as it would fail there.
"""

import errno
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import anyio
import anyio.to_thread
from aiohttp import web
from anyio.abc import TaskStatus

from adapters.embedded.demo_master.agent_api import build_agent_app
from adapters.embedded.demo_master.console_api import ConsoleApi
from adapters.embedded.demo_master.console_page import ConsolePage
from adapters.embedded.demo_master.guard import TOKEN_QUERY, Guard
from adapters.embedded.demo_master.schema import result_check, snapshot_check
from adapters.embedded.demo_master.settings import MEBIBYTE, DemoMasterSettings
from adapters.embedded.demo_master.store import Store, utc_now

CLOSE_GRACE_SECONDS = 0.2
"""What a request under way gets to end by itself; polls are ended before. Spent twice at most per connection."""
CLOSE_SECONDS = 3.0
MOST_HEADER_BYTES = MEBIBYTE
LONGEST_COMMAND_BYTES = 8 * MEBIBYTE

logger = logging.getLogger(__name__)


class CannotListenError(OSError):
    """An address cannot be listened on; the message says which and why."""


class DemoMaster:
    """A Master for one process: start it with `run`, read what arrived from `store`.

    Args:
        settings: where and how; by default any free ports of loopback with the real Master's time limits.
        now: the present as a UTC-aware time; tests give their own.
    """

    def __init__(self, settings: DemoMasterSettings | None = None, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings or DemoMasterSettings()
        self.store = Store(self.settings, now)
        self._guard = Guard(self.settings.web_host)
        self._agent_port = self.settings.agent_port
        self._web_port = self.settings.web_port

    @property
    def agent_port(self) -> int:
        """The port that agents talk to; real once `run` has started."""
        return self._agent_port

    @property
    def web_port(self) -> int:
        """The port of the console; real once `run` has started."""
        return self._web_port

    @property
    def agent_url(self) -> str:
        """What an agent is given as the Master's address."""
        return f"http://{_reachable(self.settings.agent_host)}:{self._agent_port}"

    @property
    def web_url(self) -> str:
        """The address of `/api/v3`, without the token."""
        return f"http://{_reachable(self.settings.web_host)}:{self._web_port}"

    @property
    def console_url(self) -> str:
        """The address for a browser. Carries the token: show it to the user, never log it."""
        return f"{self.web_url}/?{TOKEN_QUERY}={self._guard.token}"

    @property
    def console_token(self) -> str:
        """The value of the header `X-Console-Token`. A secret, valid as long as this object."""
        return self._guard.token

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Listen until cancelled; ports chosen by the system are kept when it is run again.

        Raises:
            CannotListenError: before `started`, if a port is taken or an address is not this machine's.
        """
        await anyio.to_thread.run_sync(_read_schema)
        agent_app = build_agent_app(self.settings, self.store)
        agent_options = {"keepalive_timeout": self.settings.idle_seconds, "auto_decompress": False}
        async with (
            _listening(agent_app, self.settings.agent_host, self._agent_port, agent_options) as self._agent_port,
            _listening(self._web_app(), self.settings.web_host, self._web_port, {}) as self._web_port,
        ):
            self._guard.bind(self._web_port)
            self.store.commands.open()
            logger.info("demo Master listens", extra={"agent_url": self.agent_url, "web_url": self.web_url})
            task_status.started()
            try:
                await anyio.sleep_forever()
            finally:
                self.store.commands.close()

    def _web_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard.middleware], client_max_size=LONGEST_COMMAND_BYTES)
        app.on_response_prepare.append(self._guard.secure)
        ConsoleApi(self.settings, self.store).register(app.router)
        ConsolePage(self._guard).register(app.router)
        return app


@asynccontextmanager
async def _listening(app: web.Application, host: str, port: int, options: Mapping[str, Any]) -> AsyncIterator[int]:
    """Serve the app on an address; gives the port that was taken. Closing is quick, whatever is under way."""
    runner = web.AppRunner(
        app,
        access_log=None,  # it would write the token of the page's address
        handler_cancellation=True,
        shutdown_timeout=CLOSE_GRACE_SECONDS,
        max_line_size=MOST_HEADER_BYTES,
        max_field_size=MOST_HEADER_BYTES,
        **options,
    )
    try:
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise CannotListenError(error.errno, _why_not(host, port, error)) from error
        yield runner.addresses[0][1]
    finally:
        with anyio.move_on_after(CLOSE_SECONDS, shield=True):
            await runner.cleanup()


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"the demo Master cannot listen on {host}:{port}: the port is in use; stop what uses it or choose another"
        )
    if error.errno == errno.EACCES:
        return f"the demo Master cannot listen on {host}:{port}: not permitted; choose a port above 1023"
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return f"the demo Master cannot listen on {host}:{port}: {reason}"


def _reachable(host: str) -> str:
    """The host as a client on this machine writes it in an address."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _read_schema() -> None:
    """Read and compile the schema now, in a thread, and not within the first push."""
    snapshot_check()
    result_check()
