"""What is asked before a change, what a dry run and a console that only reads do, and all of it by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domain.commands.actions import Action
from tests.browser.console import Console
from tests.browser.controls import CONTROLS, POD
from tests.browser.full_cluster import WEB, a_full_cluster
from tests.browser.test_actions import ON_CLUSTER, TYPED, open_control

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]
CHANGES = [action for action in Action if action.is_change]


@pytest.fixture
def console(serve: Serve) -> Console:
    console = serve(allow_changes=True, heartbeat_expire_seconds=3_600)
    snapshot = a_full_cluster()
    snapshot["nodes"][1]["summary"]["schedulable"] = False
    console.push(snapshot)
    return console


@pytest.mark.parametrize("action", CHANGES)
def test_no_change_is_sent_before_it_was_confirmed(console: Console, open_page: OpenPage, action: Action) -> None:
    control = CONTROLS[action]
    page = open_page(console, control.address)
    open_control(page, control)

    page.locator("#send").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(action.value)
    expect(dialog).to_contain_text(control.name or "manifests")
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    assert console.queued() == []


@pytest.mark.parametrize("action", sorted(TYPED))
def test_what_cannot_be_undone_wants_the_name_typed(console: Console, open_page: OpenPage, action: Action) -> None:
    control = CONTROLS[action]
    page = open_page(console, control.address)
    open_control(page, control)
    page.locator("#send").click()
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_label("Type the name")
    expect(name).to_be_focused()

    page.keyboard.type("another")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("This is not its name.")
    expect(name).to_have_attribute("aria-invalid", "true")
    assert console.queued() == []
    name.fill(control.name or "")
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    assert console.take_command()["action"] == action


@pytest.mark.parametrize("action", [Action.DELETE, Action.DELETE_POD, Action.DRAIN, Action.APPLY_MANIFESTS])
def test_a_dry_run_is_sent_at_once_and_says_that_it_is_one(
    console: Console, open_page: OpenPage, action: Action
) -> None:
    control = CONTROLS[action]
    page = open_page(console, control.address)
    open_control(page, control)

    page.get_by_role("button", name="Dry run").click()
    command = console.take_command()
    console.report(command, output="{}")

    assert command["params"] == {**(control.params or {}), "dryRun": True}
    expect(page.get_by_role("region", name="Outcome")).to_contain_text("A dry run: nothing was changed.")


@pytest.mark.parametrize(
    ("address", "fill", "said"),
    [
        ("#/deployments/shop/web?do=scale", {"Replicas": "0"}, ["From 3 to 0 replicas", "All its pods end: 3."]),
        ("#/deployments/shop/web?do=scale", {"Replicas": "1"}, ["From 3 to 1 replica", "2 pods end."]),
        (f"#/replicaSets/shop/{WEB}?do=scale", {"Replicas": "1"}, ["Deployment web owns it and will set it back"]),
        (f"{POD}?do=delete_pod", {}, [f"ReplicaSet {WEB} owns it"]),
        ("#/pods/shop/by-hand?do=delete_pod", {}, ["Nothing creates this pod anew."]),
        ("#/deployments/shop/web?do=delete", {}, ["Its 3 pods go too."]),
        ("#/configMaps/shop/web-settings?do=delete", {}, ["It is used by Deployment web"]),
        ("#/namespaces/shop?do=delete", {}, ["Everything in it goes with it"]),
        ("#/pvcs/data/store-db-0?do=delete", {}, ["What is stored on it may be lost"]),
        ("#/nodes/node-1?do=drain", {}, ["1 pod of DaemonSets stay", "because of by-hand", "emptyDir volumes of"]),
        (
            "#/deployments/shop/web?do=update_image",
            {"New image": "shop/web:2"},
            ["Now: registry.example.com/shop/web:1.2.3", "Then: shop/web:2", "Its 3 pods are replaced"],
        ),
    ],
)
def test_the_question_names_what_will_happen(
    console: Console, open_page: OpenPage, address: str, fill: dict[str, str], said: list[str]
) -> None:
    page = open_page(console, address)
    for label, text in fill.items():
        page.get_by_label(label, exact=True).fill(text)

    page.locator("#send").click()

    for sentence in said:
        expect(page.get_by_role("dialog")).to_contain_text(sentence)


@pytest.mark.parametrize("action", ON_CLUSTER)
def test_a_console_that_only_reads_offers_reading_only(serve: Serve, open_page: OpenPage, action: Action) -> None:
    console = serve(allow_changes=False, heartbeat_expire_seconds=3_600)
    snapshot = a_full_cluster()
    snapshot["nodes"][1]["summary"]["schedulable"] = False
    console.push(snapshot)
    control = CONTROLS[action]
    page = open_page(console, control.address)
    open_control(page, control)

    if action.is_change:
        expect(page.get_by_text("This console only reads")).to_be_visible()
        expect(page.locator("#send")).to_be_disabled()
        for dry_run in page.locator("#dry-run").all():
            expect(dry_run).to_be_disabled()
        assert console.queued() == []
    else:
        expect(page.locator("#send")).to_be_enabled()


def test_a_program_is_run_by_keyboard_alone(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods")
    page.locator("#grid").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()

    while page.evaluate("document.activeElement.textContent") != "Run a program":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.id") != "param-command":
        page.keyboard.press("Tab")
    for number, word in enumerate(("sh", "-c", "echo 'a b'", "")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(word)
    page.keyboard.press("Backspace")
    expect(page.get_by_label("Argument 2", exact=True)).to_be_focused()
    page.keyboard.press("End")
    while page.evaluate("document.activeElement.id") != "send":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    command = console.take_command()
    console.report(command, output='{"exitCode": 0, "stdout": "a b\\n", "stderr": ""}')

    assert command["params"] == {"command": ["sh", "-c", "echo 'a b'"]}
    expect(page.locator("#send")).to_be_focused()
    expect(page.locator("#announcements")).to_contain_text("succeeded")


@pytest.mark.parametrize("action", ON_CLUSTER)
def test_every_field_has_a_name_and_nothing_is_wider_than_a_narrow_window(
    console: Console, open_page: OpenPage, action: Action
) -> None:
    control = CONTROLS[action]
    page = open_page(console, control.address, width=360, height=740)
    open_control(page, control)
    for folded in page.locator("form.command-form details").all():
        folded.evaluate("(element) => { element.open = true; }")

    nameless = page.locator("form.command-form").evaluate(
        """(form) => [...form.querySelectorAll("input, select, textarea")]
          .filter((field) => !field.labels?.length && !field.ariaLabel).map((field) => field.outerHTML)"""
    )

    assert nameless == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    body = page.locator(".panel-body, .single-view").first
    assert body.evaluate("(element) => element.scrollWidth <= element.clientWidth")
