"""How commands end, told apart; their time while they run; answers of every shape, readable and harmless."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, expect

from adapters.embedded.demo_master.actions import CommandRequest
from domain.commands.actions import Action
from domain.commands.results import Outcome
from tests.browser.agent_texts import FAILED, refusals, results
from tests.browser.console import CLUSTER_ID, Console
from tests.browser.full_cluster import a_full_cluster
from tests.browser.test_robustness import HOSTILE

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]

WORDS = {
    Outcome.REFUSED: "was refused",
    Outcome.FAILED: "failed",
    Outcome.TIMED_OUT: "timed out",
    Outcome.UNKNOWN: "ended unknown",
}
WORD_OF = """async ([action, status, result]) => {
  const { outcomeOf } = await import("/page/js/commands/outcome.js");
  return outcomeOf({ action, status, result }).word;
}"""


@pytest.fixture
def console(serve: Serve) -> Console:
    console = serve(allow_changes=True, heartbeat_expire_seconds=3_600)
    console.push(a_full_cluster())
    return console


def show_answer(console: Console, page: Page, action: Action, output: str) -> None:
    """An answer to a command, opened in the history."""
    topic = "ai" if action is Action.DYNAMIC else "ops"
    request = CommandRequest(action=action, cluster_id=CLUSTER_ID, kind="Pod", name="web", topic=topic)
    console.master.store.commands.put(request)
    console.report(console.take_command(topic), output=output)
    page.goto(f"{console.master.console_url}#/nodes")
    page.goto(f"{console.master.console_url}#/commands")
    expect(page.locator(".history-entry")).to_have_count(len(console.queued()))
    page.locator(".history-entry summary").first.click()


def test_every_way_to_end_is_told_apart_by_what_the_agent_says(console: Console, open_page: OpenPage) -> None:
    page = open_page(console)
    with start_blocking_portal() as portal:
        told = [(Outcome.REFUSED, text) for text in refusals()] + portal.call(results)
    told += [(Outcome.FAILED, text) for text in FAILED]
    assert {outcome for outcome, _ in told} == set(WORDS)

    words = [page.evaluate(WORD_OF, ["scale", "failed", {"error": text}]) for _, text in told]

    assert list(zip(words, told, strict=True)) == [(WORDS[outcome], (outcome, text)) for outcome, text in told]


@pytest.mark.parametrize(
    ("action", "output", "word"),
    [
        ("scale", '{"changed": true}', "succeeded"),
        ("scale", '{"changed": false}', "succeeded, nothing to do"),
        ("drain", '{"changed": false}', "succeeded"),
        ("exec", '{"exitCode": 0}', "succeeded"),
        ("exec", '{"exitCode": 137}', "succeeded, exit code 137"),
        ("apply_manifests", '{"errorMessage": ""}', "succeeded"),
        ("apply_manifests", '{"errorMessage": "x"}', "succeeded, in part"),
        ("delete", '{"state": "terminating"}', "succeeded, terminating"),
        ("get_logs", '{"exitCode": ', "succeeded"),
        ("get_logs", "[not, json", "succeeded"),
    ],
)
def test_a_success_with_a_reservation_says_so(
    console: Console, open_page: OpenPage, action: str, output: str, word: str
) -> None:
    assert open_page(console).evaluate(WORD_OF, [action, "success", {"output": output}]) == word


def test_a_command_shows_its_time_while_it_waits_and_while_it_runs(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/nodes/node-1?do=cordon")
    page.locator("#send").click()
    page.get_by_role("dialog").get_by_role("button", name="Cordon").click()

    outcome = page.get_by_role("region", name="Outcome")
    expect(outcome).to_contain_text("waiting for the agent")
    expect(outcome).to_contain_text("the agent is offline or busy")
    command = console.take_command()
    expect(outcome).to_contain_text("with the agent")
    seen = float(outcome.locator(".elapsed").inner_text().removesuffix(" s"))
    expect(outcome.locator(".elapsed")).not_to_have_text(f"{seen:.1f} s")
    page.goto(f"{console.master.console_url}#/nodes/node-2")
    console.report(command, error="no answer within 25 s; the change may have happened all the same")
    page.goto(f"{console.master.console_url}#/nodes/node-1?do=cordon")

    expect(outcome).to_contain_text("timed out")
    expect(outcome).to_contain_text("Look at the object before asking again.")
    expect(page.locator("#announcements")).to_contain_text("cordon Node node-1 timed out")


def test_the_old_log_stays_until_the_new_one_is_there(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/pods/shop/by-hand?do=get_logs")
    console.report(console.take_command(), output="first answer")
    expect(page.get_by_role("log")).to_contain_text("first answer")

    page.get_by_label("Last lines").fill("5")
    page.get_by_label("With timestamps").check()
    page.locator("#send").click()
    command = console.take_command()
    expect(page.locator(".old-answer")).to_contain_text("first answer")
    console.report(command, output="2026-11-28T06:00:00.5Z second answer")

    assert command["params"] == {"tailLines": 5, "timestamps": True}
    expect(page.locator(".old-answer")).to_have_count(0)
    expect(page.locator(".log-stamp")).to_have_text("2026-11-28T06:00:00.5Z ")


def test_a_log_is_searched_and_its_marks_and_control_characters_are_readable(
    console: Console, open_page: OpenPage
) -> None:
    page = open_page(console, "#/pods/shop/by-hand?do=get_logs")
    lines = ["\x1b[31mERROR\x1b[0m broken", "level=warn slow", "bell\x07", "[cut by the agent: 9 bytes]"]
    console.report(console.take_command(), output="\n".join(lines * 300) + "\n")

    log = page.get_by_role("log")
    expect(page.get_by_text("1 200 lines")).to_be_visible()
    expect(log.locator(".log-line").first).to_have_text("ERROR broken")
    assert log.locator(".log-bad").count() == log.locator(".log-warn").count() == 300
    page.get_by_label("Only lines with").fill("bell")
    expect(log.locator(".log-line").first).to_have_text("bell\u2407")
    expect(page.get_by_text("300 of 1 200 lines")).to_be_visible()
    page.get_by_label("Only lines with").fill("nowhere")
    expect(log).to_contain_text("No line has “nowhere”.")


def test_values_of_a_secret_are_covered_until_they_are_asked_for(console: Console, open_page: OpenPage) -> None:
    page = open_page(console, "#/secrets/shop/db-login?do=get_secret")
    expect(page.locator("#send")).to_be_visible()
    assert console.queued() == []
    page.locator("#send").click()
    console.report(console.take_command(), output=json.dumps({"password": "canary-9", "user": "canary-8"}))

    expect(page.locator(".kept-value")).to_have_count(2)
    assert "canary" not in page.content()
    page.get_by_role("button", name="Show password").click()
    expect(page.locator(".kept-values")).to_contain_text("canary-9")
    assert "canary-8" not in page.content()
    page.get_by_role("button", name="Hide password").click()
    expect(page.locator(".kept-values")).not_to_contain_text("canary")


def test_a_secret_is_covered_in_the_history_too_whatever_its_shape(console: Console, open_page: OpenPage) -> None:
    page = open_page(console)
    for output in (json.dumps({"key": "canary" * 1000}), "canary, no json", '{"nested": {"a": "canary"}}'):
        show_answer(console, page, Action.GET_SECRET, output)

        expect(page.locator(".history-more .kept-value").first).to_be_visible()
        assert "canary" not in page.content()


def shapes(text: str) -> dict[Action, Any]:
    """Answers of every shape with the same text in all places."""
    nested = {text: [{text: text, "b": [text, {text: None}]}, {text: 1}], "list": [text, [text]], "outcome": text}
    return {
        Action.GET_LOGS: f"{text}\n2026-11-28T06:00:00Z {text}\n",
        Action.EXEC: {"exitCode": 1, "stdout": text, "stderr": text, "container": text, "note": text, "problem": text},
        Action.GET_CONFIGMAP: {text: text},
        Action.DYNAMIC: nested,
        Action.APPLY_MANIFESTS: {"errorMessage": text, "warnings": [text, nested], "objects": [nested]},
        Action.QUERY_SLO: text,
    }


@pytest.mark.parametrize("text", [*HOSTILE, "n" * 4_000, "\u202egnp.exe"])
def test_no_answer_becomes_more_than_text(console: Console, open_page: OpenPage, text: str) -> None:
    page = open_page(console, width=800)
    for action, answer in shapes(text).items():
        show_answer(console, page, action, answer if isinstance(answer, str) else json.dumps(answer))

        more = page.locator(".history-more")
        expect(more.locator(".answer")).to_be_visible()
        assert page.locator("#app img, #app script, #app style, #app iframe").count() == 0, action
        assert page.locator('#app a:not([href^="#/"]):not(.skip)').count() == 0, action
        assert "\u202e" not in page.locator("#app").inner_text(), action
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), action
        cut = more.evaluate("(element) => element.scrollWidth - element.clientWidth")
        assert cut <= 0, f"{action}: {cut} px wider than it shows"


def test_a_large_answer_costs_only_what_is_looked_at(console: Console, open_page: OpenPage) -> None:
    page = open_page(console)
    objects = [{"name": f"object-{number}", "spec": {f"k{key}": "v" for key in range(50)}} for number in range(2_000)]

    show_answer(console, page, Action.DYNAMIC, json.dumps({"items": objects}))

    more = page.locator(".history-more")
    expect(more).to_contain_text("object-99")
    assert more.locator("*").count() < 3_000
    more.get_by_role("button", name="Show more of 2 000").click()
    expect(more).to_contain_text("object-599")
    more.get_by_role("button", name="As JSON").click()
    expect(more.locator("pre")).to_contain_text('"object-1999"')
