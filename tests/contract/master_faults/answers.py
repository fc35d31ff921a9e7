"""The Master's faults as answers of a server on loopback."""

import asyncio
from typing import Final

import anyio
from aiohttp import web

from tests.support.master_faults import MasterFault
from tests.support.master_server import Answer, no_answer, refusing

PAGE: Final = "<!doctype html><title>sorry</title>"


async def reset(request: web.Request) -> web.StreamResponse:
    """Reads a little, then resets."""
    await request.content.readany()
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def slow_reading(request: web.Request) -> web.StreamResponse:
    """Reads nothing until its time is over, as a Master does with a body that takes longer than 30 s."""
    await anyio.sleep(0.2)
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def dripping(request: web.Request) -> web.StreamResponse:
    await request.read()
    response = web.StreamResponse(headers={"Content-Length": "100000"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await anyio.sleep(0.01)


async def cut(request: web.Request) -> web.StreamResponse:
    await request.read()
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"hasCommand":true,"command":{"id":"c-')
    assert request.transport is not None
    request.transport.close()
    return response


async def closing_when_idle(request: web.Request) -> web.StreamResponse | None:
    """Answers as it should, and is gone a moment later."""
    assert request.transport is not None
    asyncio.get_running_loop().call_later(0.02, request.transport.close)
    return None


async def nothing_at_once(_: web.Request) -> web.StreamResponse:
    return web.json_response({"hasCommand": False})


def with_page(status: int) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=PAGE, content_type="text/html")

    return answer


async def overloaded(_: web.Request) -> web.StreamResponse:
    return web.Response(status=429, text="slow down\n", headers={"Retry-After": "20"})


ANSWERS: Final[dict[MasterFault, Answer]] = {
    MasterFault.RESET_IN_BODY: reset,
    MasterFault.HANG: no_answer,
    MasterFault.SLOW_READING: slow_reading,
    MasterFault.SLOW_ANSWER: dripping,
    MasterFault.CUT_ANSWER: cut,
    MasterFault.IDLE_CLOSED: closing_when_idle,
    MasterFault.EMPTY_AT_ONCE: nothing_at_once,
    MasterFault.BAD_REQUEST: refusing(400),
    MasterFault.UNAUTHORISED: refusing(401),
    MasterFault.FORBIDDEN: refusing(403),
    MasterFault.NOT_FOUND: refusing(404),
    MasterFault.TOO_LARGE: refusing(413),
    MasterFault.TOO_MANY: refusing(429),
    MasterFault.TOO_MANY_RETRY_AFTER: overloaded,
    MasterFault.BLOCKED: refusing(451),
    MasterFault.INTERNAL: refusing(500),
    MasterFault.BAD_GATEWAY: with_page(502),
    MasterFault.PAGE: with_page(200),
}
"""All but `REFUSED`, for which nobody answers."""
