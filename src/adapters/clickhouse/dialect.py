"""What kind of tables there are, found out rather than configured.

Generations of the exporter name columns differently and sort tables differently. What is found is kept for ten
minutes, and looked at again at once when the server does not know a column. Texts of enumerations and keys of
attributes are never detected: after an upgrade both spellings live in one table, so the statements take both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from adapters.clickhouse.statements import Fragment
from ports.errors import UnexpectedAnswer

TRACES: Final = "otel_traces"
LOGS: Final = "otel_logs"
GAUGES: Final = "otel_metrics_gauge"
SUMS: Final = "otel_metrics_sum"
HISTOGRAMS: Final = "otel_metrics_histogram"
LOOKUP: Final = "otel_traces_trace_id_ts"

_KEY: Final = "sorting_key"
_ATTRIBUTES: Final = ("ResourceAttributes", "SpanAttributes", "LogAttributes", "Attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The tables as they are."""

    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Type of each column of each table that may be read."""
    sorting_keys: Mapping[str, str] = field(default_factory=dict)
    clock_offset: timedelta = timedelta()
    """The server's clock less the agent's."""

    def has(self, table: str) -> bool:
        """Whether a table is there, as far as the user may see it."""
        return table in self.tables

    def fragments(self, table: str) -> frozenset[Fragment]:
        """What statements about this table need."""
        columns = self.tables.get(table, {})
        found: set[Fragment] = set()
        if table == LOGS:
            if self.sorting_keys.get(table, "").startswith("toStartOfFiveMinutes(Timestamp)"):
                found.add(Fragment.FIVE_MINUTES)
            elif "TimestampTime" in columns:
                found.add(Fragment.TIMESTAMP_TIME)
        if table == GAUGES:
            found.add(Fragment.GAUGE_HOME)
        if "AggTemp" in columns:
            found.add(Fragment.OLD_TEMPORALITY)
        if "AggregationTemporality" in columns:
            found.add(Fragment.TEMPORALITY)
        return frozenset(found)

    def is_like(self, other: "Layout") -> bool:
        """Whether the tables are the same, whatever the clocks say."""
        return self.tables == other.tables and self.sorting_keys == other.sorting_keys

    def names_jobs(self, table: str) -> bool:
        """Whether the metrics of a table carry the name of the job that collected them, first in the key."""
        return "ServiceName" in self.tables.get(table, {})


def layout_of(rows: Sequence[Mapping[str, Any]], clock_offset: timedelta) -> Layout:
    """The layout that the server's catalogue describes.

    Raises:
        UnexpectedAnswer: attributes are stored in a way that no statement here can read.
    """
    tables: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for row in rows:
        table, column, kind = str(row["table_name"]), str(row["column_name"]), str(row["kind"])
        if column == _KEY:
            keys[table] = kind
        else:
            tables.setdefault(table, {})[column] = kind
    for table, columns in tables.items():
        odd = [name for name in _ATTRIBUTES if name in columns and not columns[name].startswith("Map(")]
        if odd:
            kind = columns[odd[0]].partition("(")[0]
            raise UnexpectedAnswer(
                "detect the layout of the tables",
                f"{table}.{odd[0]} is of type {kind}; the exporter's option json is not supported, only Map is",
            )
    return Layout(tables=tables, sorting_keys=keys, clock_offset=clock_offset)
