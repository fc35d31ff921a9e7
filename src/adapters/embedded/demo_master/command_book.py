"""The commands of a demo Master: their queues, how polls wait on them, their states and results.

Source: wire contract, long poll: FIFO, at most once, one token that wakes a poll and can be stale.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import anyio

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import CommandRecord, CommandStatus, ResultPost
from adapters.embedded.demo_master.settings import DemoMasterSettings

QUEUED_PER_REMEMBERED = 10


class QueueFullError(Exception):
    """Too many commands wait to be taken."""


class _Queue:
    """Ids of waiting commands, the polls that wait for one, and at most one wake-up token."""

    def __init__(self, *, stale_wake_ups: bool) -> None:
        self.ids: deque[str] = deque()
        self.polls: deque[anyio.Event] = deque()
        self.token = False
        self._stale_wake_ups = stale_wake_ups

    @property
    def unused(self) -> bool:
        return not (self.ids or self.polls or self.token)

    def put(self, command_id: str) -> None:
        self.ids.append(command_id)
        self._wake_one()

    def _wake_one(self) -> None:
        if self.polls:
            self.polls.popleft().set()
        else:
            self.token = True

    def _pop(self) -> str | None:
        return self.ids.popleft() if self.ids else None

    async def take(self, hold_seconds: float) -> str | None:
        """The next id, at once or within the hold; None when there is none or another poll was faster."""
        taken = self._pop()
        if taken is not None:
            self.token = self.token and self._stale_wake_ups
            return taken
        if self.token:
            self.token = False
            return None
        woken = anyio.Event()
        self.polls.append(woken)
        try:
            with anyio.move_on_after(hold_seconds):
                await woken.wait()
        except anyio.get_cancelled_exc_class():
            if woken.is_set() and self.ids:
                self._wake_one()  # the wake-up was meant for whoever still waits
            raise
        finally:
            if not woken.is_set():
                self.polls.remove(woken)
        return self._pop()


class CommandBook:
    """All commands, remembered up to a number; results posted, remembered up to a size."""

    def __init__(self, settings: DemoMasterSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._commands: dict[str, CommandRecord] = {}
        self._queues: dict[tuple[str, str], _Queue] = {}
        self._posts: deque[ResultPost] = deque()
        self._post_chars = 0
        self._closed = False

    @property
    def results(self) -> tuple[ResultPost, ...]:
        """Every result posted, in the order of arrival, as far as remembered."""
        return tuple(self._posts)

    @property
    def open_polls(self) -> int:
        """How many polls are held at this moment."""
        return sum(len(queue.polls) for queue in self._queues.values())

    @property
    def queues(self) -> int:
        """How many queues exist: those with a command, a held poll or a wake-up token."""
        return len(self._queues)

    def newest_first(self) -> list[CommandRecord]:
        """All remembered commands."""
        return list(reversed(self._commands.values()))

    def get(self, command_id: str) -> CommandRecord | None:
        """One command, or None when it is unknown or forgotten."""
        return self._commands.get(command_id)

    def waiting(self, cluster_id: str) -> int:
        """How many commands of a cluster no agent has taken yet."""
        return sum(len(queue.ids) for (owner, _), queue in self._queues.items() if owner == cluster_id)

    def put(self, request: CommandRequest) -> CommandRecord:
        """Queue a command.

        Raises:
            QueueFullError: if too many wait already.
        """
        if (
            sum(len(queue.ids) for queue in self._queues.values())
            >= self._settings.keep_commands * QUEUED_PER_REMEMBERED
        ):
            raise QueueFullError
        record = CommandRecord(id=str(uuid4()), request=request, created_at=self._now())
        self._commands[record.id] = record
        self._forget()
        self._queue(request.cluster_id, request.topic).put(record.id)
        return record

    async def take(self, cluster_id: str, topic: str) -> CommandRecord | None:
        """Wait for the next command of a queue, at most the hold time; it counts as running from here on."""
        if self._closed:
            return None
        key = (cluster_id, topic)
        queue = self._queue(*key)
        try:
            command_id = await queue.take(self._settings.poll_hold_seconds)
        finally:
            if queue.unused and self._queues.get(key) is queue:
                del self._queues[key]
        if command_id is None:
            return None
        record = replace(self._commands[command_id], status="running", started_at=self._now())
        self._commands[command_id] = record
        return record

    def finish(self, post: ResultPost) -> None:
        """Note a result; a later one of the same command overwrites it, an unknown command is no error."""
        self._posts.append(post)
        self._post_chars += post.size
        while self._post_chars > self._settings.keep_result_bytes and len(self._posts) > 1:
            self._post_chars -= self._posts.popleft().size
        known = self._commands.get(post.command_id)
        if known is not None:
            status: CommandStatus = "success" if post.success else "failed"
            self._commands[known.id] = replace(known, status=status, finished_at=post.at, result=post)
            self._forget()

    def open(self) -> None:
        """Hold polls again after a `close`."""
        self._closed = False

    def close(self) -> None:
        """End every held poll with an empty answer; later polls are answered at once."""
        self._closed = True
        for queue in self._queues.values():
            while queue.polls:
                queue.polls.popleft().set()

    def _queue(self, cluster_id: str, topic: str) -> _Queue:
        key = (cluster_id, topic)
        if key not in self._queues:
            self._queues[key] = _Queue(stale_wake_ups=self._settings.stale_wake_ups)
        return self._queues[key]

    def _forget(self) -> None:
        """Drop the oldest commands that wait in no queue, finished ones first, and results beyond the size."""
        excess = len(self._commands) - self._settings.keep_commands
        held = sum(record.result.size for record in self._commands.values() if record.result)
        oldest_first = list(self._commands.values())
        for statuses in (("success", "failed"), ("running",)):
            for record in oldest_first:
                too_big = held > self._settings.keep_result_bytes and record.result is not None
                if record.status in statuses and (excess > 0 or too_big) and record is not oldest_first[-1]:
                    del self._commands[record.id]
                    excess -= 1
                    held -= record.result.size if record.result else 0
