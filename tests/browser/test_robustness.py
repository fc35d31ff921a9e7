"""Hostile text, narrow windows, silent servers, and what the page's files may not contain."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from adapters.embedded.demo_master import console_page
from tests.browser.console import Console
from tests.browser.snapshots import a_node, a_pod, a_small_cluster, a_snapshot, an_event

PAGE = Path(console_page.__file__).parent / "page"
OWN_FILES = sorted(path for path in PAGE.rglob("*") if path.is_file() and "vendor" not in path.parts)
VIEWS = [
    "#/",
    "#/pods",
    "#/nodes",
    "#/namespaces",
    "#/events",
    "#/jobs",
    "#/commands",
    "#/pods/shop/web-7c9d8f6b5c-ccccc",
]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "javascript:alert(1)",
    "${alert(1)}{{7*7}}",
    "https://evil.example/pixel.png",
    "</title><style>*{display:none}</style>",
    "__proto__",
    "line\nbreak\ttab\x07bell",
]

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]


def assert_no_sideways_overflow(page: Page) -> None:
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"the page is {wider} px wider than its window"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(serve: Serve, open_page: OpenPage, text: str) -> None:
    console = serve()
    pod = a_pod(
        text,
        text,
        reason=text,
        message=text,
        node=text,
        owner=(text, text),
        labels={text: text},
        annotations={text: text},
    )
    console.push(a_snapshot([pod], [a_node(text)], [an_event(text, text, text, text)]))
    page = open_page(console)
    expect(page.locator(".attention")).to_be_visible()

    for view in ("#/pods", "#/nodes", "#/events", "#/namespaces"):
        page.goto(f"{console.master.console_url}{view}")
        page.locator(".cell-link").first.click()
        expect(page.locator("#panel-title")).to_be_visible()
        page.get_by_role("button", name="JSON").click()
        expect(page.locator(".json")).to_contain_text(json.dumps(text)[1:-1])
        assert page.locator("#app img, #app script, #app style, #app iframe").count() == 0
        assert page.locator('a[href^="javascript"]').count() == 0


def test_an_address_with_hostile_text_is_only_an_address(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(a_small_cluster())
    page = open_page(console, "#/%3Cimg%20src=x%20onerror=alert(1)%3E/%E0%A4%A/..?q=%22%3E")

    expect(page.get_by_text("There is no such view")).to_be_visible()
    expect(page.locator(".main")).to_contain_text("<img src=x onerror=alert(1)>")


def test_characters_that_steer_reading_are_made_visible(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(a_snapshot([a_pod("web-0", annotations={"note\u200b": "harmless \u202egnp.exe"}, message="a\u2066b")]))
    page = open_page(console, "#/pods/shop/web-0")

    expect(page.locator(".panel")).to_contain_text("harmless [U+202E]gnp.exe")
    expect(page.locator(".panel")).to_contain_text("note[U+200B]")
    assert re.search("[\u200b\u202a-\u202e\u2066-\u2069]", page.locator("body").inner_text()) is None


@pytest.mark.parametrize("width", [1400, 360])
def test_names_of_253_characters_break_nothing(serve: Serve, open_page: OpenPage, width: int) -> None:
    console = serve()
    name = "n" * 253
    console.push(
        a_snapshot([a_pod(name, "m" * 63, reason="R" * 200)], [a_node(name)], [an_event(name, "E" * 128, "x" * 1024)])
    )
    page = open_page(console, width=width)

    for view in ("#/", "#/pods", "#/nodes", "#/events", f"#/pods/{'m' * 63}/{name}", "#/commands"):
        page.goto(f"{console.master.console_url}{view}")
        expect(page.locator(".main h1, .main h2").first).to_be_attached()
        assert_no_sideways_overflow(page)


@pytest.mark.parametrize("view", VIEWS)
def test_a_narrow_window_never_scrolls_sideways(serve: Serve, open_page: OpenPage, view: str) -> None:
    console = serve(allow_changes=True)
    console.push(a_small_cluster())
    page = open_page(console, view, width=360, height=740)
    expect(page.locator("#nav-button")).to_be_visible()
    expect(page.locator(".main h1, .main h2").first).to_be_attached()

    assert_no_sideways_overflow(page)


def test_a_narrow_window_folds_navigation_and_shows_cards(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(a_small_cluster())
    page = open_page(console, width=360, height=740)
    menu = page.locator("#nav-button")
    expect(menu).to_have_attribute("aria-expanded", "false")

    menu.click()
    page.get_by_role("navigation").get_by_role("link", name="Pods").click()

    expect(menu).to_have_attribute("aria-expanded", "false")
    card = page.locator(".row", has_text="ccccc")
    expect(card).to_contain_text("CrashLoopBackOff")
    expect(card).to_contain_text("Restarts 12")
    card.click()
    expect(page.locator("#panel-title")).to_be_visible()
    expect(page.get_by_role("grid")).to_be_hidden()
    page.get_by_role("button", name="Close (Esc)").click()
    expect(page.get_by_role("grid")).to_be_visible()


def test_a_page_without_any_agent_says_what_to_do(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    page = open_page(console)

    expect(page.get_by_text("No agent has reported yet")).to_be_visible()
    console.heartbeat()
    expect(page.get_by_text("its first snapshot is not")).to_be_visible()
    console.push(a_small_cluster())
    expect(page.locator(".tiles")).to_be_visible()


def test_a_server_that_is_gone_is_told_and_the_data_stays(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(a_small_cluster())
    page = open_page(console, "#/pods", may_fail=True)
    expect(page.locator(".row")).to_have_count(5)

    console.close()

    expect(page.get_by_role("alert")).to_contain_text("The demo Master does not answer")
    expect(page.locator(".top")).to_contain_text("Agent not known now")
    expect(page.locator(".row")).to_have_count(5)


def test_a_token_that_is_no_longer_valid_is_explained(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(a_small_cluster())
    page = open_page(console, may_fail=True)
    expect(page.locator(".tiles")).to_be_visible()

    page.route("**/api/v3/**", lambda route: route.fulfill(status=401, json={"error": "the token is missing or wrong"}))

    expect(page.get_by_role("alert")).to_contain_text("no longer accepts this page")


def test_an_agent_that_fell_silent_is_told(serve: Serve, open_page: OpenPage) -> None:
    console = serve(heartbeat_expire_seconds=0.1)
    console.push(a_small_cluster())
    page = open_page(console)

    expect(page.locator(".top")).to_contain_text("Agent offline")
    expect(page.get_by_role("alert")).to_contain_text("The agent is offline")


def test_quantities_and_spans_are_read_as_kubernetes_means_them(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    numbers = page.evaluate(
        """async (texts) => {
          const { parseQuantity } = await import("/page/js/quantities.js");
          return texts.map(parseQuantity);
        }""",
        ["250m", "1", "1.5", "123456789n", "5u", "2Gi", "1k", "3E", "1e3", "12E2", "-1", "", "abc", "1Zi"],
    )
    spans = page.evaluate(
        """async (seconds) => {
          const { formatSpan } = await import("/page/js/times.js");
          return seconds.map(formatSpan);
        }""",
        [0, 59.9, 60, 250, 3599, 3600, 11_520, 86_400, 190_000, 10_000_000, None],
    )

    assert numbers == pytest.approx(
        [0.25, 1, 1.5, 0.123456789, 5e-6, 2**31, 1000, 3e18, 1000, 1200, -1, None, None, None]
    )
    assert spans == ["0s", "59s", "1m", "4m10s", "59m", "1h", "3h12m", "1d", "2d4h", "115d", "\u2013"]


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.relative_to(PAGE).as_posix())
def test_no_file_can_run_text_or_load_from_outside(path: Path) -> None:
    source = path.read_text()

    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\beval\(|new Function|srcdoc"
    assert re.search(forbidden, source) is None
    urls = [url for url in re.findall(r"https?://[^\s\"'`)]+", source) if url != "http://www.w3.org/2000/svg"]
    assert urls == []
    if path.suffix == ".html":
        assert re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", source) is None
    if path.suffix in (".js", ".css"):
        assert len(source.splitlines()) <= 300


def test_vendored_files_are_the_ones_that_are_noted() -> None:
    notes = (PAGE / "vendor" / "README.md").read_text()

    for path in (PAGE / "vendor").glob("*.js"):
        assert path.name in notes
        assert hashlib.sha256(path.read_bytes()).hexdigest() in notes
