"""The table layouts that exporters of telemetry have created over the years, as material for tests.

The agent never runs DDL. A layout is a set of files, written from the published schemas of the collector's ClickHouse
exporter: those of the newest one belong to the embedded server, the older ones are below `ddl`.
"""

from dataclasses import dataclass
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Final

from adapters.embedded.clickhouse import tables
from tests.support.clickhouse_server import ClickHouseServer

_FOLDERS: Final = (Path(__file__).parent / "ddl", Path(tables.__file__).parent / "ddl")
_numbers = count(1)


class Layout(Enum):
    """One generation of tables."""

    V096 = ("traces_v096", "trace_ids_v096", "logs_v096", "metrics_v096")
    """Collector 0.96: metrics without ServiceName, old texts of enumerations, keys of maps in any order."""
    V105 = ("traces", "trace_ids", "logs_v105", "metrics")
    """From mid 2024 on: ServiceName on metrics, new texts, logs with TimestampTime."""
    V151 = ("traces", "trace_ids", "logs", "metrics")
    """From 0.151 on: logs keyed by buckets of five minutes."""
    HOURLY = ("traces", "trace_ids", "logs_v105", "metrics_hourly")
    """ClickStack: metrics keyed by the hour, times of metrics in whole seconds."""

    @property
    def is_old(self) -> bool:
        """Whether it is the one with the old names."""
        return self is Layout.V096

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files, without ending."""
        return self.value


@dataclass(frozen=True, slots=True)
class Database:
    """A database of one test on the server."""

    server: ClickHouseServer
    name: str
    layout: Layout

    def execute(self, sql: str, body: bytes = b"") -> str:
        """Run one statement as the administrator."""
        return self.server.execute(sql, body, database=self.name)

    def count(self, table: str) -> int:
        """Number of rows in a table."""
        return int(self.execute(f"SELECT count() FROM {table}"))  # noqa: S608 - a test's own names

    def drop(self) -> None:
        """Remove it with everything in it."""
        self.server.execute(f"DROP DATABASE IF EXISTS {self.name} SYNC")


def create_database(server: ClickHouseServer, layout: Layout) -> Database:
    """A fresh database with the empty tables of a layout."""
    database = Database(server, f"telemetry_{next(_numbers)}", layout)
    server.execute(f"CREATE DATABASE {database.name}")
    for file in layout.files:
        path = next(folder / f"{file}.sql" for folder in _FOLDERS if (folder / f"{file}.sql").is_file())
        for statement in path.read_text().split(";"):
            if statement.strip():
                database.execute(statement)
    return database
