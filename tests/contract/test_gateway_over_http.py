"""HttpMasterGateway against servers that misbehave and addresses that are wrong."""

import gzip
import json
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings

from adapters.embedded.demo_master.judge import judge_snapshot
from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from adapters.gateway.client import HttpMasterGateway
from adapters.gateway.wire.gzip_stream import compressed
from adapters.gateway.wire.names import LIST_NAMES
from adapters.gateway.wire.snapshot import SnapshotEncoder
from adapters.memory.clock import ManualClock
from domain.cluster.snapshot import ClusterSnapshot
from domain.commands.actions import Topic
from domain.commands.requests import Command
from domain.commands.results import Outcome, RenderedResult
from ports.errors import InvalidRequest, Unavailable, UnexpectedAnswer
from tests.support.domain_objects import NOW, a_pod, a_snapshot, any_snapshot
from tests.support.faulty_server import OK, Conversation, an_answer, answering, listening
from tests.support.gateways import a_gateway, recording

EMPTY = an_answer("200 OK", b'{"hasCommand":false}')
RESULT = RenderedResult(command_id="c-1", outcome=Outcome.SUCCEEDED, output="{}", error="", duration_seconds=0.25)


async def test_a_push_is_one_gzip_body_of_known_length_under_the_clusters_name() -> None:
    async with recording() as server, a_gateway(server.url, headers={"x-tenant": "ü"}, user_agent="agent/1") as gateway:
        sent_bytes = await gateway.push_snapshot(a_snapshot([a_pod()], cluster_id="cluster-ü"))
    [request] = server.requests
    assert request.line == "POST /agent/snapshot HTTP/1.1"
    assert request.headers["content-encoding"] == "gzip"
    assert request.headers["content-length"] == str(sent_bytes) == str(len(request.body))
    assert "transfer-encoding" not in request.headers
    assert request.headers["x-cluster-id"] == "cluster-ü"
    assert request.headers["x-tenant"] == "ü"
    assert request.headers["user-agent"] == "agent/1"
    judge_snapshot(gzip.decompress(request.body))


async def test_the_four_requests_share_a_connection() -> None:
    async with recording() as server, a_gateway(server.url + "/") as gateway:
        await gateway.push_snapshot(a_snapshot())
        await gateway.send_heartbeat()
        await gateway.report_result(RESULT)
    assert [request.line for request in server.requests] == [
        "POST /agent/snapshot HTTP/1.1",
        "POST /agent/heartbeat HTTP/1.1",
        "POST /agent/result HTTP/1.1",
    ]
    assert server.connections == 1


async def test_the_clusters_id_and_the_topic_are_encoded_in_a_poll() -> None:
    async with recording() as server, a_gateway(server.url, cluster_id="a/b c&ü") as gateway:
        assert await gateway.next_command(Topic.AI) is None
    assert server.requests[0].line == "GET /agent/commands?cluster_id=a%2Fb+c%26%C3%BC&topic=ai HTTP/1.1"


async def test_a_report_has_the_same_bytes_at_every_try() -> None:
    clock = ManualClock(NOW)
    async with recording() as server, a_gateway(server.url, clock=clock) as gateway:
        for _ in range(3):
            await gateway.report_result(RESULT)
            await clock.advance(60)
    first, *others = [request.body for request in server.requests]
    assert others == [first, first]
    assert json.loads(first)["executedAt"] == "2026-01-01T12:00:00Z"


async def test_a_pooled_connection_that_the_master_closed_is_replaced_at_once() -> None:
    async def one_answer(conversation: Conversation) -> None:
        await conversation.request()
        await conversation.send(OK)

    async with listening(one_answer) as server, a_gateway(server.url) as gateway:
        for _ in range(5):
            await gateway.send_heartbeat()
    assert server.connections == 5


async def test_a_request_on_a_connection_that_closes_under_it_is_made_once_more() -> None:
    bodies: list[bytes] = []

    async def close_the_first(conversation: Conversation) -> None:
        bodies.append((await conversation.request()).body)
        if conversation.number > 1:
            await conversation.send(OK)

    async with listening(close_the_first) as server, a_gateway(server.url) as gateway:
        assert await gateway.push_snapshot(a_snapshot([a_pod()])) == len(bodies[0])
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert server.connections == 2


