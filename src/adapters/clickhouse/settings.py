"""What the adapter is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.clickhouse.endpoint import Endpoint

MAX_STATEMENTS_AT_ONCE: Final = 4
"""The server is shared; more would only queue there."""
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickHouseSettings:
    """One server, and how it may be used."""

    endpoint: Endpoint
    database: str
    username: str = ""
    password_file: Path | None = None
    """Read again whenever a connection is made: passwords are rotated."""
    ca_file: Path | None = None
    timeout_seconds: float = 30.0
    """Longest time for one statement, waiting included."""


def server_limits(timeout_seconds: float, statement: str) -> dict[str, object]:
    """Settings sent with every statement, so that it cannot hurt a shared server.

    Every limit throws: what is cut off in silence would be taken for the truth.

    Args:
        timeout_seconds: after which the server stops it on its own.
        statement: its name, to be found in `system.query_log`.
    """
    return {
        "readonly": 2,
        "max_execution_time": max(1, int(timeout_seconds) + 1),
        # Without this the limit is an extrapolation after ten seconds, not a deadline.
        "timeout_before_checking_execution_speed": 0,
        "timeout_overflow_mode": "throw",
        "cancel_http_readonly_queries_on_client_close": 1,
        "max_memory_usage": 1024 * _MIB,
        "max_bytes_before_external_group_by": 512 * _MIB,
        "max_bytes_in_join": 256 * _MIB,
        "join_overflow_mode": "throw",
        "max_rows_to_read": 400_000_000,
        "max_bytes_to_read": 40 * 1024 * _MIB,
        "read_overflow_mode": "throw",
        "max_result_rows": 200_000,
        "max_result_bytes": 64 * _MIB,
        "result_overflow_mode": "throw",
        "max_threads": 2,
        "priority": 10,
        "use_query_cache": 0,
        "session_timezone": "UTC",
        "log_comment": f"atlhyper-agent:{statement}",
    }
