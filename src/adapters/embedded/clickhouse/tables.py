"""The tables of the newest layout, as the collector's ClickHouse exporter creates them. Only the demo and tests do."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

FILES: Final = ("traces", "trace_ids", "logs", "metrics")


def table_statements() -> Iterator[str]:
    """The statements that create them, in order."""
    folder = files(__package__) / "ddl"
    for name in FILES:
        for statement in (folder / f"{name}.sql").read_text().split(";"):
            if statement.strip():
                yield statement.strip()
