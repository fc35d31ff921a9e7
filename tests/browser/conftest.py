"""Marks every test below this folder, and gives them Chromium, a demo Master and a page that must stay clean."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.browser.console import Console

HERE = Path(__file__).parent
LAUNCH = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# How long a condition is waited for. Generous: it ends when the condition holds, not when the time is over.
PATIENCE_MS = 20_000

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; skipped where there is none."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: install chromium to run the console's tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH)
        yield browser
        browser.close()


@contextmanager
def serving() -> Iterator[Callable[..., Console]]:
    """Starts demo Masters, `serve(allow_changes=True)`; all are stopped at the end."""
    with start_blocking_portal() as portal:
        started: list[Console] = []

        def start(*, allow_changes: bool = False, heartbeat_expire_seconds: float = 45.0) -> Console:
            settings = DemoMasterSettings(
                allow_changes=allow_changes, heartbeat_expire_seconds=heartbeat_expire_seconds, poll_hold_seconds=0.3
            )
            master = DemoMaster(settings)
            future, _ = portal.start_task(master.run)
            console = Console(master, future.cancel)
            started.append(console)
            return console

        yield start
        for console in started:
            console.close()


@contextmanager
def opening(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens pages, `open_page(console, "#/pods", width=360)`, and notes what no page may do.

    Whatever the test is about: the page must neither log a complaint, nor break its content security policy, nor ask
    anyone but its own server.
    """
    contexts: list[BrowserContext] = []

    def start(
        console: Console, hash_: str = "#/", *, width: int = 1400, height: int = 900, may_fail: bool = False
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()

        def on_console(message: ConsoleMessage) -> None:
            # A server that is stopped on purpose makes the browser log refused connections.
            if not (may_fail and "Failed to load resource" in message.text):
                complaints.append(f"console {message.type}: {message.text}")

        def on_request(request: Request) -> None:
            if not request.url.startswith(f"{console.master.web_url}/"):
                complaints.append(f"foreign request: {request.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("request", on_request)
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(f"{console.master.console_url}{hash_}")
        return page

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Console]]:
    """Starts demo Masters; each is stopped when the test ends."""
    with serving() as start:
        yield start


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the console; the page must have stayed clean when the test ends."""
    complaints: list[str] = []
    with opening(browser, complaints) as start:
        yield start
    assert complaints == []


@pytest.fixture(scope="module")
def shown(browser: Browser) -> Iterator[tuple[Callable[..., Page], list[str]]]:
    """The pages of `show`, which live as long as the module's tests, and their complaints."""
    complaints: list[str] = []
    with serving() as serve, opening(browser, complaints) as open_page:
        pages: dict[str, tuple[Console, Page]] = {}

        def start(name: str, snapshot: Mapping[str, Any], hash_: str) -> Page:
            if name not in pages:
                console = serve(heartbeat_expire_seconds=3_600)
                console.push(snapshot)
                pages[name] = (console, open_page(console, hash_))
            console, page = pages[name]
            page.goto(f"{console.master.console_url}{hash_}")
            return page

        yield start, complaints


@pytest.fixture
def show(shown: tuple[Callable[..., Page], list[str]]) -> Iterator[Callable[..., Page]]:
    """A page of its own server with a snapshot that does not change, at an address: `show("full", snapshot, "#/pods")`.

    Tests of a module that give the same name share the page: loading it is what takes the time.
    """
    start, complaints = shown
    yield start
    assert complaints == []
