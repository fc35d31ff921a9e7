"""The HTTP server for probes and operators.

`/livez`: 200 while every loop turns. `/readyz`: 200 once the first sync is over. `/health`: `/livez` under the name
that existing probes use. `/metrics`: Prometheus text. `/statusz`: JSON for people.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import anyio
from aiohttp import web
from anyio.abc import TaskStatus

from domain.errors import AgentError

logger = logging.getLogger(__name__)


class CannotListenError(AgentError):
    """Raised when the health address cannot be opened."""


class HealthServer:
    """Serves the health endpoints until cancelled."""

    def __init__(
        self,
        address: tuple[str, int],
        *,
        liveness: Callable[[], tuple[str, ...]],
        readiness: Callable[[], tuple[str, ...]],
        status: Callable[[], Mapping[str, Any]],
        metrics: Callable[[], tuple[str, bytes]],
    ) -> None:
        """Each callable answers at once; `liveness` and `readiness` name what is wrong, nothing when all is well."""
        self._address = address
        self._liveness = liveness
        self._readiness = readiness
        self._status = status
        self._metrics = metrics
        self.port: int | None = None
        """The port in use, once it listens."""

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Listen until cancelled.

        Raises:
            CannotListenError: the address is taken or not ours.
        """
        runner = web.AppRunner(self._app(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        host, port = self._address
        try:
            site = web.TCPSite(runner, host, port)
            try:
                await site.start()
            except OSError as error:
                why = error.strerror or str(error)
                raise CannotListenError(
                    f"cannot serve health on {host}:{port}: {why}; choose another AGENT_HEALTH_ADDRESS"
                ) from error
            self.port = runner.addresses[0][1]
            logger.info("health endpoints served", extra={"address": f"{host}:{self.port}"})
            task_status.started()
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/livez", self._answer(self._liveness))
        app.router.add_get("/health", self._answer(self._liveness))
        app.router.add_get("/readyz", self._answer(self._readiness))
        app.router.add_get("/statusz", self._statusz)
        app.router.add_get("/metrics", self._metricsz)
        return app

    @staticmethod
    def _answer(problems_of: Callable[[], tuple[str, ...]]) -> Callable[[web.Request], Any]:
        async def handle(_: web.Request) -> web.Response:
            problems = problems_of()
            body = {"status": "failing", "problems": problems} if problems else {"status": "ok"}
            return web.json_response(body, status=503 if problems else 200)

        return handle

    async def _statusz(self, _: web.Request) -> web.Response:
        return web.json_response(self._status(), dumps=lambda body: json.dumps(body, default=str, indent=1))

    async def _metricsz(self, _: web.Request) -> web.Response:
        content_type, body = self._metrics()
        return web.Response(body=body, headers={"Content-Type": content_type})
