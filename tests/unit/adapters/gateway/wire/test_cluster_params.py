"""Parameters of the actions on the cluster: both spellings, every wrong type by name, what contradicts itself."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.commands import PollContext, parse_poll
from domain.commands.actions import Action, Topic
from domain.commands.requests import Command, MalformedCommand, Request
from domain.commands.target import Target
from tests.support.commands import PARAMS, TARGETS

WHOLE = [1.5, "many", True, [], {}]
FLAG = [1, 0, "maybe", [], {}]
TEXT = [1, True, [], {}]
WRONG: dict[Action, dict[str, list[Any]]] = {
    Action.SCALE: {"replicas": WHOLE, "currentReplicas": WHOLE, "resourceVersion": [True, [], {}, 1.5]},
    Action.RESTART: {},
    Action.UPDATE_IMAGE: {"image": [*TEXT, "", "Web", "web:", "a b", 'x"}'], "container": [*TEXT, "no/name", "UPPER"]},
    Action.CORDON: {},
    Action.UNCORDON: {},
    Action.DRAIN: {
        "timeoutSeconds": [*WHOLE, 0, -1, 1801],
        "gracePeriodSeconds": [*WHOLE, -2, 2**31],
        "ignoreDaemonSets": FLAG,
        "deleteEmptyDirData": FLAG,
        "force": FLAG,
        "disableEviction": FLAG,
        "skipWaitForDeleteTimeoutSeconds": [*WHOLE, -1],
        "podSelector": [*TEXT, "x" * 2049],
        "dryRun": FLAG,
    },
    Action.GET_LOGS: {
        "tailLines": [*WHOLE, 2**31],
        "container": [*TEXT, "no/name", "UPPER"],
        "allContainers": FLAG,
        "previous": FLAG,
        "sinceSeconds": [*WHOLE, 0, -1],
        "sinceTime": [1, "yesterday", "99999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"],
        "timestamps": FLAG,
        "limitBytes": [*WHOLE, 0, -1],
    },
    Action.EXEC: {
        "command": ["ls", 1, [], [1], [""], ["a\0b"], ["x"] * 257, ["x" * 65537], {}],
        "container": [*TEXT, "no/name"],
        "timeoutSeconds": [*WHOLE, 0, 301],
    },
    Action.GET_CONFIGMAP: {},
    Action.GET_SECRET: {},
    Action.APPLY_MANIFESTS: {
        "manifests": [*TEXT, "", " \n", "x" * (4 * 2**20 + 1)],
        "path": TEXT,
        "dryRun": FLAG,
        "force": FLAG,
        "defaultNamespace": [*TEXT, "no/name"],
        "continueOnError": FLAG,
    },
    Action.DYNAMIC: {
        "command": [*TEXT, "delete", "GET"],
        "label_selector": [*TEXT, "x" * 2049],
        "field_selector": [*TEXT, "x" * 2049],
        "limit": [*WHOLE, 0, -1],
        "continue": [*TEXT, "x" * 8193],
        "involved_kind": [*TEXT, "x" * 254],
        "involved_name": [*TEXT, "../x", "a/b", "a%2fb"],
    },
}
_DELETION: dict[str, list[Any]] = {
    "gracePeriodSeconds": [*WHOLE, -1, 0, 2**31],
    "force": FLAG,
    "propagationPolicy": [*TEXT, "background", "Cascade"],
    "uid": [*TEXT, "x" * 129],
    "resourceVersion": [True, [], {}, "x" * 129],
    "dryRun": FLAG,
}
WRONG |= {Action.DELETE: _DELETION, Action.DELETE_POD: _DELETION}
CLUSTER_ACTIONS = [action for action in Action if not action.startswith("query_")]
NAMED = [action for action in CLUSTER_ACTIONS if action is not Action.APPLY_MANIFESTS]


def parsed(action: Action, params: Mapping[str, Any], **target: str) -> Command | MalformedCommand:
    place = {"kind": "Pod", "namespace": "shop", "name": "web-1", **TARGETS.get(action, {}), **target}
    body = {"command": {"id": "c", "action": action, **place, "params": {**PARAMS.get(action, {}), **params}}}
    command = parse_poll(json.dumps(body).encode(), PollContext(topic=Topic.OPS, cluster_id="", answered_at=None))
    assert command is not None
    return command


def request_of(action: Action, params: Mapping[str, Any], **target: str) -> Request:
    command = parsed(action, params, **target)
    assert isinstance(command, Command), command
    return command.request


def error_of(action: Action, params: Mapping[str, Any], **target: str) -> str:
    command = parsed(action, params, **target)
    assert isinstance(command, MalformedCommand), command
    return command.error


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_the_table_of_wrong_parameters_knows_every_action() -> None:
    assert list(WRONG) != []
    assert set(WRONG) == set(CLUSTER_ACTIONS)


@pytest.mark.parametrize(
    ("action", "name", "value"),
    [(action, name, value) for action, names in WRONG.items() for name, values in names.items() for value in values],
    ids=lambda value: str(value)[:32],
)
def test_a_wrong_parameter_is_refused_by_its_name(action: Action, name: str, value: object) -> None:
    assert error_of(action, {name: value}).startswith(f"{name}: ")


@pytest.mark.parametrize("action", CLUSTER_ACTIONS)
def test_unknown_parameters_are_ignored(action: Action) -> None:
    assert request_of(action, {"colour": ["red"]}) == request_of(action, {})


GOOD: dict[Action, dict[str, Any]] = {
    Action.DRAIN: {
        "timeoutSeconds": "300",
        "gracePeriodSeconds": 0,
        "ignoreDaemonSets": False,
        "deleteEmptyDirData": "true",
        "force": True,
        "disableEviction": True,
        "skipWaitForDeleteTimeoutSeconds": 5,
        "podSelector": "app=web",
        "dryRun": True,
    },
    Action.GET_LOGS: {
        "tailLines": 7,
        "container": "app",
        "previous": True,
        "sinceTime": "2026-01-01T00:00:00",
        "timestamps": True,
        "limitBytes": 100,
    },
    Action.EXEC: {"command": ["ls", "-l"], "container": "app", "timeoutSeconds": 300},
    Action.APPLY_MANIFESTS: {"dryRun": True, "force": True, "defaultNamespace": "shop", "continueOnError": False},
    Action.DELETE: {
        "gracePeriodSeconds": 0,
        "force": True,
        "propagationPolicy": "Orphan",
        "uid": "u",
        "resourceVersion": 7,
        "dryRun": True,
    },
    Action.DYNAMIC: {
        "command": "list",
        "labelSelector": "a=b",
        "fieldSelector": "c=d",
        "limit": 5000,
        "continue": "token",
        "involvedKind": "Pod",
        "involvedName": "web-1",
    },
}


@pytest.mark.parametrize("action", GOOD)
def test_both_spellings_mean_the_same(action: Action) -> None:
    camel = request_of(action, GOOD[action])
    assert camel == request_of(action, {snake(name): value for name, value in GOOD[action].items()})
    assert camel != request_of(action, {})


@pytest.mark.parametrize("tail", [None, 0, -5, ...])
def test_a_tail_of_nothing_means_a_hundred_lines(tail: object) -> None:
    assert request_of(Action.GET_LOGS, {} if tail is ... else {"tail_lines": tail}) == request_of(Action.GET_LOGS, {})


def test_what_contradicts_itself_is_refused() -> None:
    assert error_of(Action.DELETE, {"force": True, "gracePeriodSeconds": 5}).startswith("force: ")
    assert error_of(Action.GET_LOGS, {"sinceSeconds": 5, "sinceTime": "2026-01-01T00:00:00Z"}).startswith("sinceTime: ")
    assert error_of(Action.GET_LOGS, {"container": "app", "allContainers": True}).startswith("allContainers: ")


@pytest.mark.parametrize("action", NAMED)
@pytest.mark.parametrize("name", ["", "../secrets/x", "a/b", "a%2fb", "a b", "x" * 254, "."])
def test_a_name_that_can_be_none_is_refused_by_every_action(action: Action, name: str) -> None:
    params = {"command": "describe"} if action is Action.DYNAMIC else {}
    assert error_of(action, params, name=name).startswith("name: ")


@pytest.mark.parametrize("action", [one for one in NAMED if TARGETS.get(one, {}).get("kind") != "Node"])
@pytest.mark.parametrize("namespace", ["../x", "a/b", "A", "x" * 64])
def test_a_namespace_that_can_be_none_is_refused_by_every_action(action: Action, namespace: str) -> None:
    assert error_of(action, {}, namespace=namespace).startswith("namespace: ")


FREE_KIND = {Action.SCALE, Action.RESTART, Action.UPDATE_IMAGE, Action.DELETE, Action.DYNAMIC}


@pytest.mark.parametrize("action", NAMED)
def test_a_kind_that_the_action_is_not_about_is_refused(action: Action) -> None:
    if action in FREE_KIND:
        assert error_of(action, {}, kind="") == "kind: is required"
        return
    assert error_of(action, {}, kind="Ingress").startswith("kind: must be ")
    request_of(action, {}, kind="")


@pytest.mark.parametrize("action", [Action.CORDON, Action.UNCORDON, Action.DRAIN])
@pytest.mark.parametrize("kind", ["", "Node", "node", "nodes", "no"])
def test_a_node_is_one_target_however_it_is_written(action: Action, kind: str) -> None:
    assert request_of(action, {}, kind=kind, namespace="").target == Target(kind="Node", name="node-1")


def test_events_and_lists_need_no_name_and_a_command_has_to_be_said() -> None:
    request_of(Action.DYNAMIC, {"command": "get_events"}, kind="", name="", namespace="")
    request_of(Action.DYNAMIC, {"command": "list"}, name="", namespace="")
    assert error_of(Action.DYNAMIC, {"command": "list"}, name="a/b").startswith("name: ")
    assert error_of(Action.DYNAMIC, {"command": None}).startswith("command: is required")


@pytest.mark.parametrize("action", CLUSTER_ACTIONS)
@given(
    params=st.dictionaries(
        st.sampled_from(sorted({name for names in WRONG.values() for name in names})),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=4,
        ),
        max_size=4,
    ),
    target=st.fixed_dictionaries({}, optional={part: st.text(max_size=8) for part in ("kind", "namespace", "name")}),
)
def test_whatever_is_sent_becomes_a_request_or_an_error(
    action: Action, params: dict[str, Any], target: dict[str, str]
) -> None:
    command = parsed(action, params, **target)
    if isinstance(command, MalformedCommand):
        assert command.error
    else:
        assert command.action is action
        assert "/" not in command.target.name
