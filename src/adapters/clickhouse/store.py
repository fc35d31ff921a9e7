"""Asks the server in the dialect of its tables.

Knows the layout, where each metric is kept, and what time it is on the server; everything else in this package builds
on `ask`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import anyio

from adapters.clickhouse.dialect import GAUGES, LOOKUP, SUMS, Layout, layout_of
from adapters.clickhouse.errors import UnknownColumn
from adapters.clickhouse.runner import ClickHouseRunner, Row
from adapters.clickhouse.statements import Fragment, statement
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.errors import NotFound, PortError, Unavailable

KEPT_SECONDS: Final = 600.0
"""How long the layout, and where metrics live, count as known."""
_SEARCHED_SECONDS: Final = 900.0
_NOTHING_KEPT_SECONDS: Final = 60.0
_MOVED_SECONDS: Final = 1.0
_LACKING_SECONDS: Final = 1.0
_NAMING_JOBS: Final = frozenset({Fragment.SERVICE, Fragment.JOBS})
"""Of no use where a layout does not name jobs, whatever was known of it when the statement was chosen."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a metric is kept."""

    metric: str
    table: str
    jobs: tuple[str, ...] = ()
    """Under which jobs, where the layout names them."""


@dataclass(slots=True)
class _Kept:
    """Something that was found out."""

    value: Any
    at_seconds: float


