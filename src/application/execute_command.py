"""ExecuteCommand: policy, ledger, lane, handler, result. Failure is a value: every command gets an answer.

The order matters. The command is written down before anything is done (`claim`), and again when its execution begins
(`start`), so that after a crash the truth can be told. The result is kept (`finish`) before anybody is told.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

import anyio

from application.audit import who_and_what, write_audit_line
from application.command_context import CommandContext
from application.deliver_results import DeliverResults
from application.lanes import Lanes
from application.target_keys import TargetKeys
from domain.commands.ledger_book import Claim
from domain.commands.policy import Policy
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import CommandResult, Content, Outcome, RenderedResult, UnfinishedCommandError
from domain.commands.target import Target
from domain.commands.target_events import event_of
from domain.errors import AgentError, CommandRefusedError, InvalidCommandError
from ports.clock import Clock
from ports.errors import PortError, Unanswered
from ports.gateway import OutputRenderer
from ports.ledger import CommandLedger
from ports.origin import on_behalf_of
from ports.target_events import TargetEvents

logger = logging.getLogger(__name__)

_CANNOT_BE_WRITTEN: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

Handler: TypeAlias = Callable[[Any, CommandContext], Awaitable[Content]]
"""Takes the request type under which it stands in the dispatch table, and what is known beside it.

