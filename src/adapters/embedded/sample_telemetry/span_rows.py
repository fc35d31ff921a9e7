"""Rows of two tables, as the server reads them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

INSERT_SPANS: Final = "INSERT INTO otel_traces FORMAT JSONEachRow"
INSERT_LOGS: Final = "INSERT INTO otel_logs FORMAT JSONEachRow"

Row = dict[str, Any]


@dataclass(slots=True)
class Telemetry:
    """What requests left behind."""

    spans: list[Row] = field(default_factory=list)
    logs: list[Row] = field(default_factory=list)


def lines_of(rows: Iterable[Row]) -> bytes:
    """One line a row."""
    return "\n".join(map(json.dumps, rows)).encode()


def text_of(at: datetime) -> str:
    """A time of six digits, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond:06d}"
