"""Texts from outside find exactly what a filter in Python finds, whatever is in them, and are never part of SQL."""

import random
from datetime import timedelta

import pytest

from domain.otel.queries import LogFilter, LogSearch, Period, TraceFilter
from ports.errors import NotFound
from tests.support.clickhouse_fixtures import CreateDatabase
from tests.support.clickhouse_stores import real_store
from tests.support.query_stores import stores_on
from tests.support.telemetry_layouts import Layout
from tests.support.telemetry_rows import Log, Rows, Span
from tests.support.telemetry_shop import NOW

HOUR = Period(seconds=3600)
NASTY = (
    "plain", "o'clock", 'say "hi"', "back\\slash", "\\", "%", "_", "100%_done", "{query:String}", "{n:UInt32}", "--",
    "/* x */", "; DROP TABLE otel_logs", "' OR 1=1 --", "tab\there", "line\nbreak", "nul\x00byte",
    "日本語", "ΑΒΓ", "αβγ",
    "ÄÖÜ", "emoji 🎉", "%20+&=?#", "$$", "`tick`", "a" * 8000, "\r\n", "\x1b[0m", "null", "\\N", "NaN", "[1,2]",
)  # fmt: skip


def rows() -> Rows:
    made = Rows()
    for number, text in enumerate(NASTY):
        at = NOW - timedelta(seconds=60 + number)
        made.logs.append(
            Log(at=at, body=f"<{text}>", service=text, scope=text, severity=text, number=0, trace=f"t{text}")
        )
        made.logs.append(Log(at=at, body=f"<{text.upper()}>", span=text))
        made.spans.append(
            Span(at=at, trace=f"{number:032x}", id=f"{number:016x}", service=text, name=text,
                 attributes={"http.request.method": text, "http.response.status_code": text})
        )  # fmt: skip
    return made


@pytest.mark.parametrize("layout", [Layout.V096, Layout.V151], ids=lambda layout: layout.name.lower())
async def test_every_text_finds_what_a_filter_in_python_finds(create: CreateDatabase, layout: Layout) -> None:
    made, database = rows(), create(layout)
    made.insert(database)
    async with real_store(database, NOW) as real:
        stores = stores_on(real)
        for text in NASTY:
            for field, own in (("service", "service"), ("scope", "scope"), ("span_id", "span"), ("trace_id", "trace")):
                page = await stores.logs.search(LogSearch(filter=LogFilter(period=HOUR, **{field: text}), limit=500))
                expected = sum(getattr(log, own) == text for log in made.logs)
                assert page.total == len(page.logs) == expected, (field, text)
            page = await stores.logs.search(LogSearch(filter=LogFilter(period=HOUR, query=text), limit=500))
            found = sorted(log.body for log in made.logs if text.lower() in log.body.lower())
            assert sorted(entry.body for entry in page.logs) == found, text
            wanted = TraceFilter(period=HOUR, service=text, operation=text, method=text, status_code=text)
            assert len(await stores.traces.list_traces(wanted)) == 1, text
            assert len(await stores.traces.http_stats(text, HOUR)) == 1
            assert await stores.traces.db_stats(text, HOUR) == ()
            assert len(await stores.traces.service_series(text, HOUR)) == 1
            with pytest.raises(NotFound):
                await stores.traces.get_trace(text)
            with pytest.raises(NotFound):
                await stores.nodes.get_series([text], text, HOUR)
            with pytest.raises(NotFound):
                await stores.slo.get_series(text, HOUR)
        assert database.count("otel_logs") == len(made.logs)


async def test_any_text_is_bound_and_never_read_as_sql(create: CreateDatabase) -> None:
    chance, database = random.Random(8), create(Layout.V151)
    alphabet = [chr(code) for code in (*range(0x20, 0x7F), 0, 9, 10, 13, 0x3B1, 0x416, 0x4E2D, 0x1F389)]
    texts = ["".join(chance.choices(alphabet, k=chance.randrange(1, 30))) for _ in range(40)]
    made = Rows(logs=[Log(at=NOW - timedelta(seconds=60 + n), body=f"<{text}>") for n, text in enumerate(texts)])
    made.insert(database)
    async with real_store(database, NOW) as real:
        for text in texts:
            page = await stores_on(real).logs.search(LogSearch(filter=LogFilter(period=HOUR, query=f"<{text}>")))
            expected = sorted(log.body for log in made.logs if f"<{text}>".lower() in log.body.lower())
            assert sorted(entry.body for entry in page.logs) == expected


async def test_statements_reach_the_server_as_constants_with_their_parameters_beside(create: CreateDatabase) -> None:
    """The server's own record: two different texts make one and the same normalized statement."""
    database = create(Layout.V096)
    async with real_store(database, NOW) as real:
        stores = stores_on(real)
        for text in ("first canary", "second' canary \\"):
            await stores.logs.search(LogSearch(filter=LogFilter(period=HOUR, query=text)))
            await stores.traces.list_traces(TraceFilter(period=HOUR, service=text))
    for name in ("count_log_facets", "find_traces"):
        found = database.server.logged(
            "SELECT uniqExact(normalized_query_hash) AS forms, count() AS n FROM system.query_log "  # noqa: S608 - constants
            f"WHERE type = 'QueryFinish' AND current_database = '{database.name}' "
            f"AND log_comment = 'atlhyper-agent:{name}'",
            lambda rows: int(rows[0]["n"]) == 2,
        )
        assert (int(found[0]["forms"]), int(found[0]["n"])) == (1, 2)