async def test_a_connection_that_keeps_breaking_is_tried_twice_and_no_more() -> None:
    async def close_at_once(conversation: Conversation) -> None:
        await conversation.request()

    async with listening(close_at_once) as server, a_gateway(server.url) as gateway:
        with pytest.raises(Unavailable, match="broke"):
            await gateway.push_snapshot(a_snapshot())
    assert server.connections == 2


async def test_a_master_that_restarts_is_found_again() -> None:
    demo = DemoMaster(DemoMasterSettings(poll_hold_seconds=0.05))
    async with anyio.create_task_group() as group:
        await group.start(demo.run)
        async with a_gateway(demo.agent_url) as gateway:
            await gateway.send_heartbeat()
            group.cancel_scope.cancel()
    async with a_gateway(demo.agent_url) as gateway:
        with pytest.raises(Unavailable, match="Connection refused"):
            await gateway.send_heartbeat()
        async with anyio.create_task_group() as group:
            await group.start(demo.run)
            await gateway.send_heartbeat()
            group.cancel_scope.cancel()
    assert demo.store.heartbeats("cluster-1") == 2


@pytest.mark.parametrize("question", ["push", "heartbeat", "poll", "report"])
async def test_a_master_that_hangs_is_given_up(question: str) -> None:
    async def hang(conversation: Conversation) -> None:
        await conversation.request()
        await anyio.sleep_forever()

    patience: dict[str, Any] = {
        "http_timeout_seconds": 0.2,
        "poll_timeout_seconds": 0.2,
        "heartbeat_timeout_seconds": 0.2,
    }
    async with listening(hang) as server, a_gateway(server.url, **patience) as gateway:
        with pytest.raises(Unavailable, match="gave no answer"):
            await ask(gateway, question)


async def ask(gateway: HttpMasterGateway, question: str) -> None:
    if question == "push":
        await gateway.push_snapshot(a_snapshot())
    elif question == "heartbeat":
        await gateway.send_heartbeat()
    elif question == "poll":
        await gateway.next_command(Topic.OPS)
    else:
        await gateway.report_result(RESULT)


async def test_an_answer_that_drips_does_not_outlive_the_deadline() -> None:
    async def drip(conversation: Conversation) -> None:
        await conversation.request()
        await conversation.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            await conversation.send(b" ")
            await anyio.sleep(0.01)

    async with listening(drip) as server, a_gateway(server.url, heartbeat_timeout_seconds=0.3) as gateway:
        with anyio.fail_after(20), pytest.raises(Unavailable, match=r"no answer within 0\.3 s"):
            await gateway.send_heartbeat()


async def test_a_master_that_refuses_before_it_has_read_everything_is_understood() -> None:
    async def refuse(conversation: Conversation) -> None:
        while b"\r\n\r\n" not in await conversation.stream.receive():
            pass
        await conversation.send(an_answer("413 Payload Too Large", b"too large", "Connection: close"))

    async with listening(refuse) as server, a_gateway(server.url) as gateway:
        with pytest.raises(InvalidRequest, match="413"):
            await gateway.push_snapshot(a_snapshot())


@pytest.mark.parametrize("question", ["push", "heartbeat", "poll", "report"])
async def test_the_web_port_is_told_from_the_agent_port(question: str) -> None:
    demo = DemoMaster(DemoMasterSettings(poll_hold_seconds=0.05))
    async with anyio.create_task_group() as group:
        await group.start(demo.run)
        async with a_gateway(demo.web_url) as gateway:
            with pytest.raises(UnexpectedAnswer, match="AGENT_MASTER_URL") as caught:
                await ask(gateway, question)
            assert "8081" in caught.value.why
        group.cancel_scope.cancel()


NO_MASTER = {
    "page": an_answer("200 OK", b"<!doctype html><html></html>"),
    "redirect": an_answer("302 Found", b"", "Location: https://login.example.com/"),
    "list": an_answer("200 OK", b"[1]"),
    "text": an_answer("200 OK", b"welcome"),
    "bad gzip": an_answer("200 OK", b"no gzip", "Content-Encoding: gzip"),
    "deep": an_answer("200 OK", b"[" * 100_000),
}


