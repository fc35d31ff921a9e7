"""The command form: what is sent, what is asked before, how the result comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from adapters.embedded.demo_master.actions import CommandRequest
from tests.browser.console import CLUSTER_ID, Console
from tests.browser.full_cluster import WEB, a_full_cluster
from tests.browser.snapshots import a_small_cluster

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]


@pytest.fixture
def console(serve: Serve) -> Console:
    console = serve(allow_changes=True)
    console.push(a_small_cluster())
    return console


def fill_scale(page: Page, replicas: str) -> None:
    page.get_by_label("Action").select_option("scale")
    page.get_by_label("Kind").fill("Deployment")
    page.get_by_label("Namespace").fill("shop")
    page.get_by_label("Name", exact=True).fill("web")
    page.get_by_label("Replicas").fill(replicas)


def confirm(page: Page, title: str) -> None:
    page.locator("#send").click()
    page.get_by_role("dialog").get_by_role("button", name=title, exact=True).click()


def test_a_command_is_queued_and_its_result_shown(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/commands")
    fill_scale(page, "5")
    confirm(page, "Scale")
    expect(page.locator(".tracked")).to_contain_text("waiting for the agent")

    command = console.take_command()
    expect(page.locator(".tracked")).to_contain_text("with the agent")
    console.report(command, output="scaled Deployment shop/web from 3 to 5")

    assert {key: command.get(key) for key in ("action", "kind", "namespace", "name", "params")} == {
        "action": "scale",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "params": {"replicas": 5},
    }
    expect(page.locator(".tracked")).to_contain_text("scaled Deployment shop/web from 3 to 5")
    expect(page.locator("#announcements")).to_contain_text("succeeded")
    expect(page.locator(".history-entry")).to_contain_text("scale Deployment shop/web (replicas 5)")


def test_a_refused_command_says_why(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/commands")
    fill_scale(page, "5")
    confirm(page, "Scale")

    console.report(console.take_command(), error="namespace shop is protected (AGENT_PROTECTED_NAMESPACES)")

    expect(page.locator(".tracked")).to_contain_text("namespace shop is protected")
    expect(page.locator(".tracked")).to_contain_text("refused")
    expect(page.locator("#announcements")).to_contain_text("was refused: namespace shop is protected")


def test_a_change_is_not_sent_before_it_was_confirmed(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/commands")
    fill_scale(page, "0")

    page.locator("#send").click()
    expect(page.get_by_role("dialog")).to_contain_text("scale Deployment shop/web (replicas 0)")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert console.queued() == []


def test_reading_needs_no_confirmation_and_long_output_comes_whole(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/commands?action=get_configmap&namespace=shop&name=settings")
    page.locator("#send").click()

    console.report(console.take_command(), output="line of a text\n" * 2000 + "the last line")
    expect(page.locator(".tracked")).to_contain_text("the last line")
    page.reload()
    page.locator(".history-entry summary").click()

    expect(page.locator(".history-entry .output")).to_contain_text("the last line")


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("Replicas", "", "Replicas is needed."),
        ("Replicas", "-1", "A whole number, 0 or more."),
        ("Replicas", "1.5", "A whole number, 0 or more."),
        ("Name", "", "Which object?"),
        ("Namespace", " ", "In which namespace?"),
        ("Kind", "", "Which kind?"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    console: Console, open_page: OpenPage, field: str, value: str, problem: str
) -> None:
    page = open_page(console, "#/commands")
    fill_scale(page, "3")
    control = page.get_by_label(field, exact=True)
    control.fill(value)

    page.locator("#send").click()

    expect(page.locator(".problem")).to_contain_text(problem)
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(control).to_be_focused()
    assert console.queued() == []


def test_an_action_is_not_sent_to_a_kind_it_does_not_work_on(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/commands?action=restart&kind=Pod&namespace=shop&name=web")

    page.locator("#send").click()

    expect(page.locator(".problem")).to_contain_text("Restart works on Deployment, StatefulSet, DaemonSet.")
    assert console.queued() == []


def test_scaling_from_a_pod_guesses_the_deployment_openly(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods/shop/web-7c9d8f6b5c-aaaaa")

    page.get_by_role("link", name="Scale Deployment").click()

    expect(page.get_by_label("Name", exact=True)).to_have_value("web")
    expect(page.get_by_label("Namespace")).to_have_value("shop")
    expect(page.get_by_text("Guessed from ReplicaSet")).to_contain_text("web-7c9d8f6b5c")
    page.get_by_label("Name", exact=True).fill("web-2")
    expect(page.get_by_text("Guessed from ReplicaSet")).to_have_count(0)


def test_scaling_from_a_pod_of_a_stateful_set_is_exact(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods/data/db-0")

    page.get_by_role("link", name="Scale StatefulSet").click()

    expect(page.get_by_label("Kind")).to_have_value("StatefulSet")
    expect(page.get_by_label("Name", exact=True)).to_have_value("db")
    expect(page.get_by_text("Guessed")).to_have_count(0)


def test_scaling_from_a_pod_leads_to_the_panel_of_the_deployment(serve: Serve, open_page: OpenPage) -> None:
    console = serve(allow_changes=True)
    console.push(a_full_cluster())
    page = open_page(console, f"#/pods/shop/{WEB}-aaaaa")

    page.get_by_role("link", name="Scale Deployment").click()

    expect(page.locator(".panel-kind")).to_have_text("Deployment")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.get_by_label("Replicas")).to_have_value("3")


def test_changes_are_disabled_where_they_are_not_allowed(serve: Serve, open_page: OpenPage) -> None:
    console = serve(allow_changes=False)
    console.push(a_small_cluster())
    page = open_page(console, "#/commands?action=scale&kind=Deployment&namespace=shop&name=web&replicas=1")

    expect(page.get_by_text("This console only reads")).to_be_visible()
    expect(page.locator(".top")).to_contain_text("read only")
    expect(page.locator("#send")).to_be_disabled()
    expect(page.locator("#action option[value=drain]")).to_be_disabled()
    expect(page.locator("#action option[value=get_logs]")).to_be_enabled()
    page.get_by_label("Action").select_option("get_logs")
    expect(page.locator("#send")).to_be_enabled()
    assert console.queued() == []


def test_what_the_server_refuses_is_shown(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/commands", may_fail=True)
    fill_scale(page, "5")
    page.route("**/api/v3/commands", lambda route: route.fulfill(status=503, json={"error": "too many commands wait"}))

    confirm(page, "Scale")

    expect(page.get_by_role("alert")).to_contain_text("too many commands wait")


def give(console: Console, action: str, kind: str, name: str, *, output: str = "", error: str = "") -> None:
    """Queue a command past the page, and report its result as the agent."""
    console.master.store.commands.put(
        CommandRequest(action=action, cluster_id=CLUSTER_ID, kind=kind, namespace="shop", name=name)
    )
    console.report(console.take_command(), output=output, error=error)


def test_the_history_is_narrowed_by_action_and_by_object(console: Console, open_page: OpenPage) -> None:
    give(console, "restart", "Deployment", "web")
    give(console, "restart", "Deployment", "api")
    give(console, "get_logs", "Pod", "web")
    give(console, "query_slo", "", "")
    page = open_page(console, "#/commands?aboutKind=Deployment&aboutNamespace=shop&aboutName=web")

    entries = page.locator(".history-entry")
    expect(entries).to_have_count(1)
    expect(page.locator(".history-about")).to_contain_text("Deployment shop/web")
    page.get_by_role("button", name="About everything").click()
    expect(entries).to_have_count(4)
    for group, count in (("changes", 2), ("reads", 1), ("telemetry", 1), ("restart", 2), ("drain", 0), ("", 4)):
        page.get_by_label("Which commands").select_option(group)
        expect(entries).to_have_count(count)


def test_an_object_shows_the_last_commands_about_it(serve: Serve, open_page: OpenPage) -> None:
    console = serve(allow_changes=True)
    console.push(a_full_cluster())
    for number in range(7):
        give(console, "restart", "Deployment", "web", error=f"failure {number}")
    give(console, "restart", "Deployment", "other")
    page = open_page(console, "#/deployments/shop/web")

    about = page.locator(".part", has=page.get_by_role("heading", name="Commands"))
    expect(about.locator(".history-entry")).to_have_count(5)
    about.locator("summary").first.click()
    expect(about.locator(".history-more")).to_contain_text("failure 6")
    about.get_by_role("link", name="All 7 commands about it").click()

    expect(page.locator(".history-entry")).to_have_count(7)
