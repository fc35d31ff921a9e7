"""Faults that last until somebody mends them: what pods read as meanwhile, and what it may cost the server."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import anyio
from aiohttp import web

from adapters.kubernetes.timings import ReflectorTimings, RequestTimings
from domain.cluster.readings import ReadingState
from tests.contract.api_faults.scene import HELD_SECONDS, QUICKENED, Scene
from tests.support.api_answers import (
    Answer,
    Request,
    error_line,
    line,
    stream_to,
    with_break,
    with_status,
    with_stream,
    with_text,
)
from tests.support.api_faults import ApiFault
from tests.support.api_objects import a_pod

LIVE, STALE, SYNCING = ReadingState.LIVE, ReadingState.STALE, ReadingState.SYNCING

MOST_REQUESTS: Final = 28
"""For one kind in half a minute, whatever goes wrong: with full jitter three to seven rounds of two requests fit, and
fourteen by less than one chance in 100,000. Pauses that do not double make forty, a client that spins hundreds."""
ONE_LISTING: Final = 6
"""What a fault may cost that needs no second try: a list in two pages, once more as a whole, a watch."""
BOOKMARK: Final = line("BOOKMARK", {"metadata": {"resourceVersion": None}})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """A fault that lasts."""

    begin: Callable[[Scene], None]
    reaches: ReadingState
    """What pods read as for a part of the time, at least."""
    also: frozenset[ReadingState] = frozenset()
    """What else they may read as."""
    is_read_at_start: bool
    """Whether a kind that was never read becomes known in spite of the fault."""
    most_requests: int = MOST_REQUESTS
    timings: ReflectorTimings = QUICKENED
    requests: RequestTimings | None = None
    held_seconds: float = HELD_SECONDS


def answering(answer: Answer, *verbs: str) -> Callable[[Scene], None]:
    return lambda scene: scene.begin(answer, *verbs)


async def _endless_list(request: Request) -> web.StreamResponse:
    response = await stream_to(request)
    await response.write(b'{"kind":"List","items":[')
    while True:
        await response.write(b" ")
        await anyio.sleep(0.002)


def _only_bookmarks(scene: Scene) -> None:
    async def answer(request: Request) -> web.StreamResponse:
        response = await stream_to(request)
        while not scene.is_over.is_set():
            await response.write(BOOKMARK)
            await anyio.sleep(0.01)
        return response

    scene.begin(answer, "watch")


def _no_second_page(scene: Scene) -> None:
    scene.begin(
        with_status(410, "the provided continue parameter is too old"), where=lambda one: "continue" in one.query
    )


def _watches(answer: Answer) -> Lasting:
    """Lists work, watches do not: known at every moment, followed at none."""
    return Lasting(begin=answering(answer, "watch"), reaches=STALE, also=frozenset({LIVE}), is_read_at_start=True)


def _everything(answer: Answer) -> Lasting:
    """Neither works: what was known stays; what was not is not known."""
    return Lasting(begin=answering(answer), reaches=STALE, is_read_at_start=False)


CASES: Final[dict[ApiFault, Lasting]] = {
    ApiFault.REFUSED_HALFWAY: _everything(with_break()),
    ApiFault.SILENT_CLOSE: _watches(with_stream()),
    ApiFault.SHORT_WATCH: _watches(with_stream(BOOKMARK)),
    ApiFault.HALF_OPEN: replace(
        _watches(with_stream(then=anyio.sleep_forever)),
        # The watchdog is what notices it: a watch of 4 s here may be silent for 1 s longer.
        timings=replace(QUICKENED, watch_shortest_seconds=0.04, watch_longest_seconds=0.04, watch_slack_seconds=0.01),
    ),
    ApiFault.CUT_LINE: _watches(with_stream(line("MODIFIED", a_pod("a"))[:-20])),
    ApiFault.SLOW_BODY: replace(
        _everything(_endless_list), requests=RequestTimings(list_page_seconds=0.4), held_seconds=100.0
    ),
    ApiFault.BOOKMARKS_ONLY: Lasting(
        begin=_only_bookmarks, reaches=LIVE, also=frozenset({STALE}), is_read_at_start=True, most_requests=2
    ),
    ApiFault.FOREIGN_LINE: _watches(with_stream(b"Too many requests, please try again later.\n")),
    ApiFault.ERROR_LINE: _watches(with_stream(error_line(500, "etcd has no leader"))),
    ApiFault.TOO_MANY_TEXT: _everything(with_text(429, "Too many requests, please try again later.\n")),
    ApiFault.TOO_MANY_RETRY_AFTER: replace(
        # A whole second is the least that can be asked for, and longer than this is looked at.
        _everything(with_text(429, "Too many requests.\n", retry_after="1")),
        most_requests=2,
    ),
    ApiFault.BAD_GATEWAY_PAGE: _everything(
        with_text(502, "<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
    ),
    ApiFault.GONE_STATUS: _watches(with_status(410, "too old resource version")),
    ApiFault.GONE_IN_STREAM: _watches(with_stream(error_line(410, "too old resource version"))),
    ApiFault.EXPIRED_CONTINUE: Lasting(
        begin=_no_second_page,
        reaches=LIVE,
        also=frozenset({STALE}),
        is_read_at_start=True,
        most_requests=ONE_LISTING,
        timings=replace(QUICKENED, page_limit=1),
    ),
    ApiFault.UNAUTHENTICATED_FOR_EVER: _everything(with_status(401, "Unauthorized")),
    ApiFault.BLOCKED: _everything(with_text(403, "RBAC: access denied")),
    ApiFault.NO_ROUTE: _everything(with_text(404, "default backend - 404")),
}
