"""What applications write is theirs to choose: nothing in it breaks a reading or the JSON of an answer."""

import json
import math
from datetime import timedelta

import pytest

from adapters.gateway.wire.telemetry import encode_answer
from domain.otel.answers import TelemetryAnswer
from domain.otel.queries import LogFilter, LogSearch, Period, TraceFilter
from tests.support.clickhouse_fixtures import CreateDatabase
from tests.support.clickhouse_stores import real_store
from tests.support.query_stores import stores_on
from tests.support.telemetry_layouts import Layout
from tests.support.telemetry_rows import Log, Rows, Span
from tests.support.telemetry_shop import NOW

LAYOUTS = pytest.mark.parametrize("layout", [Layout.V096, Layout.V151], ids=lambda layout: layout.name.lower())
TRACE = "ab" * 16
PERIOD = Period(seconds=900)
ODD = "web\x00'\"\\{x:String}\n\u2028\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")
BROKEN = "unhex('ff00fe80')"
"""No UTF-8."""


def hostile_rows() -> Rows:
    at = NOW - timedelta(seconds=60)
    rows = Rows()
    for number in range(40):
        rows.spans.append(Span(at=at, trace=f"{number:032x}", id=f"{number:016x}", service=ODD, ms=10))
    rows.spans += [
        Span(at=at, trace=TRACE, id="not hexadecimal", service=ODD, name="x" * 100_000, attributes={ODD: ODD * 1000}),
        Span(at=at, trace=TRACE, id="", parent="not hexadecimal", service=ODD, kind="Client"),
        Span(at=at, trace=TRACE, id="00", parent="\x00", service="", kind="Consumer", events=((at, ODD, {ODD: ODD}),)),
    ]
    rows.logs += [Log(at=at, body=ODD, service=ODD, severity=ODD, number=99, trace=TRACE, attributes={ODD: ODD})]
    return rows


@LAYOUTS
async def test_odd_texts_and_bytes_come_out_as_valid_json(create: CreateDatabase, layout: Layout) -> None:
    database = create(layout)
    hostile_rows().insert(database)
    for table, columns in {
        "otel_traces": ("ServiceName", "SpanName", "StatusMessage", "TraceState"),
        "otel_logs": ("ServiceName", "Body", "SeverityText", "ScopeName"),
    }.items():
        broken = ", ".join(f"{BROKEN} AS {column}" for column in columns)
        about = "LogAttributes" if table == "otel_logs" else "SpanAttributes"
        sql = f"SELECT * REPLACE ({broken}, map({BROKEN}, {BROKEN}) AS {about}) FROM {table} WHERE TraceId = '{TRACE}'"  # noqa: S608 - constants
        database.execute(f"INSERT INTO {table} {sql}")
    async with real_store(database, NOW) as real:
        stores = stores_on(real)
        answers: list[TelemetryAnswer] = [
            await stores.traces.list_traces(TraceFilter(period=PERIOD, service=ODD)),
            await stores.traces.list_services(PERIOD),
            await stores.traces.list_operations(PERIOD),
            await stores.traces.get_topology(PERIOD),
            await stores.traces.get_trace(TRACE),
            await stores.logs.search(LogSearch(filter=LogFilter(period=PERIOD))),
            await stores.logs.histogram(LogFilter(period=PERIOD)),
            (await real.parts.recent_traces(900, 100)).content,
            (await real.parts.logs(300)).content.summary,  # type: ignore[list-item] # of the summary, encoded the same
        ]
        await real.parts.series(3600)
    for answer in answers:
        assert json.loads(encode_answer(answer, 10**9)), answer


@LAYOUTS
async def test_a_span_that_ends_before_it_began_spoils_no_figure(create: CreateDatabase, layout: Layout) -> None:
    """A clock that was set back makes a duration negative, or 2^64 less a little where the column has no sign."""
    database = create(layout)
    hostile_rows().insert(database)
    odd = "-5000000" if layout.is_old else "18446744073704551616"
    columns = f"{odd} AS Duration, 'cd' AS TraceId"
    database.execute(f"INSERT INTO otel_traces SELECT * REPLACE ({columns}) FROM otel_traces LIMIT 1")  # noqa: S608 - constants
    async with real_store(database, NOW) as real:
        (service,) = [one for one in (await real.parts.apm(900)).content.services if one.span_count > 30]
        nodes = (await real.parts.topology(900)).content.nodes
        traces = (await real.parts.recent_traces(900, 100)).content
        points = [point for line in (await real.parts.series(3600)).content.apm for point in line.points]
        detail = await stores_on(real).traces.get_trace("cd")
    durations = [service.avg_duration_ms, service.p50_ms, service.p99_ms, detail.duration_ms]
    durations += [node.p99_ms for node in nodes] + [trace.duration_ms for trace in traces]
    durations += [value for point in points for value in (point.avg_ms, point.p99_ms)]
    assert all(math.isfinite(value) and 0 <= value <= 11 for value in durations), durations
