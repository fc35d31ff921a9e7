"""The long poll of one topic: take a command, hand it over, poll again at once.

Polling never waits for a command that runs. It pauses while too many wait, because the Master's queue is the safer
place; and it ends first when the agent stops, while what already came is finished.
"""

from functools import partial

import anyio
from anyio.abc import TaskStatus

from adapters.scheduler.observer import LoopObserver
from adapters.scheduler.streak import FailureStreak
from adapters.scheduler.supervisor import Supervisor
from application.execute_command import ExecuteCommand
from application.lanes import Lanes
from domain.backoff import Backoff
from domain.commands.actions import Topic
from domain.commands.requests import Command, MalformedCommand
from ports.clock import Clock
from ports.errors import PortError, Unavailable
from ports.gateway import MasterGateway

_LONGEST_PAUSE_SECONDS = 30.0


class CommandLoop:
    """Polls one topic until it is told to stop."""

    def __init__(
        self,
        topic: Topic,
        gateway: MasterGateway,
        execute: ExecuteCommand,
        lanes: Lanes,
        clock: Clock,
        observer: LoopObserver,
        *,
        poll_interval_seconds: float,
        finish_seconds: float,
    ) -> None:
        self.name = f"commands.{topic}"
        self._topic = topic
        self._gateway = gateway
        self._execute = execute
        self._lanes = lanes
        self._clock = clock
        self._observer = observer
        self._poll_interval_seconds = poll_interval_seconds
        self._finish_seconds = finish_seconds
        self._streak = FailureStreak(self.name, clock)
        self._polling: anyio.CancelScope | None = None
        self._is_stopping = False

    def stop(self) -> None:
        """Poll no more; `run` returns when what already came is finished or its time is over."""
        self._is_stopping = True
        if self._polling is not None:
            self._polling.cancel()

    async def run(
        self, *, supervisor: Supervisor | None = None, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Poll until `stop`, then give running commands `finish_seconds` and return.

        `supervisor` starts polling again after a crash; what runs then goes on: a command that is cut off for it would
        have a result that is not true.
        """
        task_status.started()
        if self._is_stopping:
            return
        async with anyio.create_task_group() as executions:
            with anyio.CancelScope() as self._polling:
                if supervisor is None:
                    await self._poll(executions)
                else:
                    await supervisor.keep(self.name, partial(self._poll, executions))
            executions.cancel_scope.deadline = anyio.current_time() + self._finish_seconds

    async def _poll(
        self, executions: anyio.abc.TaskGroup, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        task_status.started()
        backoff = Backoff(first_seconds=max(0.2, self._poll_interval_seconds), longest_seconds=_LONGEST_PAUSE_SECONDS)
        while True:
            await self._lanes.wait_for_room(self._topic)
            started = self._clock.monotonic()
            try:
                command = await self._gateway.next_command(self._topic)
            except PortError as error:
                self._observer.on_round(self.name, self._clock.monotonic() - started, str(error))
                self._streak.failed(str(error))
                asked_seconds = error.retry_after_seconds if isinstance(error, Unavailable) else None
                await self._clock.sleep(backoff.next_seconds(max(self._poll_interval_seconds, asked_seconds or 0.0)))
                continue
            self._observer.on_round(self.name, self._clock.monotonic() - started, "")
            self._streak.succeeded()
            backoff.reset()
            if command is None:
                await self._clock.sleep(self._poll_interval_seconds)
            else:
                # Counted before it starts: the next poll must know of it.
                self._lanes.take(self._topic)
                executions.start_soon(self._carry_out, command, name=f"command {command.id[:64]}")

    async def _carry_out(self, command: Command | MalformedCommand) -> None:
        try:
            await self._execute.execute(command)
        finally:
            self._lanes.leave(self._topic)
