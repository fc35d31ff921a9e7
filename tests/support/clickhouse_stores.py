"""The adapter on a test's database, at a fixed time, and ways to break what it stands on."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from typing_extensions import override

from adapters.clickhouse.endpoint import parse_endpoint
from adapters.clickhouse.hooks import ClickHouseHooks
from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from adapters.clickhouse.runner import ClickHouseRunner
from adapters.clickhouse.settings import ClickHouseSettings
from adapters.clickhouse.store import TelemetryStore
from adapters.system.clock import SystemClock
from ports.clock import Clock
from ports.errors import AccessDenied, NotFound, PortError, Unavailable
from tests.support.clickhouse_server import ClickHouseServer
from tests.support.telemetry_layouts import Database

TABLES = ("traces", "traces_trace_id_ts", "logs", "metrics_gauge", "metrics_sum", "metrics_histogram")


class StatementLog(ClickHouseHooks):
    """Remembers which statements ran, and how they ended."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []

    @override
    def on_statement(self, statement: str, outcome: str, seconds: float, rows_read: int, bytes_read: int) -> None:
        self.entries.append((statement, outcome))

    @property
    def names(self) -> list[str]:
        """Statements in the order in which they ended."""
        return [name for name, _ in self.entries]


class PinnedStore(TelemetryStore):
    """A store at which it is always the same time."""

    def __init__(self, runner: ClickHouseRunner, clock: Clock, at: datetime) -> None:
        super().__init__(runner, clock)
        self.at = at

    @override
    async def now(self) -> datetime:
        return self.at


@dataclass
class RealStore:
    """The adapter on a database."""

    parts: ClickHouseOTelParts
    store: PinnedStore
    runner: ClickHouseRunner
    log: StatementLog
    database: Database
    """What `fail_with` may take to pieces."""

    def log_in_as(self, user: str) -> None:
        """Go on as another user of the server."""
        self._change(lambda old: replace(old, endpoint=replace(old.endpoint, username=user, password=user)))

    def lose_server(self) -> None:
        """Go on at an address where nobody listens."""
        self._change(lambda old: replace(old, endpoint=replace(old.endpoint, port=1)))

    def drop_tables(self) -> None:
        """Go on in the database that may be taken to pieces, without its tables."""
        self._change(lambda old: replace(old, database=self.database.name))
        for table in TABLES:
            self.database.execute(f"DROP TABLE IF EXISTS otel_{table} SYNC")

    def replace_tables(self) -> None:
        """Put tables there that nobody expects."""
        self.drop_tables()
        for table in TABLES:
            self.database.execute(f"CREATE TABLE otel_{table} (n Int64) ENGINE = MergeTree ORDER BY n")

    def fail_with(self, error: PortError) -> None:
        """Bring about what this error stands for."""
        match error:
            case Unavailable():
                self.lose_server()
            case AccessDenied():
                self.log_in_as("stranger")
            case NotFound():
                self.drop_tables()
            case _:
                self.replace_tables()

    def _change(self, change: Callable[[ClickHouseSettings], ClickHouseSettings]) -> None:
        self.runner._settings = change(self.runner._settings)
        self.runner._client = None


def settings_for(
    server: ClickHouseServer, database: str, *, user: str = "agent", **changes: object
) -> ClickHouseSettings:
    """What the adapter is told in tests."""
    endpoint = replace(parse_endpoint(server.url), username=user, password=user)
    made = ClickHouseSettings(endpoint=endpoint, database=database, timeout_seconds=20.0)
    return replace(made, **changes)  # type: ignore[arg-type] # fields by name


def password_file(folder: Path, password: str) -> Path:
    """A file with a password and a line end, as secrets are mounted."""
    file = folder / "password"
    file.write_text(f"{password}\n")
    return file


@asynccontextmanager
async def real_store(database: Database, at: datetime, *, scratch: Database | None = None) -> AsyncIterator[RealStore]:
    """The adapter on a database, at a fixed time; `scratch` is one that `fail_with` may take to pieces."""
    log, clock = StatementLog(), SystemClock()
    runner = ClickHouseRunner(settings_for(database.server, database.name), clock, hooks=log)
    store = PinnedStore(runner, clock, at)
    clients = []
    real = RealStore(ClickHouseOTelParts(store, clock), store, runner, log, scratch or database)
    open_one = runner._open

    async def remembered(operation: str) -> object:
        clients.append(await open_one(operation))
        return clients[-1]

    runner._open = remembered  # type: ignore[method-assign, assignment] # to close what a test left behind
    try:
        yield real
    finally:
        for client in clients:
            await client.close()
