"""Gateways to loopback servers, and a server that says yes to everything."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.gateway.client import HttpMasterGateway
from adapters.gateway.settings import GatewaySettings
from adapters.memory.clock import ManualClock
from ports.clock import Clock
from tests.support.domain_objects import NOW
from tests.support.faulty_server import OK, Conversation, FaultyServer, listening


@asynccontextmanager
async def a_gateway(
    url: str, cluster_id: str = "cluster-1", clock: Clock | None = None, **settings: Any
) -> AsyncIterator[HttpMasterGateway]:
    known = GatewaySettings(url=url, **settings)
    async with HttpMasterGateway(known, lambda: cluster_id, clock or ManualClock(NOW)) as gateway:
        yield gateway


@asynccontextmanager
async def recording(tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultyServer]:
    """A server that says yes to everything and keeps what it was asked."""

    async def behave(conversation: Conversation) -> None:
        while True:
            server.requests.append(await conversation.request())
            await conversation.send(OK)

    async with listening(behave, tls) as server:
        yield server
