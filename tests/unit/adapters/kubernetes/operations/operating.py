"""An operator on an API server on loopback, and what the server was sent."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from tests.support.api_answers import Request, status_answer
from tests.support.api_client import connected
from tests.support.api_server import ApiServer
from tests.support.quick_clock import QuickClock


@asynccontextmanager
async def operating(server: ApiServer, folder: Path) -> AsyncIterator[KubernetesWorkloadOperator]:
    """While the server is served; pauses take a hundredth of their time."""
    async with server.serving(), connected(server, folder) as connection:
        yield KubernetesWorkloadOperator(connection, QuickClock(100.0))


def writes(server: ApiServer) -> list[Request]:
    return [one for one in server.requests if one.verb in {"patch", "update", "delete"}]


def keep_bodies(server: ApiServer, verb: str) -> list[Any]:
    """The next such request is refused, and its body kept."""
    bodies: list[Any] = []

    async def keep(request: Request) -> web.StreamResponse:
        bodies.append(json.loads(await request.http.text()))
        return status_answer(422, "kept")

    server.fail(keep, verb=verb)
    return bodies
