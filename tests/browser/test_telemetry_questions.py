"""What the telemetry views ask of the agent: the command of each detail, its answer shown, and what goes wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import Console
from tests.browser.telemetry import (
    TRACE_ID,
    a_histogram,
    a_level,
    a_log_result,
    a_service,
    a_summary,
    a_topology_node,
    a_trace,
    a_trace_detail,
    minutes,
    with_summary,
)
from tests.browser.test_robustness import HOSTILE

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]


@dataclass(frozen=True, kw_only=True)
class Detail:
    """A detail: the address that needs it, the question to ask, among others, an answer, and what is then shown."""

    address: str
    action: str
    params: Mapping[str, Any]
    answer: Any
    shown: tuple[str, ...]


SERIES = {"service": "web", "points": minutes(5, rps=7.0, successRate=0.9, avgMs=11.0, p99Ms=99.0, errorCount=1)}
OPERATION = {"serviceName": "web", "operationName": "PUT /asked", "successRate": 0.9, "p99Ms": 5.0, "rps": 0.5}
DB_CALL = {
    "dbSystem": "redis",
    "dbName": "0",
    "operation": "HGET",
    "table": "",
    "callCount": 12,
    "p99Ms": 3.0,
    "errorRate": 0.25,
}
TOPOLOGY = {"nodes": [a_topology_node("shop/late", "service")], "edges": []}
POINTS = [{"timestamp": point["timestamp"], "value": 33.0} for point in minutes(5)]
LEVEL_SERIES = {"name": "web", "points": minutes(5, rps=1.0, successRate=98.0, p50Ms=1.0, p99Ms=444.0)}
DETAILS = {
    "services": Detail(
        address="#/apm?range=6h",
        action="query_traces",
        params={"sub_action": "list_services", "since": "6h"},
        answer=[a_service("asked")],
        shown=("asked", "2.5 %"),
    ),
    "topology": Detail(
        address="#/topology?range=1h",
        action="query_traces",
        params={"sub_action": "get_topology", "since": "1h"},
        answer=TOPOLOGY,
        shown=("late",),
    ),
    "service series": Detail(
        address="#/apm/shop/web?range=6h",
        action="query_traces",
        params={"sub_action": "service_series", "service": "web", "since": "6h"},
        answer=SERIES,
        shown=("99.0 ms", "10.0 %"),
    ),
    "operations": Detail(
        address="#/apm/shop/web?range=6h",
        action="query_traces",
        params={"sub_action": "list_operations", "since": "6h"},
        answer=[OPERATION],
        shown=("PUT /asked",),
    ),
    "answers by status": Detail(
        address="#/apm/shop/web",
        action="query_traces",
        params={"sub_action": "http_stats", "service": "web", "since": "15m"},
        answer=[{"statusCode": 418, "method": "GET", "operation": "GET /tea", "count": 3}],
        shown=("418", "GET /tea"),
    ),
    "database calls": Detail(
        address="#/apm/shop/web",
        action="query_traces",
        params={"sub_action": "db_stats", "service": "web", "since": "15m"},
        answer=[DB_CALL],
        shown=("redis 0 HGET", "25.0 %"),
    ),
    "traces": Detail(
        address="#/traces?service=web&status=error&min=100&method=GET&operation=GET+%2Fcart&order=slowest&range=1h",
        action="query_traces",
        params={
            "sub_action": "list_traces",
            "since": "1h",
            "limit": 500,
            "service": "web",
            "operation": "GET /cart",
            "method": "GET",
            "status_code": "error",
            "min_duration_ms": 100,
            "sort": "duration_desc",
        },
        answer=[a_trace(operation="GET /asked")],
        shown=("GET /asked", "TimeoutError", "1.25 s"),
    ),
    "trace": Detail(
        address=f"#/traces/{TRACE_ID}",
        action="query_trace_detail",
        params={"trace_id": TRACE_ID},
        answer=a_trace_detail(),
        shown=("charge", "90.0 ms", "postgresql"),
    ),
    "logs": Detail(
        address="#/logs?q=50%25+off&service=web&level=ERROR&range=1h",
        action="query_logs",
        params={"query": "50% off", "service": "web", "level": "ERROR", "since": "1h", "limit": 100, "offset": 0},
        answer=a_log_result(),
        shown=("out of stock", "250"),
    ),
    "histogram": Detail(
        address="#/logs",
        action="query_logs",
        params={"sub_action": "histogram", "since": "15m"},
        answer=a_histogram(),
        shown=("top 6 in 60 s",),
    ),
    "level series": Detail(
        address="#/slo/web?window=7d",
        action="query_slo",
        params={"sub_action": "get_time_series", "name": "web", "since": "168h"},
        answer=LEVEL_SERIES,
        shown=("444 ms", "2.0 %"),
    ),
    "node history": Detail(
        address="#/hardware/node-1?range=24h",
        action="query_metrics",
        params={"sub_action": "get_history", "node_name": "node-1", "since": "24h"},
        answer={"cpu": POINTS, "memory": POINTS, "disk": POINTS, "temp": []},
        shown=("33.0 %", "No points in this time"),
    ),
}
CASES = [pytest.param(detail, id=name) for name, detail in DETAILS.items()]


@pytest.fixture
def console(serve: Serve) -> Console:
    console = serve(heartbeat_expire_seconds=3_600)
    console.push(with_summary({**a_summary(), "sloIngress": [a_level("web")]}))
    return console


def the_command(console: Console, detail: Detail) -> dict[str, Any]:
    """The command that asks for the detail; what the view asks besides is taken and left unanswered."""
    while True:
        command = console.take_command()
        if command["action"] == detail.action and command["params"] == detail.params:
            return command


@pytest.mark.parametrize("detail", CASES)
def test_a_detail_is_asked_of_the_agent_and_its_answer_shown(
    console: Console, open_page: OpenPage, detail: Detail
) -> None:
    page = open_page(console, detail.address)
    command = the_command(console, detail)
    expect(page.get_by_role("status").filter(has_text="Asking the agent").first).to_be_visible()

    console.report(command, output=json.dumps(detail.answer))

    for text in detail.shown:
        expect(page.locator("#main")).to_contain_text(text)


@pytest.mark.parametrize("detail", CASES)
def test_a_detail_that_fails_says_why_and_can_be_asked_again(
    console: Console, open_page: OpenPage, detail: Detail
) -> None:
    page = open_page(console, detail.address)

    console.report(the_command(console, detail), error="ClickHouse cannot be reached at 10.0.0.9:8123")
    alert = page.get_by_role("alert").filter(has_text="ClickHouse cannot be reached at 10.0.0.9:8123")
    expect(alert).to_have_count(1)
    alert.get_by_role("button", name="Ask again").click()
    console.report(the_command(console, detail), output=json.dumps(detail.answer))

    expect(alert).to_have_count(0)
    expect(page.locator("#main")).to_contain_text(detail.shown[0])


def test_an_answer_that_is_no_json_is_a_failure(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, DETAILS["trace"].address)

    console.report(the_command(console, DETAILS["trace"]), output="")

    expect(page.get_by_role("alert")).to_contain_text("not JSON")


def test_an_agent_that_takes_nothing_is_told(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, DETAILS["trace"].address)

    expect(page.get_by_role("status").filter(has_text="waiting for it to take the question")).to_be_visible()


def test_only_the_answer_to_the_last_question_is_shown(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/apm?range=6h")
    first = the_command(console, DETAILS["services"])
    page.locator("#range").select_option("1h")
    second = console.take_command()
    assert second["params"]["since"] == "1h"

    console.report(second, output=json.dumps([a_service("of-one-hour")]))
    expect(page.locator(".row")).to_contain_text("of-one-hour")
    console.report(first, output=json.dumps([a_service("of-six-hours")]))
    page.wait_for_timeout(1500)

    expect(page.locator(".row")).to_contain_text("of-one-hour")


def test_a_waterfall_folds_and_leads_to_pod_node_and_logs(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, DETAILS["trace"].address)
    console.report(the_command(console, DETAILS["trace"]), output=json.dumps(a_trace_detail()))
    expect(page.locator(".span-row")).to_have_count(3)
    expect(page.locator(".panel")).to_contain_text("charge")
    expect(page.locator(".panel").get_by_role("link", name="node-1")).to_have_attribute("href", "#/nodes/node-1")
    expect(page.locator(".panel").get_by_role("link", name="web-7c9d8f6b5c-aaaaa")).to_be_visible()

    page.locator(".fold").first.click()
    expect(page.locator(".span-row")).to_have_count(1)
    page.get_by_role("link", name="Logs of this trace").click()
    command = console.take_command()
    assert command["params"]["trace_id"] == TRACE_ID
    console.report(command, output=json.dumps(a_log_result()))
    page.locator(".log-entry summary").click()
    page.locator(".log-more").get_by_role("link", name="Trace").click()
    assert the_command(console, DETAILS["trace"])


def test_facets_and_columns_of_the_histogram_narrow_the_search(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/logs")
    for _ in range(2):
        command = console.take_command()
        answer = a_histogram() if command["params"].get("sub_action") else a_log_result()
        console.report(command, output=json.dumps(answer))

    page.locator(".facet-value", has_text="ERROR").click()
    levels = [console.take_command()["params"].get("level") for _ in range(2)]
    assert levels == ["ERROR", "ERROR"]
    page.go_back()
    page.goto(f"{console.master.console_url}#/logs?trace={TRACE_ID}")
    assert console.take_command()["params"]["trace_id"] == TRACE_ID
    expect(page.locator(".histogram")).to_have_count(0)
    expect(page.get_by_role("link", name="To the trace")).to_have_attribute("href", f"#/traces/{TRACE_ID}")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_are_only_text(console: Console, open_page: OpenPage, text: str) -> None:
    page = open_page(console, DETAILS["trace"].address)
    console.report(the_command(console, DETAILS["trace"]), output=json.dumps(a_trace_detail(text)))
    expect(page.locator(".span-row")).to_have_count(3)
    page.goto(f"{console.master.console_url}#/logs?trace={TRACE_ID}")
    console.report(console.take_command(), output=json.dumps(a_log_result(text + "\u202e")))
    page.locator(".log-entry summary").click()

    expect(page.locator(".log-more .output")).to_contain_text("[U+202E]")
    assert page.locator("#app img, #app script, #app style, #app iframe").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0


def test_spans_that_are_their_own_ancestors_and_lost_parents_are_shown_once(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    rows = page.evaluate(
        """async () => {
          const { treeOf } = await import("/page/js/telemetry/spans.js");
          const circle = [["a", "b", "001"], ["b", "a", "002"], ["c", "c", "003"]];
          const ids = [...circle, ["d", "lost", "0001"], ["e", "d", "0002"]];
          const spans = ids.map(([spanId, parentSpanId, at]) => ({
            spanId, parentSpanId, serviceName: "s", durationMs: 1, timestamp: `2026-11-28T05:00:00.${at}Z`,
          }));
          const { rows, totalMs } = treeOf(spans);
          return [rows.map(({ span: { spanId }, depth, below }) => [spanId, depth, below]), totalMs];
        }"""
    )

    assert rows[0] == [["d", 0, 1], ["e", 1, 0], ["c", 0, 0], ["a", 0, 1], ["b", 1, 0]]
    assert rows[1] == pytest.approx(3.9, abs=0.01)
