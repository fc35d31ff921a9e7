"""Tables and panels: what is shown, how it is found, how it is opened, and that updates leave the reader alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Console
from tests.browser.kinds import LIST_OF
from tests.browser.snapshots import a_node, a_pod, a_small_cluster, a_snapshot

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]


@pytest.fixture
def console(serve: Serve) -> Console:
    console = serve()
    console.push(a_small_cluster())
    return console


def tile(page: Page, title: str) -> Locator:
    return page.locator(".tile", has=page.get_by_role("heading", name=title, exact=True))


def names(page: Page) -> list[str]:
    expect(page.locator(".row").first).to_be_visible()
    rows = [(float(row.evaluate("row => row.offsetTop")), row) for row in page.locator(".row").all()]
    return [row.locator(".cell-link").inner_text() for _, row in sorted(rows, key=lambda pair: pair[0])]


def test_the_overview_says_how_the_cluster_is(console: Console, open_page: OpenPage) -> None:
    page = open_page(console)

    expect(tile(page, "Nodes")).to_contain_text("2 of 3 ready")
    expect(tile(page, "Pods")).to_contain_text("4 Running")
    expect(tile(page, "CPU")).to_contain_text("25%")
    expect(page.locator(".attention")).to_contain_text("CrashLoopBackOff")
    expect(page.locator(".attention li").first).to_contain_text("node-10")
    expect(page.get_by_text("Back-off restarting failed container main")).to_be_visible()


def test_the_head_shows_health_age_and_size(console: Console, open_page: OpenPage) -> None:
    page = open_page(console)

    expect(page.locator(".top")).to_contain_text("test-cluster")
    expect(page.locator(".top")).to_contain_text("Agent online")
    expect(page.locator("#snapshot-age")).to_contain_text("s ago")
    expect(page.locator(".figure", has_text="Size")).to_contain_text("KiB")
    expect(page.locator(".figure", has_text="Pushes")).to_contain_text("1, 0 refused")


def test_a_refused_push_is_told_with_its_reason(console: Console, open_page: OpenPage) -> None:
    console.push_refused(b'{"clusterId": 7}')
    page = open_page(console)

    expect(page.get_by_text("One push was refused")).to_be_visible()
    expect(page.locator(".notice", has_text="One push")).to_contain_text("$.clusterId")
    expect(page.locator(".figure", has_text="Pushes")).to_contain_text("1 refused")


def test_the_navigation_counts_every_kind(console: Console, open_page: OpenPage) -> None:
    page = open_page(console)
    navigation = page.get_by_role("navigation", name="Views")

    expect(navigation.get_by_role("link", name="Pods")).to_contain_text("5")
    expect(navigation.get_by_role("link", name="Nodes")).to_contain_text("3")
    expect(navigation.locator("section:not([aria-labelledby=group-telemetry]) a")).to_have_count(len(LIST_OF))


def test_search_narrows_the_table_and_the_address_keeps_it(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods")

    page.get_by_label("Search Pods").fill("crash shop")

    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".view-count")).to_have_text("1 of 5")
    page.reload()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.get_by_label("Search Pods")).to_have_value("crash shop")


def test_search_finds_labels(console: Console, open_page: OpenPage) -> None:
    console.push(a_snapshot([a_pod("a", labels={"team": "blue"}), a_pod("b", labels={"team": "red"})]))
    page = open_page(console, "#/pods?q=team%3Dred")

    assert names(page) == ["b"]


def test_nothing_found_offers_the_way_back(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods?q=nowhere&ns=shop")

    expect(page.get_by_text("None of 5 pods match")).to_be_visible()
    page.get_by_role("button", name="Clear search and filters").click()
    expect(page.locator(".row")).to_have_count(5)


def test_a_namespace_and_trouble_filter_the_rows(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods")

    page.get_by_label("Namespace").select_option("data")
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("button", name="Needs attention").click()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_contain_text("Unschedulable")


def test_names_sort_naturally_and_numbers_from_the_top(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/nodes")
    assert names(page) == ["node-1", "node-2", "node-10"]

    page.goto(f"{console.master.console_url}#/pods")
    page.get_by_role("button", name="Restarts").click()

    expect(page.get_by_role("columnheader", name="Restarts")).to_have_attribute("aria-sort", "descending")
    assert names(page)[:2] == ["web-7c9d8f6b5c-ccccc", "web-7c9d8f6b5c-bbbbb"]


def test_a_pod_opens_and_closes_by_keyboard(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods")
    expect(page.locator(".row")).to_have_count(5)

    page.keyboard.press("/")
    expect(page.get_by_label("Search Pods")).to_be_focused()
    page.keyboard.type("web-")
    expect(page.locator(".row")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#panel-title")).to_have_text("web-7c9d8f6b5c-ccccc")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator(".panel")).to_contain_text("OOMKilled")
    assert page.url.endswith("#/pods/shop/web-7c9d8f6b5c-ccccc?q=web-")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_have_count(0)
    expect(page.get_by_role("grid")).to_be_focused()


def test_objects_link_to_each_other_and_back_returns(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods/shop/web-7c9d8f6b5c-aaaaa")

    page.locator(".panel").get_by_role("link", name="node-1").click()
    expect(page.locator("#panel-title")).to_have_text("node-1")
    page.locator(".panel").get_by_role("link", name="web-7c9d8f6b5c-bbbbb").click()
    expect(page.locator("#panel-title")).to_have_text("web-7c9d8f6b5c-bbbbb")
    page.go_back()
    expect(page.locator("#panel-title")).to_have_text("node-1")
    page.go_back()
    expect(page.locator("#panel-title")).to_have_text("web-7c9d8f6b5c-aaaaa")


def test_a_live_update_keeps_search_selection_focus_and_panel(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods?q=web")
    page.locator(".row", has_text="bbbbb").click()
    page.get_by_role("button", name="JSON").click()
    page.get_by_role("grid").focus()
    expect(page.locator(".json")).to_contain_text('"restarts": 3')

    console.push(a_snapshot([a_pod("web-0"), a_pod("web-7c9d8f6b5c-bbbbb", restarts=4)]))

    expect(page.locator(".json")).to_contain_text('"restarts": 4')
    expect(page.locator(".row.open")).to_contain_text("bbbbb")
    expect(page.get_by_label("Search Pods")).to_have_value("web")
    expect(page.get_by_role("grid")).to_be_focused()
    active = page.get_by_role("grid").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("bbbbb")


def test_a_deleted_object_stays_open_and_says_so(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods/data/db-0")
    expect(page.locator("#panel-title")).to_have_text("db-0")

    console.push(a_snapshot([a_pod("web-0")]))

    expect(page.get_by_text("No longer in the latest snapshot")).to_be_visible()
    expect(page.locator(".panel")).to_contain_text("node-2")


def test_rows_above_may_come_without_moving_what_is_read(console: Console, open_page: OpenPage) -> None:
    pods = [a_pod(f"pod-{number}") for number in range(300)]
    console.push(a_snapshot(pods))
    page = open_page(console, "#/pods")
    expect(page.locator(".view-count")).to_have_text("300")
    grid = page.get_by_role("grid")
    grid.evaluate("grid => { grid.scrollTop = 100 * 34; }")
    row = page.locator('.row[data-key="shop/pod-105"]')
    expect(row).to_be_visible()
    before = row.bounding_box()

    console.push(a_snapshot([*(a_pod(f"early-{number}") for number in range(20)), *pods]))

    expect(page.locator(".view-count")).to_have_text("320")
    assert row.bounding_box() == before


def test_ten_thousand_pods_stay_few_in_the_document(console: Console, open_page: OpenPage) -> None:
    console.push(a_snapshot([a_pod(f"pod-{number}") for number in range(10_000)]))
    page = open_page(console, "#/pods")
    expect(page.locator(".view-count")).to_contain_text("000")

    page.get_by_role("grid").focus()
    page.keyboard.press("End")

    expect(page.locator(".row", has_text="pod-9999")).to_be_visible()
    assert page.locator(".row").count() < 60
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "10001")


def test_an_empty_kind_says_why_it_may_be_empty(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/jobs")

    expect(page.get_by_text("No jobs in this snapshot")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("atlhyper-agent status")


def test_a_node_without_metrics_is_not_shown_as_idle(console: Console, open_page: OpenPage) -> None:
    node = a_node("node-1")
    node["metrics"]["cpu"]["usage"] = node["metrics"]["memory"]["usage"] = ""
    console.push(a_snapshot([a_pod("web-0")], [node]))
    page = open_page(console, "#/nodes")

    expect(page.locator(".row")).to_contain_text("4, use unknown")
    page.goto(f"{console.master.console_url}#/")
    expect(tile(page, "CPU")).to_contain_text("use unknown")
