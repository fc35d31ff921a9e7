"""Cases about spans: the agent's statements beside the obvious ones that give the same answer."""

from typing import Any, Final

from comparing import Answer, Exact
from telemetry_database import Workbench

from adapters.clickhouse.calls import read_topology
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from adapters.clickhouse.services import Services
from adapters.clickhouse.trace_queries import ClickHouseTraceQueries
from adapters.clickhouse.traces import read_recent_traces
from domain.otel.queries import Period, TraceFilter

_ENTRY: Final = "SpanKind IN ('SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER')"
_FAILED: Final = "StatusCode = 'STATUS_CODE_ERROR'"
_WINDOW: Final = "Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}"
_NAMESPACE: Final = "ResourceAttributes['service.namespace']"
_EXACT: Final = "quantilesExact(0.5, 0.99)(Duration)"
_ALL: Final = "groupArray(Duration)"
Both = tuple[Answer, Answer]


async def services(bench: Workbench) -> Both:
    """Services and operations, with the last five minutes apart: three statements, a map read for every span."""
    with bench.side("ours"):
        await ClickHouseOTelParts(bench.store, bench.clock).apm(900)
    ours: dict[Any, Any] = {}
    for row in (one for one in bench.answer("list_services") if one["is_whole"]):
        _spans_of(ours, ("all", row["service"], row["operation"]), row)
        if row["is_service"] and row["recent_spans"]:
            recent = {name.removeprefix("recent_"): row[name] for name in row if name.startswith("recent_")}
            _spans_of(ours, ("recent", row["service"], ""), recent)
    naive: dict[Any, Any] = {}
    for part, window, operation in (
        ("all", _WINDOW, "''"),
        ("all", _WINDOW, "SpanName"),
        ("recent", _WINDOW.replace("{f:", "{recent:"), "''"),
    ):
        for row in await _with_quantiles(
            bench,
            f"SELECT ServiceName AS service, {_NAMESPACE} AS namespace, {operation} AS operation, count() AS spans, "
            f"countIf({_FAILED}) AS errors, sum(Duration) AS duration_ns, {_EXACT} AS quantiles_ns FROM otel_traces "
            f"WHERE {_ENTRY} AND {window} GROUP BY service, namespace, operation",
            "list_services",
        ):
            _exact_of(naive, (part, row["service"], row["operation"]), row)
    return ours, naive


async def calls(bench: Workbench) -> Both:
    """Calls: a self-join on trace and span for services, another for what no span serves."""
    with bench.side("ours"):
        await read_topology(bench.store, Services(bench.store, bench.clock), bench.window(900))
    ours: dict[Any, Any] = {}
    for row in bench.answer("list_calls"):
        if not row["is_target"]:
            key = (row["source"], row["kind"], row["target"])
            ours |= {(*key, name): row[name] for name in ("calls", "errors", "duration_ns")}
            ours[*key, "p99"] = row["quantiles_ns"][0]
    naive: dict[Any, Any] = {}
    inside = "{0}.Timestamp >= {{f:DateTime64(9,'UTC')}} AND {0}.Timestamp < {{t:DateTime64(9,'UTC')}}"
    callers = (
        "p.SpanKind IN ('SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER') AND p.Timestamp >= {f0:DateTime64(9,'UTC')} "
        "AND p.Timestamp < {t:DateTime64(9,'UTC')}"
    )
    served = "SpanKind IN ('SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER') AND ParentSpanId != ''"
    between = "Timestamp >= {f1:DateTime64(9,'UTC')} AND Timestamp < {t1:DateTime64(9,'UTC')}"
    peer = (
        "multiIf(p.SpanAttributes['db.system'] != '', concat(p.SpanAttributes['db.system'], ':', "
        "p.SpanAttributes['db.name']), "
        "p.SpanAttributes['messaging.system'] != '', concat(p.SpanAttributes['messaging.system'], ':', "
        "p.SpanAttributes['messaging.destination.name']), p.SpanAttributes['server.address'])"
    )
    kind = "multiIf(p.SpanAttributes['db.system'] != '', 'db', p.SpanAttributes['messaging.system'] != '', 'mq', 'ext')"
    for sql in (
        (
            "SELECT p.ServiceName AS source, 'svc' AS kind, c.ServiceName AS target, "
            "p.ResourceAttributes['service.namespace'] AS a, c.ResourceAttributes['service.namespace'] AS b, "
            "count() AS calls, countIf(c.StatusCode = 'STATUS_CODE_ERROR') AS errors, sum(c.Duration) AS duration_ns, "
            "quantileExact(0.99)(c.Duration) AS p99 FROM otel_traces AS p INNER JOIN otel_traces AS c "
            f"ON p.TraceId = c.TraceId AND p.SpanId = c.ParentSpanId WHERE {callers} AND "
            f"c.{served.replace('Parent', 'c.Parent')} "
            f"AND c.{between.replace('AND T', 'AND c.T')} AND (({inside.format('p')}) OR ({inside.format('c')})) "
            "GROUP BY source, target, a, b"
        ),
        (
            f"SELECT p.ServiceName AS source, {kind} AS kind, {peer} AS target, count() AS calls, "
            "countIf(p.StatusCode = 'STATUS_CODE_ERROR') AS errors, sum(p.Duration) AS duration_ns, "
            "quantileExact(0.99)(p.Duration) AS p99 FROM otel_traces AS p LEFT ANTI JOIN "
            f"(SELECT TraceId, ParentSpanId FROM otel_traces WHERE {served} AND {between}) AS c "
            f"ON p.TraceId = c.TraceId AND p.SpanId = c.ParentSpanId WHERE {callers} AND {inside.format('p')} "
            "AND target != '' GROUP BY source, kind, target"
        ),
    ):
        with bench.side("naive"):
            await bench.ask(sql, "list_calls")
        with bench.side("reference"):
            rows = await bench.ask(sql.replace("quantileExact(0.99)", "groupArray"), "list_calls")
        for row in rows:
            key = (row["source"], row["kind"], row["target"])
            naive |= {(*key, name): row[name] for name in ("calls", "errors", "duration_ns")}
            naive[*key, "p99"] = Exact(tuple(row["p99"]), 0.99)
    return ours, naive