@pytest.mark.parametrize("question", ["push", "heartbeat", "poll", "report"])
@pytest.mark.parametrize("answer", NO_MASTER.values(), ids=NO_MASTER)
async def test_what_no_master_would_answer_is_said_to_be_that(answer: bytes, question: str) -> None:
    async with listening(answering(answer)) as server, a_gateway(server.url) as gateway:
        with pytest.raises(UnexpectedAnswer):
            await ask(gateway, question)
    assert server.connections == 1


async def test_something_that_is_no_http_at_all_is_unavailable() -> None:
    async def speak(conversation: Conversation) -> None:
        await conversation.send(b"220 mail.example.com ESMTP\r\n")
        await conversation.request()

    async with listening(speak) as server, a_gateway(server.url) as gateway:
        with pytest.raises(Unavailable):
            await gateway.send_heartbeat()


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    async def flood(conversation: Conversation) -> None:
        await conversation.request()
        await conversation.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
        while True:
            await conversation.send(b" " * 2**20)

    async with listening(flood) as server, a_gateway(server.url) as gateway:
        with pytest.raises(UnexpectedAnswer, match="more than 16777216 bytes"):
            await gateway.next_command(Topic.OPS)


async def test_a_small_answer_that_unpacks_to_an_endless_one_is_not_read_either() -> None:
    bomb = an_answer("200 OK", gzip.compress(b" " * 64 * 2**20), "Content-Encoding: gzip")
    async with listening(answering(bomb)) as server, a_gateway(server.url) as gateway:
        with pytest.raises(UnexpectedAnswer, match="more than 16777216 bytes"):
            await gateway.next_command(Topic.OPS)


@pytest.mark.parametrize("answer", [an_answer("202 Accepted"), an_answer("204 No Content"), OK])
@pytest.mark.parametrize("question", ["push", "heartbeat", "report"])
async def test_every_success_without_foreign_text_is_an_acknowledgement(answer: bytes, question: str) -> None:
    async with listening(answering(answer)) as server, a_gateway(server.url) as gateway:
        await ask(gateway, question)


async def test_a_poll_that_is_answered_with_nothing_is_empty() -> None:
    async with listening(answering(an_answer("204 No Content"))) as server, a_gateway(server.url) as gateway:
        assert await gateway.next_command(Topic.OPS) is None


async def test_the_wait_that_an_overloaded_master_asks_for_is_passed_on() -> None:
    answer = an_answer("429 Too Many Requests", b"slow down", "Retry-After: 7")
    async with listening(answering(answer)) as server, a_gateway(server.url) as gateway:
        with pytest.raises(Unavailable) as caught:
            await gateway.send_heartbeat()
    assert caught.value.retry_after_seconds == 7.0


async def test_the_age_of_a_command_is_by_the_date_of_its_answer() -> None:
    command = {"id": "c", "action": "cordon", "kind": "Node", "name": "n", "createdAt": "2026-11-22T07:45:28Z"}
    body = json.dumps({"hasCommand": True, "command": command}).encode()
    answer = an_answer("200 OK", body, "Date: Sun, 22 Nov 2026 07:46:28 GMT")
    async with listening(answering(answer)) as server, a_gateway(server.url) as gateway:
        found = await gateway.next_command(Topic.OPS)
    assert isinstance(found, Command)
    assert found.age_seconds == 60.0


async def test_nothing_is_asked_while_the_clusters_id_is_not_known() -> None:
    async with recording() as server, a_gateway(server.url, cluster_id="") as gateway:
        for question in ("heartbeat", "poll", "report"):
            with pytest.raises(Unavailable, match="not known yet"):
                await ask(gateway, question)
    assert server.connections == 0


async def test_a_closed_gateway_says_so() -> None:
    async with recording() as server:
        async with a_gateway(server.url) as gateway:
            pass
        with pytest.raises(Unavailable, match="closed"):
            await gateway.send_heartbeat()


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(snapshot=any_snapshot(is_hostile=True))
def test_whatever_stands_in_the_objects_the_master_takes_the_snapshot(snapshot: ClusterSnapshot) -> None:
    encoder = SnapshotEncoder()
    body = b"".join(compressed(anyio.run(encoder.encode, snapshot)))
    document = json.loads(judge_snapshot(gzip.decompress(body)).document)
    sent = sum(len(document[name]) for name in LIST_NAMES.values())
    readings = snapshot.readings.by_kind()
    assert sent + encoder.left_out == sum(len(readings[kind].objects) for kind in LIST_NAMES)
