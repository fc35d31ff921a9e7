"""The test server is what the other tests take it for: a real one, with rights, that survives a crash."""

import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.agent_process import unmeasured
from tests.support.clickhouse_server import ClickHouseServer, StatementError
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_rows import Histogram, Log, Rows, Sample, Span

AT = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_every_layout_takes_the_rows_of_every_table(database: Database) -> None:
    Rows(
        spans=[Span(at=AT, trace="a", id="1")],
        logs=[Log(at=AT)],
        gauges=[Sample(at=AT, metric="node_load1", value=float("nan"))],
        sums=[Sample(at=AT, metric="node_cpu_seconds_total", value=float("inf"), labels={"b": "1", "a": "2"})],
        histograms=[Histogram(at=AT, metric="m", bounds=(1.0,), counts=(1, 2), sum=1.5)],
    ).insert(database)
    for table in ("traces", "traces_trace_id_ts", "logs", "metrics_gauge", "metrics_sum", "metrics_histogram"):
        assert database.count(f"otel_{table}") == 1
    assert database.execute("SELECT isNaN(Value) FROM otel_metrics_gauge").strip() == "1"
    assert database.execute("SELECT isInfinite(Value) FROM otel_metrics_sum").strip() == "1"
    kind = "SPAN_KIND_SERVER" if database.layout is Layout.V096 else "Server"
    assert database.execute("SELECT SpanKind FROM otel_traces").strip() == kind


def test_the_agents_user_may_read_and_nothing_else(clickhouse: ClickHouseServer) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    login = "user=agent&password=agent"
    assert opener.open(f"{clickhouse.url}/?{login}&query=SELECT%201").read() == b"1\n"
    create = urllib.request.Request(f"{clickhouse.url}/?{login}", data=b"CREATE DATABASE x")  # noqa: S310 - loopback
    with pytest.raises(urllib.error.HTTPError, match=r"50\d|403"):
        opener.open(create)
    with pytest.raises(StatementError, match="UNKNOWN_DATABASE"):
        clickhouse.execute("SELECT 1", database="x")


def test_a_crash_costs_no_data_and_keeps_the_port(own_clickhouse: ClickHouseServer) -> None:
    own_clickhouse.execute("CREATE TABLE kept (n Int64) ENGINE = MergeTree ORDER BY n")
    own_clickhouse.execute("INSERT INTO kept VALUES (7)")
    url = own_clickhouse.url
    own_clickhouse.kill()
    own_clickhouse.start()
    assert own_clickhouse.url == url
    assert own_clickhouse.execute("SELECT n FROM kept").strip() == "7"


def test_the_server_ends_with_the_process_that_started_it(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--clickhouse-image"):
        pytest.skip("it is about the child process, not about a container")
    program = (
        "from tests.support.clickhouse_server import ChildServer\n"
        "server = ChildServer()\nserver.start()\nprint(server.pid, flush=True)\n"
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    parent = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, check=False, timeout=50, env=unmeasured()
    )
    child = Path(f"/proc/{int(parent.stdout)}")
    for _ in range(200):
        if not child.exists() or "Z" in (child / "stat").read_text().split()[2]:
            break
        subprocess.run(["sleep", "0.05"], check=True)  # noqa: S607 - a pause
    else:
        pytest.fail("the server outlived its parent")