async def service_steps(bench: Workbench) -> Both:
    """Services minute by minute."""
    grid = Grid.of_minutes(bench.window(3600, 10))
    with bench.side("ours"):
        await Services(bench.store, bench.clock).series(grid)
    ours: dict[Any, Any] = {}
    for row in bench.answer("list_service_steps"):
        ours |= {(row["service"], row["step"], name): row[name] for name in ("spans", "errors", "duration_ns")}
        ours[row["service"], row["step"], "p99"] = row["quantiles_ns"][0]
    naive: dict[Any, Any] = {}
    for row in await _with_quantiles(
        bench,
        f"SELECT ServiceName AS service, {_NAMESPACE} AS namespace, "
        "intDiv(toUnixTimestamp64Milli(toDateTime64(toStartOfMinute(Timestamp), 3)) - {f_ms:Int64}, 60000) AS step, "
        f"count() AS spans, countIf({_FAILED}) AS errors, sum(Duration) AS duration_ns, {_EXACT} AS quantiles_ns "
        f"FROM otel_traces WHERE {_ENTRY} AND {_WINDOW} GROUP BY service, namespace, step",
        "list_service_steps",
    ):
        naive |= {(row["service"], row["step"], name): row[name] for name in ("spans", "errors", "duration_ns")}
        naive[row["service"], row["step"], "p99"] = Exact(tuple(row["quantiles_ns"]), 0.99)
    return ours, naive


async def recent_traces(bench: Workbench) -> Both:
    """The newest 500 traces: one statement that adds up every trace."""
    with bench.side("ours"):
        await read_recent_traces(bench.store, bench.window(900), 500)
    having = f"ParentSpanId = '' OR {_ENTRY}"
    return await _traces(bench, "find_recent_traces", having, "maxIf(Timestamp, wanted)")


async def traces_of_a_service(bench: Workbench) -> Both:
    """The newest 200 traces of an hour in which one service takes part."""
    with bench.side("ours"):
        wanted = TraceFilter(period=Period(seconds=3600), service="payment", limit=200)
        await ClickHouseTraceQueries(bench.store, bench.clock).list_traces(wanted)
    return await _traces(bench, "find_traces", "ServiceName = {service:String}", "maxIf(Timestamp, wanted)")


async def slow_traces(bench: Workbench) -> Both:
    """The slowest 200 traces of an hour."""
    with bench.side("ours"):
        wanted = TraceFilter(period=Period(seconds=3600), slowest_first=True, limit=200)
        await ClickHouseTraceQueries(bench.store, bench.clock).list_traces(wanted)
    return await _traces(bench, "find_slow_traces", f"ParentSpanId = '' OR {_ENTRY}", "end_ns - start_ns")


