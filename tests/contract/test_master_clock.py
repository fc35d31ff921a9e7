"""How far the Master's clock is ahead is known from its heartbeats' answers, and decides nothing."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.support.domain_objects import NOW
from tests.support.faulty_server import OK, Conversation, listening
from tests.support.gateways import a_gateway


@pytest.mark.parametrize("ahead_seconds", [-3600, 0, 90])
async def test_the_skew_is_known_after_a_heartbeat(ahead_seconds: int) -> None:
    date = format_datetime((NOW + timedelta(seconds=ahead_seconds)).replace(microsecond=0), usegmt=True)

    async def behave(conversation: Conversation) -> None:
        await conversation.request()
        await conversation.send(OK.replace(b"Content-Type", f"Date: {date}\r\nContent-Type".encode()))

    async with listening(behave) as server, a_gateway(server.url) as gateway:
        assert gateway.clock_ahead_seconds is None
        await gateway.send_heartbeat()
        assert gateway.clock_ahead_seconds == pytest.approx(ahead_seconds, abs=1)


async def test_a_master_that_does_not_tell_the_time_leaves_it_unknown() -> None:
    async def behave(conversation: Conversation) -> None:
        await conversation.request()
        await conversation.send(OK)

    async with listening(behave) as server, a_gateway(server.url) as gateway:
        await gateway.send_heartbeat()
        assert gateway.clock_ahead_seconds is None