It returns what a success answers.
"""


class CommandObserver(Protocol):
    """What telemetry wants to know of commands."""

    def on_command(self, action: str, topic: str, outcome: str, seconds: float) -> None:
        """A command ended."""


class ExecuteCommand:
    """Carries out one command a call."""

    def __init__(
        self,
        policy: Policy,
        ledger: CommandLedger,
        lanes: Lanes,
        handlers: Mapping[type, Handler],
        renderer: OutputRenderer,
        outbox: DeliverResults,
        clock: Clock,
        observer: CommandObserver,
        *,
        target_keys: TargetKeys,
        target_events: TargetEvents,
        timeout_seconds: float,
    ) -> None:
        self._policy = policy
        self._ledger = ledger
        self._lanes = lanes
        self._handlers = handlers
        self._renderer = renderer
        self._outbox = outbox
        self._clock = clock
        self._observer = observer
        self._target_keys = target_keys
        self._target_events = target_events
        self._timeout_seconds = timeout_seconds

    async def execute(self, command: Command | MalformedCommand) -> None:
        """Carry out a command and put its result into the outbox.

        Raises nothing but cancellation, and then only after the truth about the command is in the ledger.
        """
        arrived = self._clock.monotonic()
        with anyio.CancelScope(shield=True):
            claim = await self._ledger.claim(command)
        if claim is not Claim.NEW:
            self._report_redelivery(command, claim)
            return
        progress = _Progress()
        result = CommandResult(outcome=Outcome.UNKNOWN, error="interrupted")
        try:
            result = await self._decide(command, progress)
        except anyio.get_cancelled_exc_class():
            result = _interrupted(command, progress)
            raise
        finally:
            # The command has left the Master's queue: whatever happens now, its result must be kept.
            with anyio.CancelScope(shield=True):
                await self._finish(command, result, self._clock.monotonic() - arrived)
        await self._leave_event(command, result, progress)

    async def _decide(self, command: Command | MalformedCommand, progress: "_Progress") -> CommandResult:
        if isinstance(command, MalformedCommand):
            return CommandResult(outcome=Outcome.REFUSED, error=command.error)
        if refusal := self._policy.refusal(command):
            return CommandResult(outcome=Outcome.REFUSED, error=refusal)
        handler = self._handlers.get(type(command.request))
        if handler is None:
            return CommandResult(outcome=Outcome.REFUSED, error=f"{command.action} is not supported yet by this agent")
        return await self._carry_out(command, handler, progress)

    async def _carry_out(self, command: Command, handler: Handler, progress: "_Progress") -> CommandResult:
        limit_seconds = command.limit_seconds(self._timeout_seconds)
        context = CommandContext(
            command_id=command.id,
            topic=command.topic,
            created_at=command.created_at,
            policy=self._policy,
            tell=partial(self._tell, command, progress),
            ends_at_seconds=self._clock.monotonic() + limit_seconds,
        )
        try:
            async with self._clock.deadline(limit_seconds):
                if command.action.is_change:
                    progress.key = await self._target_keys.key_of(command)
                async with self._lanes.enter(command, progress.key):
                    await self._ledger.start(command.id)
                    progress.has_started = True
                    with on_behalf_of(command.id):
                        return CommandResult(outcome=Outcome.SUCCEEDED, content=await handler(command.request, context))
        except TimeoutError:
            return CommandResult(outcome=Outcome.TIMED_OUT, error=self._timeout_text(command, progress, limit_seconds))
        except (CommandRefusedError, InvalidCommandError, PortError, UnfinishedCommandError) as error:
            progress.is_partly_done = isinstance(error, UnfinishedCommandError)
            return _result_of(error)
        except Exception:
            # The last resort: one broken handler costs its command, never the loop.
            logger.exception("command failed by a bug", extra=who_and_what(command))
            return CommandResult(
                outcome=Outcome.FAILED, error=f"{command.action} failed by an error of the agent itself"
            )

    def _tell(self, command: Command, progress: "_Progress", text: str) -> None:
        """A long command says how far it has come."""
        progress.told = text
        self._lanes.note(command.id, text)
        logger.info("command goes on", extra={**who_and_what(command), "progress": text})

    def _timeout_text(self, command: Command, progress: "_Progress", limit_seconds: float) -> str:
        seconds = f"{limit_seconds:g} s"
        if not progress.has_started:
            return f"not carried out: waited {seconds} behind {self._lanes.in_the_way_of(command, progress.key)}"
        if command.action.is_change:
            return f"no answer within {seconds}; the change may have happened all the same{progress.so_far}"
        return f"no answer within {seconds}"

    async def _finish(self, command: Command | MalformedCommand, result: CommandResult, seconds: float) -> None:
        rendered = self._rendered(command, result, seconds)
        await self._ledger.finish(rendered)
        write_audit_line(command, result, rendered, seconds)
        self._observer.on_command(_label(command), command.topic.value, result.outcome.value, seconds)
        is_awaited = isinstance(command, Command) and not command.action.is_change
        self._outbox.announce(command.id, is_awaited=is_awaited)

    def _rendered(self, command: Command | MalformedCommand, result: CommandResult, seconds: float) -> RenderedResult:
        try:
            return self._renderer.render(command.id, result, seconds)
        except _CANNOT_BE_WRITTEN:
            # An answer that is too odd costs itself, and neither the others that run nor the polling.
            logger.exception("answer cannot be written", extra=who_and_what(command))
            is_done = result.outcome is Outcome.SUCCEEDED and isinstance(command, Command) and command.action.is_change
            plain = CommandResult(
                outcome=result.outcome if is_done or result.error else Outcome.FAILED,
                error=result.error
                or ("" if is_done else "the answer cannot be written, by an error of the agent itself"),
            )
            return self._renderer.render(command.id, plain, seconds)

    async def _leave_event(
        self, command: Command | MalformedCommand, result: CommandResult, progress: "_Progress"
    ) -> None:
        """After everything else: the result is on its way already."""
        if isinstance(command, Command):
            event = event_of(command, result, has_started=progress.has_started, is_partly_done=progress.is_partly_done)
            if event is not None:
                await self._target_events.leave(event)

    def _report_redelivery(self, command: Command | MalformedCommand, claim: Claim) -> None:
        """Nothing is carried out again; the first result stays the only one."""
        logger.warning("command delivered again", extra={**who_and_what(command), "claim": claim.value})
        self._outbox.announce(command.id)


@dataclass(slots=True)
class _Progress:
    """How far a command got."""

    has_started: bool = False
    is_partly_done: bool = False
    key: Target = field(default_factory=Target)
    """The one spelling of what is changed."""
    told: str = ""
    """The last that a long command said of itself."""

    @property
    def so_far(self) -> str:
        """What there is to add to the answer of a command that somebody ended."""
        return f"; last heard of it: {self.told}" if self.told else ""


def _result_of(error: AgentError) -> CommandResult:
    """What an error that was raised on purpose means for the command."""
    if isinstance(error, UnfinishedCommandError):
        return CommandResult(outcome=error.outcome, content=error.content, error=str(error))
    if isinstance(error, Unanswered):
        return CommandResult(outcome=Outcome.UNKNOWN, error=f"{error}; it may have happened all the same")
    outcome = Outcome.REFUSED if isinstance(error, CommandRefusedError) else Outcome.FAILED
    return CommandResult(outcome=outcome, error=str(error))


def _interrupted(command: Command | MalformedCommand, progress: _Progress) -> CommandResult:
    """The agent stops in the middle of a command."""
    if not progress.has_started or isinstance(command, MalformedCommand):
        return CommandResult(outcome=Outcome.FAILED, error="not carried out: the agent is stopping")
    is_safe = command.action.is_safe_to_repeat
    what_now = "it is safe to repeat" if is_safe else "the outcome is unknown"
    error = f"interrupted: the agent is stopping; {what_now}{progress.so_far}"
    return CommandResult(outcome=Outcome.FAILED if is_safe else Outcome.UNKNOWN, error=error)


def _label(command: Command | MalformedCommand) -> str:
    """A name with few values: what the sender wrote is no label."""
    return command.action.value if isinstance(command, Command) else "malformed"