async def _traces(bench: Workbench, like: str, wanted: str, order: str) -> Both:
    figures = ("start_ns", "end_ns", "spans", "errors")
    inside = f"(({wanted}) AND {_WINDOW})"
    sql = (
        "SELECT TraceId AS trace_id, toUnixTimestamp64Nano(min(Timestamp)) AS start_ns, "
        "max(toUnixTimestamp64Nano(Timestamp) + Duration) AS end_ns, count() AS spans, "
        f"groupUniqArray(ServiceName) AS services, countIf({_FAILED}) AS errors, "
        "argMin((ServiceName, SpanName), (ParentSpanId != '', Timestamp)) AS root, "
        "any(ResourceAttributes['service.namespace']) AS namespace "
        "FROM otel_traces WHERE Timestamp >= {f:DateTime64(9,'UTC')} - INTERVAL 10 MINUTE "
        "AND Timestamp < {t:DateTime64(9,'UTC')} + INTERVAL 10 MINUTE "
        f"GROUP BY trace_id HAVING countIf({inside}) > 0 "
        f"ORDER BY {order.replace('wanted', inside)} DESC, trace_id LIMIT {{n:UInt32}}"
    )
    ours = {(row["trace_id"], name): row[name] for row in bench.answer("summarize_traces") for name in figures}
    with bench.side("naive"):
        rows = await bench.ask(sql, like)
    return ours, {(row["trace_id"], name): row[name] for row in rows for name in figures}


async def trace_detail(bench: Workbench) -> Both:
    """All spans of one trace, by nothing but its id."""
    (row, *_) = await bench.ask(f"SELECT TraceId AS id FROM otel_traces WHERE {_WINDOW} LIMIT 1", "list_services")
    with bench.side("ours"):
        await ClickHouseTraceQueries(bench.store, bench.clock).get_trace(row["id"])
    with bench.side("naive"):
        rows = await bench.ask(
            "SELECT SpanId AS span_id, toUnixTimestamp64Nano(Timestamp) AS at_ns, * FROM otel_traces "
            "WHERE TraceId = {id:String} ORDER BY Timestamp",
            "list_trace_spans",
        )
    return (
        {(one["span_id"],): one["at_ns"] for one in bench.answer("list_trace_spans")},
        {(one["span_id"],): one["at_ns"] for one in rows},
    )


async def service_questions(bench: Workbench) -> Both:
    """What one service was asked, and which databases it called, in an hour."""
    traces, hour = ClickHouseTraceQueries(bench.store, bench.clock), Period(seconds=3600)
    with bench.side("ours"):
        await traces.http_stats("media", hour)
        await traces.db_stats("media", hour)
    ours = {(row["status_code"], row["operation"]): row["requests"] for row in bench.answer("count_http_requests")}
    ours |= {(row["db_system"], row["db_table"]): row["calls"] for row in bench.answer("list_database_calls")}
    of_service = f"FROM otel_traces WHERE {_WINDOW} AND ResourceAttributes['service.name'] = {{service:String}}"
    with bench.side("naive"):
        rows = await bench.ask(
            "SELECT toInt32OrZero(SpanAttributes['http.response.status_code']) AS code, SpanName AS name, count() AS n "
            f"{of_service} AND SpanKind = 'SPAN_KIND_SERVER' GROUP BY code, name",
            "count_http_requests",
        )
        naive = {(row["code"], row["name"]): row["n"] for row in rows}
        rows = await bench.ask(
            "SELECT SpanAttributes['db.system'] AS system, SpanAttributes['db.sql.table'] AS name, count() AS n, "
            f"quantileExact(0.99)(Duration) {of_service} AND SpanAttributes['db.system'] != '' GROUP BY system, name",
            "list_database_calls",
        )
    return ours, naive | {(row["system"], row["name"]): row["n"] for row in rows}


async def _with_quantiles(bench: Workbench, sql: str, like: str) -> list[dict[str, Any]]:
    """Rows of a statement with all durations in place of its quantiles; what is timed are the quantiles."""
    with bench.side("naive"):
        await bench.ask(sql, like)
    with bench.side("reference"):
        return await bench.ask(sql.replace(_EXACT, _ALL), like)


def _spans_of(answer: dict[Any, Any], key: tuple[str, ...], row: dict[str, Any]) -> None:
    answer |= {(*key, name): row[name] for name in ("spans", "errors", "duration_ns")}
    answer |= {(*key, level): row["quantiles_ns"][place] for place, level in enumerate((0.5, 0.99))}


def _exact_of(answer: dict[Any, Any], key: tuple[str, ...], row: dict[str, Any]) -> None:
    answer |= {(*key, name): row[name] for name in ("spans", "errors", "duration_ns")}
    answer |= {(*key, level): Exact(tuple(row["quantiles_ns"]), level) for level in (0.5, 0.99)}
