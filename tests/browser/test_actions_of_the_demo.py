"""Every action on the cluster end to end: given on the demo's page, carried out by its agent."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, expect

from domain.commands.actions import Action
from tests.support.agent_process import running_agent

OpenPage = Callable[..., Page]

MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-the-page\ndata:\n  colour: green\n"
GIVE_UP_DATA = "Also pods with emptyDir volumes: their data is lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a person does: the object's address, or a table whose first row is opened; the action; what is filled in."""

    address: str
    link: str
    first_row: bool = False
    fill: Mapping[str, str] = field(default_factory=dict)
    check: tuple[str, ...] = ()
    at_once: bool = False
    typed: str = ""
    shown: tuple[str, ...]


DEEDS: Final[Mapping[Action, Deed]] = {
    Action.GET_LOGS: Deed(
        address="#/pods?ns=shop&q=catalog", first_row=True, link="Logs", at_once=True, shown=("lines",)
    ),
    Action.EXEC: Deed(
        address="#/pods?ns=shop&q=catalog",
        first_row=True,
        link="Run a program",
        fill={"Program": "hostname"},
        shown=("Exit code", "catalog-"),
    ),
    Action.GET_CONFIGMAP: Deed(
        address="#/configMaps/shop/web-settings", link="Data", at_once=True, shown=("application.yaml",)
    ),
    Action.GET_SECRET: Deed(address="#/secrets/shop/orders-db", link="Values", shown=("password", "••••")),
    Action.DYNAMIC: Deed(address="#/services/shop/web", link="Describe", at_once=True, shown=("web",)),
    Action.SCALE: Deed(
        address="#/deployments/shop/web", link="Scale", fill={"Replicas": "4"}, shown=("Previous replicas",)
    ),
    Action.RESTART: Deed(address="#/deployments/shop/api", link="Restart", shown=("Restarted at",)),
    Action.UPDATE_IMAGE: Deed(
        address="#/deployments/shop/catalog",
        link="Update image",
        fill={"New image": "registry.example/shop/catalog:9"},
        shown=("Previous image", "registry.example/shop/catalog:9"),
    ),
    Action.DELETE_POD: Deed(address="#/pods?ns=shop&q=cart", first_row=True, link="Delete pod", shown=("terminating",)),
    Action.APPLY_MANIFESTS: Deed(
        address="#/namespaces/shop", link="Apply manifests", fill={"Manifests (YAML)": MANIFEST}, shown=("created",)
    ),
    Action.CORDON: Deed(address="#/nodes/worker-1", link="Cordon", shown=("Unschedulable", "yes")),
    Action.UNCORDON: Deed(address="#/nodes/worker-4", link="Uncordon", shown=("Unschedulable", "no")),
    Action.DRAIN: Deed(
        address="#/nodes/worker-3", link="Drain", check=(GIVE_UP_DATA,), typed="worker-3", shown=("Evicted", "Skipped")
    ),
    Action.DELETE: Deed(address="#/deployments/shop/payments", link="Delete", typed="payments", shown=("State",)),
}


@pytest.fixture(scope="module")
def demo() -> Iterator[Any]:
    """The demo, as much of it as a page needs to know."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(running_agent("demo")) as agent:
        line = portal.call(agent.printed, "Console: ")
        url, token = re.findall(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", line)[0]
        yield SimpleNamespace(master=SimpleNamespace(web_url=url, console_url=f"{url}/?token={token}"))


@pytest.mark.parametrize("action", [action for action in Action if not action.startswith("query_")])
def test_every_action_on_the_cluster_is_carried_out(demo: Any, open_page: OpenPage, action: Action) -> None:
    deed = DEEDS[action]
    page = open_page(demo, deed.address)
    if deed.first_row:
        page.locator(".cell-link").first.click()
    page.get_by_role("navigation", name="What can be done").get_by_role("link", name=deed.link, exact=True).click()
    containers = page.get_by_label("Container", exact=True)
    if action is Action.UPDATE_IMAGE and containers.input_value() == "":
        containers.select_option(index=1)
    for label, text in deed.fill.items():
        page.get_by_label(label, exact=True).fill(text)
    for label in deed.check:
        page.get_by_label(label).check()

    if not deed.at_once:
        page.locator("#send").click()
    if action.is_change:
        dialog = page.get_by_role("dialog")
        if deed.typed:
            dialog.get_by_label("Type the name").fill(deed.typed)
        dialog.locator("button[type=submit]").click()

    outcome = page.get_by_role("region", name="Outcome")
    expect(outcome).to_contain_text("succeeded", timeout=60_000)
    for text in deed.shown:
        expect(outcome).to_contain_text(text)
