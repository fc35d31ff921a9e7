"""What the server is made to read, and what it is told: indexes prune for every statement, and values are only "
"bound."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from adapters.clickhouse.runner import ClickHouseRunner, Row
from adapters.clickhouse.statements import statement_names
from domain.otel.parts import SloWindow
from domain.otel.queries import LogFilter, LogSearch, Period, TraceFilter
from ports.errors import NotFound
from tests.support.clickhouse_fixtures import CreateDatabase
from tests.support.clickhouse_stores import RealStore, real_store
from tests.support.query_stores import stores_on
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_rows import Sample
from tests.support.telemetry_shop import ADDRESSES, NOW, shop_rows

CATALOGUE = {"detect_layout", "read_clock"}
"""Statements that read no table of telemetry."""
LAYOUTS = pytest.mark.parametrize("layout", [Layout.V096, Layout.V151], ids=lambda layout: layout.name.lower())


@dataclass
class Sent:
    """Statements as they went out."""

    statements: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def watch(self, runner: ClickHouseRunner) -> None:
        """Remember what this runner is given."""
        send = runner.rows

        async def rows(name: str, sql: str, parameters: Mapping[str, Any], *, operation: str) -> list[Row]:
            self.statements.append((name, sql, parameters))
            return await send(name, sql, parameters, operation=operation)

        runner.rows = rows  # type: ignore[method-assign] # only looks


async def ask_everything(real: RealStore, seconds: float, text: str) -> None:
    """Every part of the summary, and every question; `text` is looked for where a text is."""
    parts, period = real.parts, Period(seconds=seconds)
    for part in (parts.apm, parts.topology, parts.slo, parts.nodes, parts.logs, parts.series):
        await part(int(seconds))
    recent = (await parts.recent_traces(int(seconds), 100)).content
    await parts.slo_window(SloWindow.DAY)
    stores = stores_on(real)
    await stores.traces.get_trace(recent[0].trace_id)
    for slowest in (False, True):
        await stores.traces.list_traces(TraceFilter(period=period, slowest_first=slowest))
        wanted = TraceFilter(period=period, service=text, operation=text, method=text, slowest_first=slowest)
        await stores.traces.list_traces(wanted)
    for service in ("api", text):
        await stores.traces.http_stats(service, period)
        await stores.traces.db_stats(service, period)
        await stores.traces.service_series(service, period)
    await stores.logs.search(LogSearch(filter=LogFilter(period=period)))
    wanted_logs = LogFilter(period=period, query=text, service=text, level=text, scope=text, span_id=text)
    await stores.logs.search(LogSearch(filter=wanted_logs))
    await stores.logs.histogram(wanted_logs)
    await stores.nodes.get_series(ADDRESSES, "node_load1", period)
    for node, metric in ((list(ADDRESSES), text), ([text], "node_load1")):
        try:
            await stores.nodes.get_series(node, metric, period)
        except NotFound:
            continue
    with pytest.raises(NotFound):
        await stores.traces.get_trace(text)


def fill(database: Database) -> None:
    """The shop's rows, and how long requests in its mesh took."""
    rows = shop_rows()
    rows.gauges += [
        Sample(
            at=NOW - timedelta(seconds=back),
            metric="response_latency_ms_bucket",
            value=900.0 - back,
            labels={"deployment": "api", "namespace": "shop", "direction": "inbound", "le": "+Inf"},
            target="",
            job="linkerd-prometheus",
        )
        for back in range(15, 300, 15)
    ]
    rows.insert(database)


def put_in_front(database: Database) -> None:
    """The same rows some more times, five to fifteen days earlier and under other trace ids."""
    for days in (5, 10):
        for table, column in (
            ("traces", "Timestamp"),
            ("logs", "Timestamp"),
            ("metrics_gauge", "TimeUnix"),
            ("metrics_sum", "TimeUnix"),
            ("metrics_histogram", "TimeUnix"),
        ):
            trace = f", concat('{days}', TraceId) AS TraceId" if column == "Timestamp" else ""
            moved = f"{column} - INTERVAL {days} DAY AS {column}{trace}"
            database.execute(f"INSERT INTO otel_{table} SELECT * REPLACE ({moved}) FROM otel_{table}")  # noqa: S608


def all_there(names: set[str]) -> Callable[[list[dict[str, Any]]], bool]:
    """Whether the log has each of these statements."""
    return lambda rows: names <= {row["log_comment"] for row in rows}


@LAYOUTS
async def test_indexes_prune_for_every_statement(create: CreateDatabase, layout: Layout) -> None:
    database, sent = create(layout), Sent()
    fill(database)
    put_in_front(database)
    async with real_store(database, NOW) as real:
        sent.watch(real.runner)
        await ask_everything(real, 900, "nobody")
        statements = {sql: (name, parameters) for name, sql, parameters in sent.statements if name not in CATALOGUE}
        for sql, (name, parameters) in statements.items():
            rows = await real.runner.rows("explain", f"EXPLAIN indexes = 1 {sql}", parameters, operation="explain")
            plan = "\n".join(row["explain"] for row in rows)
            _, *tables = plan.split("─ReadFromMergeTree (")
            assert tables, (name, plan)
            for table in tables:
                parts = re.findall(r"Parts: (\d+)/(\d+)", table)
                assert parts, (name, plan)
                assert int(parts[-1][0]) < int(parts[0][1]), (name, plan)
    read = {name for name, _ in statements.values()}
    unseen = {name for name in statement_names() if not name.endswith("_long")} - CATALOGUE - read
    assert not unseen, unseen


@LAYOUTS
async def test_no_value_is_ever_part_of_a_statements_text(create: CreateDatabase, layout: Layout) -> None:
    """The server's own record, for every statement: other texts and other times make the very same statements."""
    database = create(layout)
    fill(database)
    logged, sent = list[set[tuple[str, str]]](), list[Sent]()
    for seconds, text in ((600, "first canary"), (900, "second' canary \\")):
        before = int(database.server.execute("SELECT toUnixTimestamp64Micro(now64(6))"))
        async with real_store(database, NOW) as real:
            sent.append(Sent())
            sent[-1].watch(real.runner)
            await ask_everything(real, seconds, text)
        names = {f"atlhyper-agent:{name}" for name, _, _ in sent[-1].statements}
        rows = database.server.logged(
            # The server writes bound values into the text that it logs, and leaves all constants out of the hash.
            "SELECT DISTINCT log_comment, normalized_query_hash AS form FROM system.query_log "  # noqa: S608 - constants
            f"WHERE type = 'QueryFinish' AND current_database = '{database.name}' AND user = 'agent' "
            "AND startsWith(log_comment, 'atlhyper-agent:') "
            f"AND query_start_time_microseconds >= fromUnixTimestamp64Micro({before})",
            all_there(names),
        )
        logged.append({(row["log_comment"], row["form"]) for row in rows})
    texts = [{(name, sql) for name, sql, _ in one.statements} for one in sent]
    assert texts[0] == texts[1]
    assert not [sql for _, sql in texts[0] if "canary" in sql or str(NOW.year) in sql]
    assert logged[0] == logged[1]
    asked = {comment.removeprefix("atlhyper-agent:") for comment, _ in logged[0]}
    assert asked == {name for name, _ in texts[0]}
    assert {name for name in statement_names() if not name.endswith("_long")} <= asked
