"""Writes the sample telemetry: a past at the start, then every few seconds what has come due.

The past is dense where pages draw finely and thin where they draw coarsely. What is written is remembered, so that a
server that was away gets what it missed and nothing twice.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus

from adapters.embedded.clickhouse.client import EmbeddedClient, ServerAwayError
from adapters.embedded.clickhouse.tables import table_statements
from adapters.embedded.sample_telemetry.machines import machine_series
from adapters.embedded.sample_telemetry.plan import SamplePlan
from adapters.embedded.sample_telemetry.requests import ingress_series, mesh_series
from adapters.embedded.sample_telemetry.series import (
    INSERT_COUNTERS,
    INSERT_GAUGES,
    INSERT_HISTOGRAMS,
    counter_lines,
    gauge_lines,
    histogram_lines,
)
from adapters.embedded.sample_telemetry.span_rows import INSERT_LOGS, INSERT_SPANS, lines_of
from adapters.embedded.sample_telemetry.traces import SLOT_SECONDS, Traces

SCRAPE_SECONDS: Final = 15
_BATCH_SECONDS: Final = 5.0
_LAG_SECONDS: Final = 4
"""Spans are written when their trace is over, as a collector does."""
_RETRY_SECONDS: Final = 0.5
_HOUR: Final = 3600
_DAY: Final = 86_400

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Past:
    """Up to which age there is a sample every so many seconds."""

    age_seconds: int
    step_seconds: int


_DENSE: Final = (Past(20 * 60, SCRAPE_SECONDS), Past(75 * 60, 30), Past(2 * _HOUR, 60), Past(_DAY, 900))
_LONG: Final = (*_DENSE, Past(61 * _DAY, 6 * _HOUR))
"""Of what service levels are made of: their longest window is 30 days, and the 30 days before."""
_TRACED: Final = (Past(20 * 60, SLOT_SECONDS), Past(75 * 60, 6), Past(2 * _HOUR, 20), Past(_DAY, 240))

Insert = tuple[str, Callable[[], bytes]]
"""A statement, and what makes its rows; called in a thread."""


class SampleTelemetryWriter:
    """Keeps a database filled.

    Args:
        url: of the server's HTTP interface.
        username: one who may create tables and write.
        password: of that user.
        database: created if it is missing.
        plan: what it is about.
        now: seconds since the epoch.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        database: str,
        plan: SamplePlan,
        now: Callable[[], float],
    ) -> None:
        self._url, self._username, self._password = url, username, password
        self._database = database
        self._now = now
        self._traces = Traces(plan)
        self._gauges, self._machine_counters = machine_series(plan)
        ingress_counters, self._histograms = ingress_series(plan)
        self._request_counters = [*ingress_counters, *mesh_series(plan)]
        self._scraped_to: int | None = None
        self._traced_to = 0

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Write until cancelled; started once the past is there.

        Raises:
            StatementRefusedError: the server does not take a statement, which is a mistake in this package.
        """
        async with EmbeddedClient(self._url, self._username, self._password) as client:
            if self._scraped_to is None:
                began = anyio.current_time()
                await self._create(client)
                await self._fill(client, int(self._now()))
                took = round(anyio.current_time() - began, 1)
                logger.info("sample telemetry is there", extra={"seconds": took, "database": self._database})
            task_status.started()
            while True:
                await anyio.sleep(_BATCH_SECONDS)
                await self._go_on(client, int(self._now()))

    async def _create(self, client: EmbeddedClient) -> None:
        await self._say(client, f"CREATE DATABASE IF NOT EXISTS {self._database}", database="default")
        for statement in table_statements():
            await self._say(client, statement.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1))

    async def _fill(self, client: EmbeddedClient, now: int) -> None:
        """Write the past, what pages need first."""
        scrapes, slots = now // SCRAPE_SECONDS * SCRAPE_SECONDS, (now - _LAG_SECONDS) // SLOT_SECONDS * SLOT_SECONDS
        await self._insert(client, self._traced(list(_moments(slots, _TRACED))))
        await self._insert(client, self._scraped(list(_moments(scrapes, _DENSE)), list(_moments(scrapes, _LONG))))
        self._scraped_to, self._traced_to = scrapes, slots

    async def _go_on(self, client: EmbeddedClient, now: int) -> None:
        """Write what has come due since."""
        slots = (now - _LAG_SECONDS) // SLOT_SECONDS * SLOT_SECONDS
        if due := list(range(self._traced_to, slots, SLOT_SECONDS)):
            await self._insert(client, self._traced(due))
            self._traced_to = slots
        scrapes = now // SCRAPE_SECONDS * SCRAPE_SECONDS
        if self._scraped_to is not None and (
            due := list(range(self._scraped_to + SCRAPE_SECONDS, scrapes + 1, SCRAPE_SECONDS))
        ):
            await self._insert(client, self._scraped(due, due))
            self._scraped_to = scrapes

    def _traced(self, starts: Sequence[int]) -> Iterator[Insert]:
        made = self._traces.of(start // SLOT_SECONDS for start in starts)
        yield INSERT_SPANS, lambda: lines_of(made.spans)
        yield INSERT_LOGS, lambda: lines_of(made.logs)

    def _scraped(self, dense: Sequence[int], long: Sequence[int]) -> Iterator[Insert]:
        yield INSERT_GAUGES, lambda: gauge_lines(self._gauges, dense)
        yield INSERT_COUNTERS, lambda: counter_lines(self._machine_counters, dense)
        yield INSERT_COUNTERS, lambda: counter_lines(self._request_counters, long)
        yield INSERT_HISTOGRAMS, lambda: histogram_lines(self._histograms, long)

    async def _insert(self, client: EmbeddedClient, inserts: Iterator[Insert]) -> None:
        """Make rows in a thread and write them, one statement after the other."""
        while (insert := await anyio.to_thread.run_sync(next, inserts, None)) is not None:
            statement, make = insert
            if rows := await anyio.to_thread.run_sync(make):
                await self._say(client, statement, rows)

    async def _say(
        self, client: EmbeddedClient, statement: str, rows: bytes = b"", *, database: str | None = None
    ) -> None:
        """Run a statement; while nobody answers, try again. An answer that was lost on the way costs rows twice."""
        while True:
            try:
                await client.execute(statement, rows, database=self._database if database is None else database)
            except ServerAwayError:
                await anyio.sleep(_RETRY_SECONDS)
            else:
                return


def _moments(end: int, past: Sequence[Past]) -> Iterator[int]:
    """Ascending, up to the end; each on the grid of its step."""
    bounds = [0, *(part.age_seconds for part in past)]
    for part, newer in reversed(list(zip(past, bounds, strict=False))):
        oldest = (end - part.age_seconds) // part.step_seconds * part.step_seconds + part.step_seconds
        newest = end - newer
        yield from range(oldest, newest + (newer == 0), part.step_seconds)
