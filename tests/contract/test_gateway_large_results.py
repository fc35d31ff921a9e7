"""HttpMasterGateway behind a proxy that lets only so much through: a result arrives shorter, and says so."""

import json
import logging
from dataclasses import replace

import pytest

from domain.commands.results import Outcome, RenderedResult
from ports.errors import InvalidRequest, UnexpectedAnswer
from tests.support.faulty_server import OK, Conversation, FaultyServer, an_answer, answering, listening
from tests.support.gateways import a_gateway

RESULT = RenderedResult(
    command_id="c-1", outcome=Outcome.SUCCEEDED, output='{"a":1}\n' * 150_000, error="", duration_seconds=0.25
)
TOO_LARGE = an_answer("413 Request Entity Too Large", b"<html>413</html>")


async def _reported(result: RenderedResult, most_bytes: int) -> tuple[dict[str, object], FaultyServer]:
    taken: list[bytes] = []

    async def behave(conversation: Conversation) -> None:
        while True:
            request = await conversation.request()
            server.requests.append(request)
            if len(request.body) > most_bytes:
                await conversation.send(TOO_LARGE)
            else:
                taken.append(request.body)
                await conversation.send(OK)

    async with listening(behave) as server, a_gateway(server.url) as gateway:
        await gateway.report_result(result)
    (body,) = taken
    return json.loads(body), server


@pytest.mark.parametrize(("most_bytes", "tries"), [(2**21, 1), (2**20, 2), (2**17, 3), (2**14, 4)])
async def test_a_text_arrives_as_far_as_it_is_let_through(
    most_bytes: int, tries: int, caplog: pytest.LogCaptureFixture
) -> None:
    body, server = await _reported(RESULT, most_bytes)
    assert len(server.requests) == tries
    assert (body["commandId"], body["success"], body["error"]) == ("c-1", True, "")
    output = str(body["output"])
    assert (output == RESULT.output) is (tries == 1)
    if tries > 1:
        assert "[cut by the agent: the first" in output
        (line,) = [record for record in caplog.records if record.levelno == logging.WARNING]
        assert vars(line)["sent_chars"] == len(output)
        assert vars(line)["command_id"] == "c-1"


async def test_json_arrives_as_an_error_that_says_what_to_do() -> None:
    body, server = await _reported(replace(RESULT, output=json.dumps(["x" * 100] * 20_000)), 2**20)
    assert len(server.requests) == 2
    assert (body["success"], body["output"]) == (False, "")
    assert "larger than what is let through to the Master" in str(body["error"])


async def test_what_lets_nothing_through_is_said_after_a_few_tries() -> None:
    requests = 0

    async def refuse(conversation: Conversation) -> None:
        nonlocal requests
        while True:
            await conversation.request()
            requests += 1
            await conversation.send(TOO_LARGE)

    async with listening(refuse) as server, a_gateway(server.url) as gateway:
        with pytest.raises(InvalidRequest, match="raise the limit for bodies"):
            await gateway.report_result(RESULT)
    assert requests == 4


@pytest.mark.parametrize("status", ["406 Not Acceptable", "411 Length Required", "418 No", "451 Blocked"])
async def test_what_no_master_answers_is_no_verdict_about_the_result(status: str) -> None:
    async with listening(answering(an_answer(status))) as server, a_gateway(server.url) as gateway:
        with pytest.raises(UnexpectedAnswer, match="something before it"):
            await gateway.report_result(RESULT)
