"""Log counts, held against a count in Python over the inserted rows."""

import random
from collections import Counter
from datetime import timedelta

from tests.support.clickhouse_stores import real_store
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_rows import Log, Rows
from tests.support.telemetry_shop import NOW

END = NOW - timedelta(seconds=5)
NAMES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
TEXTS = {"WARNING": "WARN", "SEVERE": "ERROR", "CRITICAL": "FATAL", "error": "ERROR", "Info": "INFO", "odd": "INFO"}


def log_rows() -> Rows:
    chance, rows = random.Random(6), Rows()
    for _ in range(2000):
        number = chance.choice([0, 0, *range(1, 25)])
        rows.logs.append(
            Log(
                at=NOW - timedelta(seconds=chance.uniform(-300, 600)),
                service=f"service-{chance.randrange(14)}",
                severity=chance.choice([*TEXTS]) if number == 0 else "whatever",
                number=number,
            )
        )
    return rows


async def test_entries_are_counted_by_severity_and_by_service(database: Database) -> None:
    rows = log_rows()
    rows.insert(database)
    async with real_store(database, NOW) as real:
        summary = (await real.parts.logs(300)).content.summary
    counted = [log for log in rows.logs if END - timedelta(seconds=300) <= log.at < END]
    severities = Counter(NAMES[(log.number - 1) // 4] if log.number else TEXTS[log.severity] for log in counted)
    services = Counter(log.service for log in counted)
    assert summary.total_entries == len(counted)
    assert summary.severity_counts == severities
    assert [one.count for one in summary.top_services] == sorted(services.values(), reverse=True)[:10]
    assert all(services[one.service] == one.count for one in summary.top_services)
    assert summary.latest_at == max(log.at for log in counted)


async def test_the_window_is_found_by_the_key_of_the_table(database: Database) -> None:
    """Without the predicate on the key everything of the day would be read."""
    rows = Rows(logs=[Log(at=NOW - timedelta(seconds=number * 4), body="x" * 50) for number in range(20_000)])
    rows.insert(database)
    database.execute("OPTIMIZE TABLE otel_logs FINAL")
    async with real_store(database, NOW) as real:
        await real.parts.logs(300)
    (entry,) = database.server.logged(_LAST_READ.format(name=database.name), bool)
    if database.layout is not Layout.V096:
        assert int(entry["read_rows"]) < 20_000


_LAST_READ = (
    "SELECT read_rows FROM system.query_log WHERE type = 'QueryFinish' AND current_database = '{name}' "
    "AND log_comment = 'atlhyper-agent:count_logs' ORDER BY event_time_microseconds DESC LIMIT 1"
)
