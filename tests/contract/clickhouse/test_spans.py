"""Services, topology and traces: what is counted, and what belongs to whom, computed again in Python from the rows."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from domain.otel.apm import Health, TopologyNodeType
from tests.support.clickhouse_stores import real_store
from tests.support.telemetry_layouts import Database
from tests.support.telemetry_rows import Rows, Span
from tests.support.telemetry_shop import NOW

END = NOW - timedelta(seconds=5)
START = END - timedelta(seconds=900)
ENTRY = {"Server", "Consumer"}


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def span_id(number: int) -> str:
    return f"{number:016x}"


def random_spans(*, seed: int = 3) -> Rows:
    """Spans of every kind, in both spellings, some of them too old or in the future."""
    chance, rows = random.Random(seed), Rows()
    for number in range(3000):
        rows.spans.append(
            Span(
                at=ago(chance.uniform(-600, 1500)),
                trace=f"{number:032x}",
                id=span_id(number),
                kind=chance.choice(["Server", "Client", "Consumer", "Producer", "Internal"]),
                service=chance.choice(["web", "api", "mailer"]),
                name=chance.choice(["GET /", "POST /"]),
                ms=chance.lognormvariate(3, 1),
                status=chance.choices(["Unset", "Ok", "Error"], [8, 4, 1])[0],
                resource={"service.namespace": "shop", "deployment.environment.name": "production"},
                new_texts=chance.random() < 0.5,
            )
        )
    return rows


async def test_services_and_operations_count_entry_spans_in_either_spelling(database: Database) -> None:
    rows = random_spans()
    rows.insert(database)
    async with real_store(database, NOW) as real:
        content = (await real.parts.apm(900)).content
    counted = [span for span in rows.spans if START <= span.at < END and span.kind in ENTRY]
    assert [(service.namespace, service.name) for service in content.services] == [
        ("shop", name) for name in sorted({span.service for span in counted})
    ]
    for service in content.services:
        mine = [span for span in counted if span.service == service.name]
        durations = sorted(span.ms for span in mine)
        assert service.environment == "production"
        assert service.span_count == len(mine)
        assert service.error_count == sum(span.status == "Error" for span in mine)
        assert service.success_ratio == pytest.approx(1 - service.error_count / len(mine), abs=1e-4)
        assert service.avg_duration_ms == pytest.approx(sum(durations) / len(mine), rel=1e-3)
        assert service.rps == pytest.approx(len(mine) / 900, rel=0.05)
        assert durations[int(0.45 * len(mine))] <= service.p50_ms <= durations[int(0.55 * len(mine))]
        assert durations[int(0.97 * len(mine))] <= service.p99_ms <= durations[-1] * 1.001
    operations = Counter((span.service, span.name) for span in counted)
    assert {(one.service_name, one.operation_name): one.span_count for one in content.operations} == operations
    recent = Counter(span.service for span in counted if span.at >= END - timedelta(seconds=300))
    assert {service.name: service.span_count for service in content.overview} == recent


async def test_the_services_minute_by_minute_add_up_to_the_spans(database: Database) -> None:
    rows = random_spans(seed=4)
    rows.insert(database)
    async with real_store(database, NOW) as real:
        lines = (await real.parts.series(3600)).content.apm
    expected: Counter[tuple[str, datetime]] = Counter()
    failed: Counter[tuple[str, datetime]] = Counter()
    last_minute = ago(10).replace(second=0, microsecond=0)
    for span in rows.spans:
        minute = span.at.replace(second=0, microsecond=0)
        if span.kind in ENTRY and minute < last_minute:
            expected[span.service, minute] += 1
            failed[span.service, minute] += span.status == "Error"
    points = {(line.service_name, point.timestamp): point for line in lines for point in line.points}
    assert points.keys() == expected.keys()
    for key, point in points.items():
        assert point.rps == pytest.approx(expected[key] / 60, rel=0.05)
        assert point.error_count == failed[key]


async def test_a_name_in_two_namespaces_is_two_services(database: Database) -> None:
    rows = Rows()
    for number in range(30):
        namespace = "blue" if number % 3 else "green"
        key = "service.namespace" if number % 2 else "k8s.namespace.name"
        rows.spans.append(
            Span(at=ago(60 + number), trace=f"{number:032x}", id=span_id(number), resource={key: namespace})
        )
    rows.spans.append(Span(at=ago(50), trace="a" * 32, id=span_id(99), service="bare"))
    rows.insert(database)
    async with real_store(database, NOW) as real:
        content = (await real.parts.apm(900)).content
        nodes = (await real.parts.topology(900)).content.nodes
    counts = {(service.namespace, service.name): service.span_count for service in content.services}
    assert counts == {("blue", "web"): 20, ("green", "web"): 10, ("default", "bare"): 1}
    assert {node.id for node in nodes} == {"blue/web", "green/web", "default/bare"}
    assert [(one.service_name, one.span_count) for one in content.operations] == [("bare", 1), ("web", 30)]


def calls() -> Rows:
    """web asks api, api writes to a database, a queue and a host outside; mailer only consumes; cron only calls."""
    rows = Rows()

    def add(number: int, part: int, at: datetime, parent: int | None, kind: str, service: str, **more: object) -> None:
        attributes = more.pop("attributes", {})
        rows.spans.append(
            Span(
                at=at,
                trace=f"{number:032x}",
                id=span_id(number * 100 + part),
                parent="" if parent is None else span_id(number * 100 + parent),
                kind=kind,
                service=service,
                attributes=attributes,  # type: ignore[arg-type] # what a test wrote
                **more,  # type: ignore[arg-type] # fields by name
            )
        )

    for number in range(1, 41):
        at = ago(700 - number * 10)
        add(number, 0, at, None, "Server", "web", ms=90)
        add(number, 1, at, 0, "Client", "web", ms=80, attributes={"server.address": "api"})
        # Its clock is two seconds behind: it seems to start before its caller.
        add(
            number, 2, at - timedelta(seconds=2), 1, "Server", "api", ms=70, status="Error" if number % 4 == 0 else "Ok"
        )
        names = ("db.system.name", "db.namespace") if number % 2 else ("db.system", "db.name")
        add(number, 3, at, 2, "Client", "api", ms=5, attributes={names[0]: "mysql", names[1]: "shop"})
        add(number, 4, at, 2, "Client", "api", ms=9, attributes={"url.full": "https://pay.example/v1?x=1"})
        add(number, 5, at, 2, "Client", "api", ms=1, attributes={"server.address": "127.0.0.1"})
        topic = {"messaging.system": "kafka", "messaging.destination.name": "mails"}
        add(number, 6, at, 2, "Producer", "api", ms=2, attributes=topic)
        if number % 2:
            # Consumed after five more minutes than the queue usually takes, but still in the window.
            add(number, 7, at + timedelta(seconds=100), 6, "Consumer", "mailer", ms=20, status="Error")
        add(number, 8, at, None, "Internal", "cron", ms=200)
        add(number, 9, at, 8, "Client", "cron", ms=7, attributes={"net.peer.name": "api"})
        add(number, 10, at, 9, "Server", "api", ms=6)
    return rows


async def test_the_topology_has_databases_queues_hosts_and_services_that_only_consume(database: Database) -> None:
    calls().insert(database)
    async with real_store(database, NOW) as real:
        topology = (await real.parts.topology(900)).content
    edges = {(edge.source, edge.target): edge for edge in topology.edges}
    assert {pair: edge.call_count for pair, edge in edges.items()} == {
        ("default/web", "default/api"): 40,
        ("default/cron", "default/api"): 40,
        ("default/api", "mysql:shop"): 40,
        ("default/api", "pay.example"): 40,
        ("default/api", "default/mailer"): 20,
        ("default/api", "kafka:mails"): 20,
    }
    assert edges["default/web", "default/api"].error_ratio == 0.25
    assert edges["default/web", "default/api"].avg_ms == 70
    assert edges["default/api", "default/mailer"].error_ratio == 1.0
    nodes = {node.id: node for node in topology.nodes}
    assert {node.id: node.type for node in topology.nodes} == {
        "default/web": TopologyNodeType.SERVICE,
        "default/api": TopologyNodeType.SERVICE,
        "default/mailer": TopologyNodeType.SERVICE,
        "default/cron": TopologyNodeType.SERVICE,
        "mysql:shop": TopologyNodeType.DATABASE,
        "pay.example": TopologyNodeType.EXTERNAL,
        "kafka:mails": TopologyNodeType.EXTERNAL,
    }
    assert nodes["default/mailer"].status is Health.CRITICAL
    assert nodes["default/cron"].status is Health.UNKNOWN
    assert nodes["mysql:shop"].p99_ms == pytest.approx(5, rel=0.02)
    assert nodes["mysql:shop"].rps == pytest.approx(40 / 900, rel=0.05)


async def test_calls_at_the_edge_of_the_window_belong_to_their_callers(database: Database) -> None:
    edge = START
    rows = Rows(
        spans=[
            # Inside, but what it calls seems to start before the window because of a clock.
            Span(at=edge + timedelta(seconds=1), trace="a" * 32, id=span_id(1), kind="Client", service="web"),
            Span(at=edge - timedelta(seconds=3), trace="a" * 32, id=span_id(2), parent=span_id(1), service="api"),
            # Before the window, and what it calls is inside.
            Span(at=edge - timedelta(seconds=120), trace="b" * 32, id=span_id(3), kind="Producer", service="web"),
            Span(at=edge + timedelta(seconds=5), trace="b" * 32, id=span_id(4), parent=span_id(3), service="api"),
            # Both before the window.
            Span(at=edge - timedelta(seconds=4), trace="c" * 32, id=span_id(5), kind="Client", service="web"),
            Span(at=edge - timedelta(seconds=3), trace="c" * 32, id=span_id(6), parent=span_id(5), service="api"),
        ]
    )
    rows.insert(database)
    async with real_store(database, NOW) as real:
        (call,) = (await real.parts.topology(900)).content.edges
    assert (call.source, call.target, call.call_count) == ("default/web", "default/api", 2)


def traces() -> Rows:
    """A trace that began before the window, one without a root, one with a root that is not the earliest, one alone."""
    at = START
    boom = (at, "exception", {"exception.type": "Boom", "exception.message": "it went off"})
    straddling, headless, skewed, old = ("1" * 32, "2" * 32, "3" * 32, "4" * 32)
    return Rows(
        spans=[
            Span(
                at=at - timedelta(seconds=30), trace=straddling, id=span_id(1), service="web", name="POST /", ms=31_000
            ),
            Span(at=at - timedelta(seconds=20), trace=straddling, id=span_id(2), parent=span_id(1), kind="Client"),
            Span(
                at=at + timedelta(seconds=2),
                trace=straddling,
                id=span_id(3),
                parent=span_id(2),
                service="mailer",
                kind="Consumer",
                ms=5_000,
                status="Error",
                events=(boom,),
            ),
            Span(at=at + timedelta(seconds=50), trace=headless, id=span_id(4), parent="f" * 16, service="api", ms=20),
            Span(at=at + timedelta(seconds=49), trace=headless, id=span_id(5), parent=span_id(4), kind="Internal"),
            Span(at=at + timedelta(seconds=60), trace=skewed, id=span_id(6), service="web", name="GET /x", ms=100),
            Span(at=at + timedelta(seconds=58), trace=skewed, id=span_id(7), parent=span_id(6), service="api", ms=10),
            Span(at=at - timedelta(seconds=300), trace=old, id=span_id(8)),
            Span(at=NOW + timedelta(seconds=300), trace="5" * 32, id=span_id(9)),
        ]
    )


@pytest.mark.parametrize("has_lookup", [True, False], ids=["look-up table", "no look-up table"])
async def test_a_trace_is_summarised_as_a_whole(database: Database, *, has_lookup: bool) -> None:
    traces().insert(database)
    if not has_lookup:
        database.execute("DROP TABLE otel_traces_trace_id_ts SYNC")
    async with real_store(database, NOW) as real:
        found = {trace.trace_id[0]: trace for trace in (await real.parts.recent_traces(900, 500)).content}
        newest = (await real.parts.recent_traces(900, 1)).content
    assert found.keys() == {"1", "2", "3"}
    straddling = found["1"]
    assert (straddling.root_service, straddling.root_operation) == ("web", "POST /")
    assert straddling.services == ("mailer", "web")
    assert (straddling.span_count, straddling.service_count) == (3, 2)
    assert straddling.duration_ms == 37_000, "last end less first start, not the longest span"
    assert straddling.timestamp == START - timedelta(seconds=30)
    assert (straddling.has_error, straddling.error_type) == (True, "Boom")
    assert straddling.error_message == "it went off"
    assert found["2"].root_service == "api", "no root: the earliest entry span"
    assert found["3"].root_service == "web", "a clock that is behind changes no root"
    assert not found["3"].has_error
    assert [trace.trace_id for trace in newest] == ["3" * 32]
