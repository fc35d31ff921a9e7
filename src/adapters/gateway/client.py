"""The Master over HTTP: push, heartbeat, long poll, report.

Only the newest snapshot counts: its compressed chunks are kept until the push ends, and sent once more when the
connection broke. There is no queue and no backoff here; the loops decide when to try again.
Source: wire contract 1.
"""

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final, Self

import anyio.to_thread
from typing_extensions import override

from adapters.gateway.errors import Answer, TooLarge, not_a_master
from adapters.gateway.settings import GatewaySettings
from adapters.gateway.transport import Ask, Transport
from adapters.gateway.wire.cleaning import clean_text
from adapters.gateway.wire.commands import PollContext, UnreadableAnswerError, answered_at, parse_poll
from adapters.gateway.wire.gzip_stream import compressed
from adapters.gateway.wire.results import encode_result
from adapters.gateway.wire.shortening import shortened
from adapters.gateway.wire.snapshot import SnapshotEncoder
from domain.cluster.snapshot import ClusterSnapshot
from domain.commands.actions import Topic
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import RenderedResult
from domain.preflight.sights import MasterSight
from ports.clock import Clock
from ports.errors import Unavailable
from ports.gateway import MasterGateway

_CLUSTER_HEADER: Final = "X-Cluster-ID"
_REMEMBERED_REPORTS: Final = 1024
_NOT_IN_HEADERS: Final = re.compile(r"[\x00-\x1f\x7f]")

logger = logging.getLogger(__name__)


class HttpMasterGateway(MasterGateway):
    """The Master at an address.

    Args:
        settings: where, who, how patient.
        cluster_id: the cluster's id, or an empty text while it is not known.
        clock: says when a result was first reported.
    """

    def __init__(self, settings: GatewaySettings, cluster_id: Callable[[], str], clock: Clock) -> None:
        self._settings = settings
        self._cluster_id = cluster_id
        self._clock = clock
        self._transport = Transport(settings)
        self._reported_at: OrderedDict[str, datetime] = OrderedDict()
        self.encoder: Final = SnapshotEncoder()
        """What is kept of snapshots; public for figures about it."""
        self.clock_ahead_seconds: float | None = None
        """How far the Master's clock was ahead of ours at the last heartbeat; None while it has not told."""

    async def __aenter__(self) -> Self:
        """Open."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def open(self) -> None:
        """Read certificates; connects to nothing yet.

        Raises:
            MisconfigurationError: something that the operator configured cannot be used.
        """
        await self._transport.open()

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    @override
    async def push_snapshot(self, snapshot: ClusterSnapshot) -> int:
        pieces = await self.encoder.encode(snapshot)
        chunks = await anyio.to_thread.run_sync(compressed, pieces)
        answer = await self._transport.ask(
            Ask(
                operation="push snapshot",
                method="POST",
                path="/agent/snapshot",
                timeout_seconds=self._settings.http_timeout_seconds,
                headers={
                    _CLUSTER_HEADER: _header(snapshot.cluster_id),
                    "Content-Type": "application/json",
                    "Content-Encoding": "gzip",
                },
                chunks=chunks,
            )
        )
        self._require_acknowledgement("push snapshot", answer)
        return sum(map(len, chunks))

    @override
    async def send_heartbeat(self) -> None:
        asked_at = self._clock.now()
        answer = await self._transport.ask(
            Ask(
                operation="send heartbeat",
                method="POST",
                path="/agent/heartbeat",
                timeout_seconds=self._settings.heartbeat_timeout_seconds,
                headers={_CLUSTER_HEADER: _header(self._known_cluster("send heartbeat"))},
            )
        )
        self._require_acknowledgement("send heartbeat", answer)
        self.clock_ahead_seconds = MasterSight(
            address=self._settings.shown_url,
            asked_at=asked_at,
            answered_at=self._clock.now(),
            master_time=answered_at(answer.headers.get("date")),
        ).ahead_seconds

    @override
    async def next_command(self, topic: Topic) -> Command | MalformedCommand | None:
        operation = f"poll {topic}"
        cluster_id = self._known_cluster(operation)
        answer = await self._transport.ask(
            Ask(
                operation=operation,
                method="GET",
                path="/agent/commands",
                timeout_seconds=self._settings.poll_timeout_seconds,
                query={"cluster_id": cluster_id, "topic": topic.value},
                headers={_CLUSTER_HEADER: _header(cluster_id)},
            )
        )
        if not answer.body.strip():
            return None
        context = PollContext(topic=topic, cluster_id=cluster_id, answered_at=answered_at(answer.headers.get("date")))
        try:
            return parse_poll(answer.body, context)
        except UnreadableAnswerError as error:
            raise not_a_master(operation, self._settings.shown_url, answer, str(error)) from error

    @override
    async def report_result(self, result: RenderedResult) -> None:
        try:
            await self._report(result)
        except TooLarge as error:
            await self._report_less(result, error)

    async def _report_less(self, result: RenderedResult, refused: TooLarge) -> None:
        """Deliver as much of a result as is let through.

        Raises:
            TooLarge: not even the least of it is.
        """
        for shorter in shortened(result):
            try:
                await self._report(shorter)
            except TooLarge as error:
                refused = error
            else:
                fields = {
                    "command_id": result.command_id,
                    "chars": len(result.output),
                    "sent_chars": len(shorter.output),
                    "error": str(refused),
                }
                logger.warning("result too large, delivered without a part of it", extra=fields)
                return
        raise refused

    async def _report(self, result: RenderedResult) -> None:
        operation = "report result"
        answer = await self._transport.ask(
            Ask(
                operation=operation,
                method="POST",
                path="/agent/result",
                timeout_seconds=self._settings.http_timeout_seconds,
                headers={
                    _CLUSTER_HEADER: _header(self._known_cluster(operation)),
                    "Content-Type": "application/json",
                },
                chunks=(encode_result(result, self._first_reported_at(result.command_id)),),
            )
        )
        self._require_acknowledgement(operation, answer)

    def _first_reported_at(self, command_id: str) -> datetime:
        """The same time at every try, so that every try has the same bytes."""
        moment = self._reported_at.setdefault(command_id, self._clock.now())
        if len(self._reported_at) > _REMEMBERED_REPORTS:
            self._reported_at.popitem(last=False)
        return moment

    def _known_cluster(self, operation: str) -> str:
        cluster_id = self._cluster_id()
        if not cluster_id:
            raise Unavailable(operation, "the cluster's id is not known yet")
        return cluster_id

    def _require_acknowledgement(self, operation: str, answer: Answer) -> None:
        """A Master answers with a small JSON object, whatever it calls its content type; nothing at all will do, too.

        Raises:
            UnexpectedAnswer: it is something else: somebody other than a Master said yes.
        """
        if not answer.body.strip():
            return
        try:
            content = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise not_a_master(operation, self._settings.shown_url, answer) from error
        if not isinstance(content, dict):
            raise not_a_master(operation, self._settings.shown_url, answer)


def _header(text: str) -> str:
    """What a header can carry: no line may end in it."""
    return clean_text(_NOT_IN_HEADERS.sub("?", text))
