"""The telemetry views on the demo itself: the real agent answers what the page asks."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, expect

from tests.support.agent_process import running_agent

DETAILS = {
    "#/topology?range=1h": ".topo-node",
    "#/apm?range=6h": ".row",
    "#/apm/shop/api?range=6h": ".panel .chart",
    "#/traces?service=web&order=slowest&range=1h": ".row",
    "#/logs?q=GET": ".log-entry",
    "#/slo/shop-api-80%40kubernetes?window=7d": ".panel .chart",
    "#/hardware/gpu-1?range=24h": ".panel .chart",
}
"""Addresses of views that ask the agent, with what stands there once it has answered."""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def demo() -> Iterator[Any]:
    """The demo, as much of it as a page needs to know."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(running_agent("demo")) as agent:
        line = portal.call(agent.printed, "Console: ")
        url, token = re.findall(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", line)[0]
        yield SimpleNamespace(master=SimpleNamespace(web_url=url, console_url=f"{url}/?token={token}"))


@pytest.mark.parametrize("address", DETAILS)
def test_the_agent_of_the_demo_answers_what_the_page_asks(demo: Any, open_page: OpenPage, address: str) -> None:
    page = open_page(demo, address)

    expect(page.locator(DETAILS[address]).first).to_be_visible()
    expect(page.locator(".asking")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_trace_of_the_demo_leads_to_its_logs_and_back(demo: Any, open_page: OpenPage) -> None:
    page = open_page(demo, "#/traces")
    page.locator(".cell-link").first.click()
    expect(page.locator(".span-row").first).to_be_visible()
    page.get_by_role("link", name="Logs of this trace").click()
    page.locator(".log-entry summary").first.click()

    page.locator(".log-more").get_by_role("link", name="Trace").click()

    expect(page.locator(".span-row").first).to_be_visible()
