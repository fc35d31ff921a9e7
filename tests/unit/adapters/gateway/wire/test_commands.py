"""Untrusted bodies become a command, or a malformed one that names what is wrong, or a word that this is no Master."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.gateway.wire.commands import PollContext, UnreadableAnswerError, answered_at, parse_poll
from domain.commands.actions import Action, Topic
from domain.commands.requests import Command, MalformedCommand, Target
from domain.commands.workload_requests import ScaleRequest
from tests.support.commands import a_request_for

CREATED_AT = datetime(2026, 11, 22, 7, 45, 28, 823664, tzinfo=UTC)
CONTEXT = PollContext(topic=Topic.OPS, cluster_id="c1", answered_at=CREATED_AT + timedelta(seconds=4))


def a_body(**members: Any) -> dict[str, Any]:
    command = {
        "id": "d1a5",
        "clusterId": "c1",
        "action": "scale",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "params": {"replicas": 3},
        "source": "web",
        "createdAt": "2026-11-22T07:45:28.823664958Z",
    }
    return {name: value for name, value in (command | members).items() if value is not ...}


def parsed(context: PollContext = CONTEXT, **members: Any) -> Command | MalformedCommand | None:
    return parse_poll(json.dumps({"hasCommand": True, "command": a_body(**members)}).encode(), context)


def a_command(**members: Any) -> Command:
    command = parsed(**members)
    assert isinstance(command, Command), command
    return command


def the_error(**members: Any) -> str:
    command = parsed(**members)
    assert isinstance(command, MalformedCommand), command
    assert command.id == "d1a5"
    assert command.topic is Topic.OPS
    return command.error


def test_a_command_as_the_master_sends_it() -> None:
    command = a_command()
    assert command.request == ScaleRequest(target=Target(kind="Deployment", namespace="shop", name="web"), replicas=3)
    assert (command.id, command.source, command.topic) == ("d1a5", "web", Topic.OPS)
    assert command.created_at == CREATED_AT
    assert command.age_seconds == 4.0


@pytest.mark.parametrize("replicas", [3, 3.0, "3", " 3 ", "+3"])
def test_whole_numbers_are_taken_as_senders_write_them(replicas: object) -> None:
    request = a_command(params={"replicas": replicas}).request
    assert isinstance(request, ScaleRequest)
    assert request.replicas == 3
    assert type(request.replicas) is int


@pytest.mark.parametrize(
    "replicas",
    [3.5, True, False, "three", "", "3.0", "٣", [], {}, 1e400, float("nan"), "9" * 20, -1, "-1", 2**31, 2**70],
    ids=repr,
)
def test_anything_else_is_refused_and_named(replicas: object) -> None:
    assert the_error(params={"replicas": replicas}).startswith("replicas: ")


@pytest.mark.parametrize("params", [None, {}, {"replicas": None}, ...], ids=["null", "empty", "null in it", "absent"])
def test_replicas_are_required(params: object) -> None:
    assert the_error(params=params) == "replicas: is required"


@pytest.mark.parametrize("params", [[], [3], "replicas=3", 3, True])
def test_parameters_that_are_no_object_are_refused(params: object) -> None:
    assert the_error(params=params) == "params: must be an object"


def test_both_spellings_of_parameters_are_taken() -> None:
    camel = a_command(params={"replicas": 3, "currentReplicas": 2, "resourceVersion": "77"}).request
    snake = a_command(params={"replicas": 3, "current_replicas": "2", "resource_version": 77}).request
    assert camel == snake
    assert isinstance(camel, ScaleRequest)
    assert (camel.current_replicas, camel.resource_version) == (2, "77")


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_request_of_its_own(action: Action) -> None:
    assert a_request_for(action).action is action


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown action": ({"action": "explode"}, "unknown action 'explode'"),
    "no action": ({"action": ...}, "action: is required"),
    "action in capitals": ({"action": "SCALE"}, "unknown action 'SCALE'"),
    "action no text": ({"action": 5}, "action: must be a text"),
    "another cluster": ({"clusterId": "c2"}, "clusterId: is that of another cluster"),
    "name no text": ({"name": ["web"]}, "name: must be a text"),
    "no kind": ({"kind": ...}, "kind: is required"),
    "path as name": ({"name": "../secrets"}, "name: is no valid name (lower-case letters, digits, '-' and '.')"),
    "long kind": ({"kind": "x" * 300}, "kind: is longer than 253 characters"),
    "source no text": ({"source": 1}, "source: must be a text"),
}


@pytest.mark.parametrize(("members", "error"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_understood_is_answered_naming_the_member(members: dict[str, Any], error: str) -> None:
    assert the_error(**members) == error


def test_the_action_of_a_malformed_command_is_capped() -> None:
    command = parsed(action="x" * 5000)
    assert isinstance(command, MalformedCommand)
    assert command.action == "x" * 64
    assert len(command.error) < 100


@pytest.mark.parametrize("command_id", [..., None, "", 5, ["a"]], ids=repr)
def test_a_command_that_cannot_be_answered_is_dropped_loudly(
    command_id: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert parsed(id=command_id) is None
    assert [record.message for record in caplog.records] == ["command without an id dropped: it cannot be answered"]


def test_unknown_members_change_nothing() -> None:
    assert a_command(createdBy="x", future={"a": 1}) == a_command()


@pytest.mark.parametrize(
    "created_at",
    [..., None, "", "yesterday", 5, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", [1]],
    ids=repr,
)
def test_a_command_without_a_readable_time_is_new(created_at: object) -> None:
    command = a_command(createdAt=created_at)
    assert (command.created_at, command.age_seconds) == (None, 0.0)


def test_the_age_is_by_the_masters_own_clock_and_never_negative() -> None:
    assert a_command(createdAt="2026-11-22T16:45:28+09:00").age_seconds == pytest.approx(4.823664)
    assert a_command(createdAt="2027-01-01T00:00:00Z").age_seconds == 0.0
    without_date = PollContext(topic=Topic.OPS, cluster_id="c1", answered_at=None)
    command = parsed(context=without_date)
    assert isinstance(command, Command)
    assert command.age_seconds == 0.0


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Sun, 22 Nov 2026 07:45:32 GMT", datetime(2026, 11, 22, 7, 45, 32, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 07:45:32 -0000", datetime(2026, 11, 22, 7, 45, 32, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 16:45:32 +0900", datetime(2026, 11, 22, 7, 45, 32, tzinfo=UTC)),
        ("nonsense", None),
        ("Sun, 99 Nov 2026 07:45:32 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("", None),
        (None, None),
    ],
)
def test_the_date_of_an_answer(header: str | None, moment: datetime | None) -> None:
    assert answered_at(header) == moment


def test_the_digest_is_over_what_decides_and_nothing_else() -> None:
    digest = a_command().digest
    assert len(digest) == 64
    same = (
        a_command(id="other", source="deployer", createdAt="2026-11-22T08:00:00Z"),
        a_command(createdBy="somebody"),
        a_command(params={"replicas": 3}),
    )
    assert {command.digest for command in same} == {digest}
    ai = parsed(context=PollContext(topic=Topic.AI, cluster_id="c1", answered_at=None))
    assert isinstance(ai, Command)
    others = (
        a_command(params={"replicas": 4}),
        a_command(params={"replicas": 3, "dryRun": True}),
        a_command(namespace="other"),
        a_command(name="other"),
        a_command(kind="StatefulSet"),
        a_command(action="restart"),
        ai,
    )
    assert len({digest, *(command.digest for command in others)}) == len(others) + 1


def test_the_digest_does_not_depend_on_the_order_of_members() -> None:
    one = a_command(params={"replicas": 3, "a": {"x": 1, "y": [1, 2]}})
    other = a_command(params={"a": {"y": [1, 2], "x": 1}, "replicas": 3})
    assert one.digest == other.digest


@pytest.mark.parametrize(
    "body",
    [
        b'{"hasCommand":false}',
        b"{}",
        b'{"hasCommand":null,"command":null}',
        b'{"hasCommand":false,"command":{"id":"x"}}',
    ],
)
def test_an_empty_answer_is_no_command(body: bytes) -> None:
    assert parse_poll(body, CONTEXT) is None


def test_a_command_counts_also_where_the_flag_is_missing() -> None:
    command = parse_poll(json.dumps({"command": a_body()}).encode(), CONTEXT)
    assert isinstance(command, Command)


UNREADABLE = {
    "html": b"<html></html>",
    "cut": b'{"hasCommand":true,"command":{"id":"d1',
    "list": b"[]",
    "text": b'"ok"',
    "null": b"null",
    "no command": b'{"hasCommand":true}',
    "command no object": b'{"hasCommand":true,"command":"scale"}',
    "bytes": b"\xff\xfe\x00",
    "deep": b'{"command":' * 5000,
    "half a pair": b'{"hasCommand":true,"command":{"id":"\\ud800"}}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_no_master_answers_is_said_to_be_that(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError) as caught:
        parse_poll(body, CONTEXT)
    assert str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("clusterId", "action", "kind", "namespace", "name", "params", "source", "createdAt")


@given(members=st.dictionaries(st.sampled_from(MEMBERS), JSON), replicas=JSON)
def test_nothing_in_a_command_breaks_the_parser(members: dict[str, Any], replicas: object) -> None:
    for candidate in (members, {"params": {"replicas": replicas, "currentReplicas": replicas}} | members):
        command = parsed(**candidate)
        assert isinstance(command, Command | MalformedCommand)
        assert command.id == "d1a5"


@pytest.mark.parametrize("digits", [400, 4299, 4301, 100_000])
def test_a_number_of_any_length_is_refused_or_unreadable(digits: int) -> None:
    body = json.dumps({"hasCommand": True, "command": a_body()}).replace(
        '"replicas": 3', '"replicas": 1' + "0" * digits
    )
    try:
        command = parse_poll(body.encode(), CONTEXT)
    except UnreadableAnswerError:
        return
    assert isinstance(command, MalformedCommand)
