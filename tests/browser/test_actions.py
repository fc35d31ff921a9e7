"""Every action from the object it belongs to: offered there, sent as the agent understands it, its answer readable."""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet

import pytest
from playwright.sync_api import Page, expect

from adapters.gateway.wire import cluster_params
from adapters.gateway.wire.commands import PollContext, parse_poll
from adapters.gateway.wire.params import Params
from domain.cluster.all_readings import COLLECTED_KINDS
from domain.cluster.kinds import Kind
from domain.commands.actions import Action, Topic
from domain.commands.requests import Command
from tests.browser.console import CLUSTER_ID, Console, JsonObject
from tests.browser.controls import CONTROLS, Control
from tests.browser.full_cluster import a_full_cluster
from tests.browser.kinds import LIST_OF, address, name_of, namespace_of
from tests.browser.telemetry import a_level, a_summary
from tests.support.commands import PARAMS

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]

TYPED = frozenset({Action.DELETE, Action.DRAIN})
"""Actions before which the object's name has to be typed."""
ON_CLUSTER = [action for action in Action if not action.startswith("query_")]

WORKLOADS = {Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET}
OFFERED: dict[str, AbstractSet[Kind]] = {
    "Scale": {Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.REPLICA_SET},
    "Restart": WORKLOADS,
    "Update image": WORKLOADS | {Kind.CRON_JOB, Kind.POD},
    "Delete": set(COLLECTED_KINDS) - {Kind.POD},
    "Delete pod": {Kind.POD},
    "Logs": {Kind.POD},
    "Run a program": {Kind.POD},
    "Cordon": {Kind.NODE},
    "Drain": {Kind.NODE},
    "Data": {Kind.CONFIG_MAP},
    "Values": {Kind.SECRET},
    "Describe": set(COLLECTED_KINDS) - {Kind.SECRET},
    "Apply manifests": {Kind.NAMESPACE},
    "Details": set(COLLECTED_KINDS),
}
"""What stands in the row of actions, with the kinds that have it."""


def the_cluster() -> JsonObject:
    """All kinds, one node cordoned, and telemetry that has something to ask about."""
    snapshot = a_full_cluster()
    snapshot["nodes"][1]["summary"]["schedulable"] = False
    return {**snapshot, "otel": {**a_summary(), "sloIngress": [a_level("web")]}}


@pytest.fixture
def console(serve: Serve) -> Console:
    console = serve(allow_changes=True, heartbeat_expire_seconds=3_600)
    console.push(the_cluster())
    return console


def open_control(page: Page, control: Control) -> None:
    """Go from the object to the action's form, and fill it in."""
    if control.link:
        page.get_by_role("navigation", name="What can be done").get_by_role(
            "link", name=control.link, exact=True
        ).click()
    for label, text in control.fill.items():
        page.get_by_label(label, exact=True).fill(text)


def send(page: Page, action: Action, control: Control) -> None:
    """Press the button, and confirm what asks to be confirmed."""
    page.locator("#send").click()
    if action.is_change:
        dialog = page.get_by_role("dialog")
        if action in TYPED:
            dialog.get_by_label("Type the name").fill(control.name or "")
        dialog.locator("button[type=submit]").click()


def the_command(console: Console, action: Action, topic: str) -> JsonObject:
    """The command of that action; others that a view asks besides are taken and left unanswered."""
    while True:
        command = console.take_command(topic)
        if command["action"] == action:
            return command


@pytest.mark.parametrize("action", Action)
def test_every_action_is_given_from_where_it_belongs_and_its_answer_shown(
    console: Console, open_page: OpenPage, action: Action
) -> None:
    control = CONTROLS[action]
    page = open_page(console, control.address)
    open_control(page, control)

    if not control.at_once:
        send(page, action, control)
    command = the_command(console, action, control.topic)
    context = PollContext(topic=Topic(control.topic), cluster_id=CLUSTER_ID, answered_at=None)
    understood = parse_poll(json.dumps({"hasCommand": True, "command": command}).encode(), context)
    console.report(command, output=control.output)

    assert isinstance(understood, Command), understood
    if action in ON_CLUSTER:
        target = tuple(command.get(member) for member in ("kind", "namespace", "name"))
        assert target == (control.kind, control.namespace, control.name)
        assert command.get("params") == control.params
        expect(page.locator("#announcements")).to_contain_text("succeeded")
    for text in control.shown:
        expect(page.locator("#main")).to_contain_text(text)


def test_what_is_offered_for_a_kind_is_what_can_be_done_with_it(console: Console, open_page: OpenPage) -> None:
    snapshot = the_cluster()
    page = open_page(console)
    for kind in COLLECTED_KINDS:
        entry = snapshot[LIST_OF[kind]][0]
        page.goto(f"{console.master.console_url}{address(kind, name_of(entry), namespace_of(entry))}")
        expect(page.locator(".panel-kind")).to_have_text(kind.value)

        offered = set(page.locator(".panel .offers .offer").all_inner_texts())

        expected = {label for label, kinds in OFFERED.items() if kind in kinds}
        assert {label for label in offered if label != "Scale Deployment"} == expected, kind


class RecordingParams(Params):
    """Parameters that remember which names were asked for, each by its first spelling."""

    def __init__(self, members: JsonObject) -> None:
        super().__init__(members)
        self.asked: set[str] = set()

    def _find(self, names: tuple[str, ...]) -> tuple[str, object]:
        self.asked.add(names[0])
        return super()._find(names)


ROWS = """async () => {
  const { ACTIONS } = await import("/page/js/commands/actions.js");
  return ACTIONS.map(({ action, changes, dryRun, params }) => ({ action, changes, dryRun: Boolean(dryRun), params }));
}"""


def parse(action: Action, params: JsonObject) -> tuple[object, set[str]]:
    """The request that the agent makes of parameters, and all names it looks for."""
    context = PollContext(topic=Topic.OPS, cluster_id="", answered_at=None)
    control = CONTROLS[action]
    target = {"kind": control.kind, "namespace": control.namespace, "name": control.name}
    body = {"command": {"id": "c", "action": action.value, **target, "params": params}}
    command = parse_poll(json.dumps(body).encode(), context)
    assert isinstance(command, Command), command
    recording = RecordingParams(params)
    getattr(cluster_params, f"to_{action.value}")(command.target, recording)
    return command.request, recording.asked


def test_every_parameter_that_the_agent_understands_has_a_field(console: Console, open_page: OpenPage) -> None:
    rows = {row["action"]: row for row in open_page(console).evaluate(ROWS)}
    assert set(rows) == set(Action)

    for action in ON_CLUSTER:
        row = rows[action]
        names = {param["name"] for param in row["params"]} | {param.get("all") for param in row["params"]} - {None}
        _, asked = parse(action, dict(PARAMS.get(action, {})))
        assert names | ({"dryRun"} if row["dryRun"] else set()) == asked, action
        assert row["changes"] is action.is_change, action


def test_what_the_form_leaves_out_as_usual_is_what_the_agent_takes_for_it(
    console: Console, open_page: OpenPage
) -> None:
    rows = {row["action"]: row for row in open_page(console).evaluate(ROWS)}

    for action in ON_CLUSTER:
        needed = dict(PARAMS.get(action, {}))
        usual = {param["name"]: param["initial"] for param in rows[action]["params"] if param["usual"]}
        assert parse(action, needed)[0] == parse(action, {**needed, **usual})[0], action
