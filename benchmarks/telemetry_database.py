"""A real ClickHouse with made-up telemetry in the tables of collector 0.96, and the agent's own code on it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from synthetic_samples import ingress_samples, mesh_samples, node_samples, series_table
from synthetic_spans import logs, route_table, spans
from typing_extensions import override

from adapters.clickhouse.runner import ClickHouseRunner, Row
from adapters.system.clock import SystemClock
from domain.time_range import TimeRange
from tests.support.clickhouse_server import ClickHouseServer
from tests.support.clickhouse_stores import PinnedStore, settings_for
from tests.support.telemetry_layouts import Database, Layout, create_database

END_AT: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""What time it is for the agent. Fixed, so that equal arguments give equal rows and equal windows."""
_TABLES: Final = ("traces", "logs", "metrics_gauge", "metrics_sum", "metrics_histogram")
_ROWS_PER_SECOND: Final = {10: 270, 200: 1850}
"""About what is made for a second of the period, by number of nodes."""


def filled(server: ClickHouseServer, rows: int, nodes: int) -> tuple[Database, dict[str, int]]:
    """A database with about so many rows, and how many each table has."""
    database = create_database(server, Layout.V096)
    seconds = max(600, rows // _ROWS_PER_SECOND[nodes] // 60 * 60)
    start_s = int(END_AT.timestamp()) - seconds
    began = time.monotonic()
    for statement in chain(
        route_table(),
        series_table(),
        spans(start_s, seconds),
        logs(start_s, seconds),
        node_samples(start_s, seconds, nodes),
        ingress_samples(start_s, seconds),
        mesh_samples(start_s, seconds),
    ):
        database.execute(statement)
    counts = {table: database.count(f"otel_{table}") for table in _TABLES}
    print(
        f"{nodes} nodes, {seconds / 3600:.1f} h: {sum(counts.values())} rows in {time.monotonic() - began:.0f} s "
        f"{counts}"
    )
    return database, counts


class RecordingRunner(ClickHouseRunner):
    """Keeps what every statement bound and gave, and names it after whoever asked."""

    label = ""
    """Case, side and round, for `system.query_log`."""

    def __init__(self, database: Database) -> None:
        settings = settings_for(database.server, database.name, timeout_seconds=120.0)
        super().__init__(settings, SystemClock())
        self.answers: dict[str, list[Row]] = {}
        self.bound: dict[str, Mapping[str, Any]] = {}
        self.sent = self.sent_in_cases = 0

    @override
    async def rows(self, name: str, sql: str, parameters: Mapping[str, Any], *, operation: str) -> list[Row]:
        rows = await super().rows(f"{self.label}/{name}", sql, parameters, operation=operation)
        self.sent += 1
        self.sent_in_cases += bool(self.label)
        self.answers[name], self.bound[name] = list(rows), parameters
        return rows


class Workbench:
    """The agent's store on a database, and other people's statements beside it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SystemClock()
        self.runner = RecordingRunner(database)
        self.store = PinnedStore(self.runner, self.clock, END_AT)
        self._case = ""

    def begin(self, case: str, number: int) -> None:
        """What comes now belongs to a case, for the so-many-th time."""
        self._case = f"{case}/{number}"
        self.runner.answers.clear()

    @contextmanager
    def side(self, name: str) -> Iterator[None]:
        """What is asked inside belongs to a side: ours, naive, original or reference."""
        before, self.runner.label = self.runner.label, f"{self._case}/{name}"
        yield
        self.runner.label = before

    def window(self, seconds: float, lag_seconds: float = 5.0) -> TimeRange:
        """The last so many seconds before the lag."""
        return TimeRange.last(seconds, END_AT - timedelta(seconds=lag_seconds))

    def answer(self, statement: str) -> list[Row]:
        """Rows that one of the agent's statements gave last; of one for long windows with those read point by point."""
        rows = self.runner.answers[statement]
        return (
            rows + self.runner.answers.get(statement.removesuffix("_long"), []) if statement.endswith("_long") else rows
        )

    async def ask(self, sql: str, like: str = "", **more: Any) -> list[Row]:  # noqa: ANN401 - values to bind
        """Rows of another statement, with what one of the agent's statements bound last."""
        parameters = {**(self.runner.bound[like] if like else {}), **more}
        return await self.runner.rows("other", sql, parameters, operation="compare")
