"""Cases about log records: the agent's statements beside the obvious ones that give the same answer."""

from typing import Any, Final

from comparing import Answer
from telemetry_database import Workbench

from adapters.clickhouse.log_queries import ClickHouseLogQueries
from adapters.clickhouse.logs import read_logs
from domain.otel.queries import LogFilter, LogSearch, Period

_WINDOW: Final = "Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}"
_DAY: Final = Period(seconds=86400)
Both = tuple[Answer, Answer]


async def log_summary(bench: Workbench) -> Both:
    """Log records of five minutes: by severity, by service, and the newest."""
    with bench.side("ours"):
        await read_logs(bench.store, bench.window(300))
    ours: dict[Any, Any] = {}
    for row in bench.answer("count_logs"):
        for key in (("level", row["severity"]), ("service", row["service"])):
            ours[key] = ours.get(key, 0) + row["entries"]
    naive: dict[Any, Any] = {}
    for name, column in (("level", "SeverityText"), ("service", "ServiceName")):
        with bench.side("naive"):
            rows = await bench.ask(
                f"SELECT {column} AS value, count() AS entries, max(Timestamp) FROM otel_logs WHERE {_WINDOW} GROUP "
                f"BY value",
                "count_logs",
            )
        naive |= {(name, row["value"]): row["entries"] for row in rows}
    return ours, naive


async def log_search(bench: Workbench) -> Both:
    """A page of a search over everything, with facets and total: six statements."""
    with bench.side("ours"):
        page = await ClickHouseLogQueries(bench.store).search(
            LogSearch(filter=LogFilter(period=_DAY, query="TIMEOUT after 2"), limit=100)
        )
    ours: dict[Any, Any] = {("total",): page.total}
    for name, facets in (("ServiceName", page.facets.services), ("SeverityText", page.facets.severities)):
        ours |= {(name, facet.value): facet.count for facet in facets}
    ours |= {(row["at_us"], row["body"]): 1 for row in bench.answer("list_logs")}
    like = "count_log_facets"
    matching = f"FROM otel_logs WHERE {_WINDOW} AND Body ILIKE concat('%', {{query:String}}, '%')"
    with bench.side("naive"):
        naive: dict[Any, Any] = {("total",): (await bench.ask(f"SELECT count() AS n {matching}", like))[0]["n"]}
        for name in ("ServiceName", "SeverityText", "ScopeName"):
            found = await bench.ask(
                f"SELECT {name} AS v, count() AS n {matching} GROUP BY v ORDER BY n DESC LIMIT 50", like
            )
            if name != "ScopeName":
                naive |= {(name, row["v"]): row["n"] for row in found}
        await bench.ask(f"SELECT toStartOfHour(Timestamp) AS h, SeverityText, count() {matching} GROUP BY ALL", like)
        rows = await bench.ask(f"SELECT toUnixTimestamp64Micro(Timestamp) AS at_us, Body AS body, * {matching} "
                               "ORDER BY Timestamp DESC LIMIT 100", like)  # fmt: skip
    return ours, naive | {(row["at_us"], row["body"]): 1 for row in rows}


async def log_steps(bench: Workbench) -> Both:
    """Log records over time, by severity."""
    with bench.side("ours"):
        await ClickHouseLogQueries(bench.store).histogram(LogFilter(period=_DAY, query="disk usage 6"))
    with bench.side("naive"):
        rows = await bench.ask(
            "SELECT intDiv(toUnixTimestamp64Milli(Timestamp) - {f_ms:Int64}, {step_ms:Int64}) AS step, SeverityText "
            "AS level, "
            f"count() AS n FROM otel_logs WHERE {_WINDOW} AND lower(Body) LIKE concat('%', lower({{query:String}}), "
            f"'%') "
            "GROUP BY step, level",
            "count_log_steps",
        )
    ours = {(row["step"], row["severity_text"]): row["entries"] for row in bench.answer("count_log_steps")}
    return ours, {(row["step"], row["level"]): row["n"] for row in rows}