class TelemetryStore:
    """The tables of one database."""

    def __init__(self, runner: ClickHouseRunner, clock: Clock) -> None:
        self._runner = runner
        self._clock = clock
        self._detecting = anyio.Lock()
        self._searching = anyio.Lock()
        self._layout: _Kept | None = None
        self._seen: set[str] = set()
        self._homes: dict[tuple[str, ...], _Kept] = {}

    async def now(self) -> datetime:
        """The server's time; windows end by no other clock."""
        layout = await self.layout()
        return self._clock.now() + layout.clock_offset

    async def window(self, seconds: float, *, lag_seconds: float) -> TimeRange:
        """The last so many seconds, less what may still be on its way to the server."""
        return TimeRange.last(seconds, await self.now() - timedelta(seconds=lag_seconds))

    async def layout(self, *, after: Layout | None = None, lacking: str = "") -> Layout:
        """The layout; detected when it is not known, or not any more.

        Args:
            after: one that turned out wrong. What somebody else has found out since is good enough.
            lacking: a table that one would ask next; a layout without it is looked at again unless it is brand-new.
        """
        async with self._detecting:
            kept = self._layout
            age_seconds = KEPT_SECONDS if kept is None else self._clock.monotonic() - kept.at_seconds
            if (
                kept is None
                or age_seconds >= KEPT_SECONDS
                or kept.value is after
                or (lacking and not kept.value.has(lacking) and age_seconds >= _LACKING_SECONDS)
            ):
                kept = self._layout = _Kept(await self._detect(), self._clock.monotonic())
            layout: Layout = kept.value
            self._seen |= layout.tables.keys() - {LOOKUP}
            return layout

    async def ask(
        self,
        name: str,
        table: str,
        parameters: Mapping[str, Any],
        *,
        operation: str,
        fragments: frozenset[Fragment] = frozenset(),
    ) -> list[Row]:
        """Rows of one statement.

        Args:
            name: of its file.
            table: whose layout decides about the dialect.
            parameters: what it binds; more than it declares does no harm.
            operation: what is tried, for errors.
            fragments: more than the layout asks for.

        Raises:
            PortError: as `ClickHouseRunner.rows`; but a table that was there and is gone is Unavailable: that is
                trouble, and not the knowledge that there is no such data.
        """
        try:
            return await self._ask_as_it_is(name, table, parameters, operation, fragments)
        except NotFound as error:
            if table not in self._seen:
                raise
            raise Unavailable(operation, f"what was there is gone: {error.why}") from error

    async def homes(self, names: tuple[str, ...], window: TimeRange) -> tuple[Home, ...]:
        """Where these metrics have samples, newest first per metric; a metric without samples is missing.

        Looked up in the end of the window, and kept for ten minutes.

        Args:
            names: of metrics.
            window: what the samples are wanted for.
        """
        async with self._searching:
            kept = self._homes.get(names)
            lifetime_seconds = KEPT_SECONDS if kept is not None and kept.value else _NOTHING_KEPT_SECONDS
            if kept is None or self._clock.monotonic() - kept.at_seconds >= lifetime_seconds:
                kept = _Kept(await self.search(names, window), self._clock.monotonic())
                self._homes[names] = kept
            homes: tuple[Home, ...] = kept.value
            return homes

    def forget(self, names: tuple[str, ...]) -> None:
        """Look for these metrics again at the next occasion: where they were, there is nothing any more."""
        self._homes.pop(names, None)

    async def ask_at(self, name: str, home: Home, parameters: Mapping[str, Any], *, operation: str) -> list[Row]:
        """Rows of one statement about a metric, from where it is kept."""
        fragments = frozenset({Fragment.SERVICE}) if home.jobs else frozenset()
        return await self.ask(
            name, home.table, {**parameters, "services": list(home.jobs)}, operation=operation, fragments=fragments
        )

    async def search(
        self, names: tuple[str, ...], window: TimeRange, *, longest_seconds: float = _SEARCHED_SECONDS
    ) -> tuple[Home, ...]:
        """As `homes`, without remembering: for names that come from outside and have no end."""
        layout = await self.layout()
        end = TimeRange.last(min(window.seconds, longest_seconds), window.end_at)
        found: list[tuple[int, Home]] = []
        errors: list[PortError] = []
        for table in (SUMS, GAUGES):
            fragments = frozenset({Fragment.JOBS}) if layout.names_jobs(table) else frozenset[Fragment]()
            parameters = {"names": list(names), "f": end.start_at, "t": end.end_at}
            try:
                rows = await self.ask("find_metrics", table, parameters, operation="find metrics", fragments=fragments)
            except NotFound as error:
                errors.append(error)
                continue
            found += [(row["newest_ms"], Home(row["metric"], table, tuple(sorted(row["jobs"])))) for row in rows]
        if len(errors) == len((SUMS, GAUGES)):
            raise errors[0]
        return tuple(home for _, home in sorted(found, key=lambda one: -one[0]))

    async def _ask_as_it_is(
        self, name: str, table: str, parameters: Mapping[str, Any], operation: str, fragments: frozenset[Fragment]
    ) -> list[Row]:
        """Ask in the dialect as it is known, and once more when it turns out to have changed."""
        before = await self.layout(lacking=table)
        try:
            return await self._ask(name, before, table, parameters, operation, fragments)
        except (UnknownColumn, NotFound) as error:
            now = await self.layout(after=before)
            if now.is_like(before):
                raise
            logger.warning("layout of the telemetry tables has changed", extra={"statement": name, "error": error.why})
            self._homes.clear()
        return await self._ask(name, now, table, parameters, operation, fragments)

    async def _ask(
        self,
        name: str,
        layout: Layout,
        table: str,
        parameters: Mapping[str, Any],
        operation: str,
        fragments: frozenset[Fragment],
    ) -> list[Row]:
        if not layout.names_jobs(table):
            fragments -= _NAMING_JOBS
        one = statement(name, layout.fragments(table) | fragments)
        bound = {parameter: parameters[parameter] for parameter in one.parameters}
        return await self._runner.rows(name, one.text, bound, operation=operation)

    async def _detect(self) -> Layout:
        operation = "detect the layout of the tables"
        clock = statement("read_clock")
        before = self._clock.now()
        rows = await self._runner.rows("read_clock", clock.text, {}, operation=operation)
        midway = before + (self._clock.now() - before) / 2
        offset = datetime.fromtimestamp(rows[0]["now_us"] / 1e6, tz=midway.tzinfo) - midway
        if abs(offset.total_seconds()) < _MOVED_SECONDS:
            offset = timedelta()
        detect = statement("detect_layout")
        columns = await self._runner.rows(
            "detect_layout", detect.text, {"db": self._runner.database}, operation=operation
        )
        return layout_of(columns, offset)
