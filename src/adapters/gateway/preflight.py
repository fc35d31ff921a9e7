"""Looks whether a Master answers, without being noticed as an agent.

A push, a heartbeat and a poll with an id would each make the Master know the cluster, and a poll may take a command. So
the route of the heartbeat is asked by GET: every Master refuses that by its method, before it looks at anything else,
and nobody but the agent port of a Master refuses it so: the web port answers 404 or a page. `GET /health` would be
harmless too, but half of all servers answer that.

Source: wire contract 1.1 ("all four agent routes answer 405 for any other method"), 1.3.
"""

from http import HTTPStatus
from typing import Final

from typing_extensions import override

from adapters.gateway.errors import not_a_master, refusal
from adapters.gateway.settings import GatewaySettings
from adapters.gateway.transport import Ask, Transport
from adapters.gateway.wire.commands import answered_at
from domain.preflight.sights import MasterSight
from ports.clock import Clock
from ports.preflight import MasterPreflight

_OPERATION: Final = "look at the Master"
_SUCCESS: Final = range(200, 300)


class HttpMasterPreflight(MasterPreflight):
    """One request; the connection is closed after it."""

    def __init__(self, settings: GatewaySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @override
    async def look(self) -> MasterSight:
        ask = Ask(
            operation=_OPERATION,
            method="GET",
            path="/agent/heartbeat",
            timeout_seconds=self._settings.http_timeout_seconds,
        )
        transport = Transport(self._settings)
        try:
            await transport.open()
            asked_at = self._clock.now()
            answer = await transport.answer(ask)
            read_at = self._clock.now()
        finally:
            await transport.close()
        shown_url = self._settings.shown_url
        if answer.status in _SUCCESS:
            raise not_a_master(_OPERATION, shown_url, answer)
        if answer.status != HTTPStatus.METHOD_NOT_ALLOWED:
            raise refusal(_OPERATION, shown_url, answer)
        return MasterSight(
            address=shown_url,
            asked_at=asked_at,
            answered_at=read_at,
            master_time=answered_at(answer.headers.get("date")),
        )
