"""Log entries of a window, counted."""

from collections import Counter
from typing import Final

from adapters.clickhouse.dialect import LOGS
from adapters.clickhouse.store import TelemetryStore
from adapters.clickhouse.traces import moment_of
from domain.otel.logs import LogSummary, ServiceCount
from domain.otel.parts import LogsContent
from domain.time_range import TimeRange

_TOP_SERVICES: Final = 10
_NO_SEVERITY: Final = "INFO"
"""What an entry without number and without a known text counts as."""


async def read_logs(store: TelemetryStore, window: TimeRange) -> LogsContent:
    """How many entries, of which severity, from whom, and when the last one came."""
    parameters = {"f": window.start_at, "t": window.end_at}
    rows = await store.ask("count_logs", LOGS, parameters, operation="count logs")
    severities: Counter[str] = Counter()
    services: Counter[str] = Counter()
    for row in rows:
        severities[row["severity"] or _NO_SEVERITY] += row["entries"]
        services[row["service"]] += row["entries"]
    top = sorted(services.items(), key=lambda one: (-one[1], one[0]))[:_TOP_SERVICES]
    return LogsContent(
        summary=LogSummary(
            total_entries=severities.total(),
            severity_counts=dict(sorted(severities.items())),
            top_services=tuple(ServiceCount(service=name, count=entries) for name, entries in top),
            latest_at=moment_of(max(row["newest_us"] for row in rows)) if rows else window.start_at,
        )
    )
