"""The contract of LogQueries: pages, totals, facets and histogram are about the same entries."""

import pytest

from adapters.clickhouse.log_queries import ClickHouseLogQueries
from adapters.memory.telemetry_logs import InMemoryLogQueries
from domain.otel.queries import LogFilter, LogSearch, Period
from ports.telemetry_queries import LogQueries
from tests.support.query_stores import Asked

PORT = LogQueries
ADAPTERS = (InMemoryLogQueries, ClickHouseLogQueries)
PERIOD = Period(seconds=900)
NEVER_CHANGES = LogFilter(period=PERIOD)


async def test_pages_follow_each_other_without_gap_or_repetition(who: Asked) -> None:
    logs = who.stores.logs
    whole = await logs.search(LogSearch(filter=NEVER_CHANGES, limit=60))
    pages = [await logs.search(LogSearch(filter=NEVER_CHANGES, limit=20, offset=offset)) for offset in (0, 20, 40)]
    assert tuple(entry for page in pages for entry in page.logs) == whole.logs
    assert {page.total for page in pages} == {whole.total}
    times = [entry.timestamp for entry in whole.logs]
    assert times == sorted(times, reverse=True)
    beyond = await logs.search(LogSearch(filter=NEVER_CHANGES, offset=whole.total))
    assert (beyond.logs, beyond.total) == ((), whole.total)


async def test_facets_count_with_all_filters_but_their_own(who: Asked) -> None:
    logs = who.stores.logs
    whole = await logs.search(LogSearch(filter=NEVER_CHANGES))
    assert sum(facet.count for facet in whole.facets.services) == whole.total
    assert sum(facet.count for facet in whole.facets.severities) == whole.total
    assert sum(facet.count for facet in whole.facets.scopes) == whole.total
    for facet in whole.facets.severities:
        page = await logs.search(LogSearch(filter=LogFilter(period=PERIOD, level=facet.value.lower()), limit=500))
        assert page.total == facet.count
        assert {entry.severity for entry in page.logs} == {facet.value}
        assert page.facets.severities == whole.facets.severities
        assert sum(one.count for one in page.facets.services) == facet.count
    for facet in whole.facets.services:
        page = await logs.search(LogSearch(filter=LogFilter(period=PERIOD, service=facet.value)))
        assert page.total == facet.count
        assert {entry.service_name for entry in page.logs} == {facet.value}


async def test_the_histogram_adds_up_to_the_total(who: Asked) -> None:
    logs = who.stores.logs
    whole = await logs.search(LogSearch(filter=NEVER_CHANGES))
    histogram = await logs.histogram(NEVER_CHANGES)
    assert histogram.interval_ms == 30_000
    assert sum(bucket.count for bucket in histogram.buckets) == whole.total
    keys = [(bucket.timestamp, bucket.severity) for bucket in histogram.buckets]
    assert keys == sorted(keys)


async def test_the_entries_of_a_trace_are_found_wherever_they_are(who: Asked) -> None:
    logs = who.stores.logs
    older = (await logs.search(LogSearch(filter=LogFilter(period=Period(seconds=3600)), offset=1000, limit=1))).logs[0]
    wanted = LogFilter(period=Period(seconds=60), trace_id=older.trace_id)
    page = await logs.search(LogSearch(filter=wanted))
    assert older in page.logs
    assert {entry.trace_id for entry in page.logs} == {older.trace_id}


@pytest.mark.parametrize(
    "wanted",
    [
        LogFilter(period=PERIOD, query="no such text"),
        LogFilter(period=PERIOD, service="nobody"),
        LogFilter(period=PERIOD, level="nothing"),
        LogFilter(period=PERIOD, scope="nowhere"),
        LogFilter(period=PERIOD, trace_id="f" * 32, span_id="x"),
    ],
    ids=["text", "service", "level", "scope", "trace"],
)
async def test_nothing_found_is_an_empty_page(who: Asked, wanted: LogFilter) -> None:
    page = await who.stores.logs.search(LogSearch(filter=wanted))
    assert (page.logs, page.total) == ((), 0)
    assert (await who.stores.logs.histogram(wanted)).buckets == ()
