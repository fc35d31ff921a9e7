"""The telemetry views: what they show of a full, an empty, a partial and an absent summary, and of hostile text."""

import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import Console
from tests.browser.snapshots import JsonObject
from tests.browser.telemetry import (
    VIEWS,
    a_measured_node,
    a_service,
    a_summary,
    a_topology_node,
    minutes,
    with_summary,
)
from tests.browser.test_robustness import HOSTILE, assert_no_sideways_overflow

EVERY_FIELD = Path(__file__).parent.parent / "support" / "goldens" / "snapshot-max.json"
FULL = with_summary(a_summary())
SAID = {
    "topology": ("2.5 % err", "2.00/s · 7.50 ms · 2.0 %"),
    "apm": ("2.5 %", "4.44/s", "812 ms"),
    "traces": ("1.25 s", "web"),
    "logs": ("1\u202f234", "12 ERROR"),
    "slo": ("99.95 %", "+0.95 pp", "86.5 ms", "mTLS"),
    "hardware": ("62%", "silent", "2 KiB/s", "2 of 3"),
}
PANELS = ["#/topology/shop%2Fweb", "#/apm/shop/web", "#/slo/web", "#/hardware/node-1"]

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]
Show = Callable[..., Page]


def test_the_page_knows_exactly_these_views(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    known = page.evaluate(
        """async () => {
          const { TELEMETRY } = await import("/page/js/telemetry/views.js");
          return Object.fromEntries(TELEMETRY.map(({ id, part }) => [id, part]));
        }"""
    )

    assert known == VIEWS


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_its_part_with_the_right_units(show: Show, view: str) -> None:
    page = show("full", FULL, f"#/{view}")

    for text in SAID[view]:
        expect(page.locator("#main")).to_contain_text(text)
    expect(page.get_by_role("navigation").locator("[aria-current=page]")).to_have_attribute("href", f"#/{view}")
    expect(page.locator("#main")).not_to_contain_text("not known")


@pytest.mark.parametrize("view", VIEWS)
def test_without_a_summary_every_view_says_not_known_instead_of_zero(show: Show, view: str) -> None:
    page = show("none", with_summary(None), f"#/{view}")

    expect(page.locator("#main")).to_contain_text("not known")
    expect(page.locator(".row, .topo-node")).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_a_part_that_is_missing_says_so(serve: Serve, open_page: OpenPage, view: str) -> None:
    console = serve(heartbeat_expire_seconds=3_600)
    console.push(with_summary({name: part for name, part in a_summary().items() if name != VIEWS[view]}))
    page = open_page(console, f"#/{view}{'?window=5m' if view == 'slo' else ''}")

    expect(page.locator("#main")).to_contain_text("not known")
    expect(page.locator("#main")).not_to_contain_text("carries no telemetry")


@pytest.mark.parametrize("part", ["apmTimeSeries", "nodeMetricsSeries", "sloWindows", "sloSummary", "metricsSummary"])
def test_what_goes_beside_a_list_may_be_missing(serve: Serve, open_page: OpenPage, part: str) -> None:
    console = serve(heartbeat_expire_seconds=3_600)
    console.push(with_summary({name: content for name, content in a_summary().items() if name != part}))
    views = {"apmTimeSeries": "apm", "nodeMetricsSeries": "hardware/node-1", "metricsSummary": "hardware"}
    page = open_page(console, f"#/{views.get(part, 'slo')}")

    expect(page.locator("#main")).to_contain_text("not known")


@pytest.mark.parametrize("view", VIEWS)
def test_a_part_that_is_known_to_be_empty_is_no_missing_one(show: Show, view: str) -> None:
    window: JsonObject = {"current": [], "previous": [], "history": [], "meshServices": [], "meshEdges": []}
    parts = {name: [] if isinstance(part, list) else part for name, part in a_summary().items()}
    empty = {
        **parts,
        "apmTopology": {"nodes": [], "edges": []},
        "sloWindows": dict.fromkeys(("1d", "7d", "30d"), window),
    }
    page = show("empty", with_summary(empty), f"#/{view}")

    expect(page.locator(".view-title")).to_be_visible()
    expect(page.locator(".row, .topo-node")).to_have_count(0)
    expect(page.locator("#main")).not_to_contain_text("not known")


@pytest.mark.parametrize("view", VIEWS)
def test_every_field_of_the_wire_can_be_shown(show: Show, view: str) -> None:
    page = show("every field", json.loads(EVERY_FIELD.read_text()), f"#/{view}")

    expect(page.locator(".view-title")).to_be_visible()
    for word in ("undefined", "[object", "NaN", "null"):
        expect(page.locator("#main")).not_to_contain_text(word)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_only_text(serve: Serve, open_page: OpenPage, text: str) -> None:
    console = serve(heartbeat_expire_seconds=3_600)
    console.push(with_summary(a_summary(text)))
    page = open_page(console)
    name = quote(text, safe="")

    for view in [
        *VIEWS,
        f"topology/{quote(f'shop/{text}', safe='')}",
        f"apm/shop/{name}",
        f"slo/{name}",
        f"hardware/{name}",
    ]:
        page.goto(f"{console.master.console_url}#/{view}")
        expect(page.locator(".view-title")).to_be_visible()
        assert page.locator("#app img, #app script, #app style, #app iframe").count() == 0
        assert page.locator('a[href^="javascript"]').count() == 0
        assert_no_sideways_overflow(page)


@pytest.mark.parametrize("width", [1440, 1000, 360])
def test_no_view_scrolls_the_page_sideways(serve: Serve, open_page: OpenPage, width: int) -> None:
    console = serve(heartbeat_expire_seconds=3_600)
    console.push(FULL)
    page = open_page(console, width=width)

    for hash_ in [*(f"#/{view}" for view in VIEWS), *PANELS]:
        page.goto(f"{console.master.console_url}{hash_}")
        expect(page.locator(".view-title, #panel-title").first).to_be_attached()
        assert_no_sideways_overflow(page)


def test_a_queue_is_told_from_a_database(show: Show) -> None:
    page = show("full", FULL, "#/topology")

    for type_ in ("service", "database", "queue", "external"):
        expect(page.locator(f".topo-node.type-{type_}")).to_have_count(1)


def test_names_lead_from_telemetry_to_the_cluster_and_back(show: Show) -> None:
    page = show("full", FULL, "#/hardware/node-1")
    page.locator(".panel").get_by_role("link", name="node-1").click()
    expect(page.locator(".panel-kind")).to_have_text("Node")
    page.get_by_role("link", name="Metrics of its hardware").click()
    expect(page.locator(".panel-kind")).to_have_text("Node metrics")


def test_tables_are_worked_with_the_keyboard_and_escape_closes(show: Show) -> None:
    page = show("full", FULL, "#/apm")
    page.locator("#grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_have_count(0)
    page = show("full", FULL, "#/topology")
    page.locator(".topo-node.type-service").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("web")


def test_five_hundred_services_and_two_hundred_nodes_stay_usable(serve: Serve, open_page: OpenPage) -> None:
    names = [f"service-{number:03}" for number in range(500)]
    edges = [
        {
            "source": f"shop/{names[number]}",
            "target": f"shop/{names[(number * 7 + step) % 500]}",
            "callCount": 9,
            "avgMs": 1.0,
            "errorRate": 0.0,
        }
        for number in range(500)
        for step in (1, 3)
    ]
    points = minutes(60, rps=4.0, successRate=0.99, avgMs=3.0, p99Ms=9.0, cpuPct=50.0, memPct=40.0)
    nodes = [f"node-{number:03}" for number in range(200)]
    summary = {
        **a_summary(),
        "apmServices": [a_service(name) for name in names],
        "apmTimeSeries": [{"serviceName": name, "namespace": "shop", "points": points} for name in names],
        "apmTopology": {"nodes": [a_topology_node(f"shop/{name}", "service") for name in names], "edges": edges},
        "metricsNodes": [a_measured_node(name) for name in nodes],
        "nodeMetricsSeries": [{"nodeName": name, "points": points} for name in nodes],
    }
    console = serve(heartbeat_expire_seconds=3_600)
    console.push(with_summary(summary))
    page = open_page(console)
    expect(page.locator(".tiles")).to_be_visible()

    for hash_, what in (("#/apm", ".row"), ("#/hardware", ".row"), ("#/topology", ".topo-node")):
        started = monotonic()
        page.goto(f"{console.master.console_url}{hash_}")
        expect(page.locator(what).first).to_be_visible()
        assert monotonic() - started < 5.0
    assert page.locator(".topo-node").count() == 500
    page.locator("#search").fill("service-007")
    expect(page.locator(".topo-node.type-service")).not_to_have_count(500)
    page.goto(f"{console.master.console_url}#/apm")
    assert page.locator(".row").count() < 60
    page.locator("#search").fill("service-49")
    expect(page.locator(".row")).to_have_count(10)
