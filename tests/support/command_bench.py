"""ExecuteCommand with everything around it in memory, for tests of what becomes of a command."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from adapters.gateway.wire.results import WireOutputRenderer
from adapters.memory.clock import ManualClock
from adapters.memory.gateway import InMemoryMaster
from adapters.memory.kind_resolver import InMemoryKindResolver
from adapters.memory.ledger import InMemoryLedger
from application.command_context import CommandContext
from application.deliver_results import DeliverResults
from application.execute_command import ExecuteCommand, Handler
from application.lanes import LaneLimits, Lanes
from application.target_keys import TargetKeys
from domain.commands.actions import Action
from domain.commands.policy import Policy
from domain.commands.requests import Command, MalformedCommand, Request
from domain.commands.results import RenderedResult
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from tests.support.observers import RecordingObserver, RecordingTargetEvents

EVERYTHING = frozenset(Action)


@dataclass
class Operator:
    """A handler that does what it is told, and remembers."""

    answer: Callable[[Request], Awaitable[ScaleResult]] | None = None
    asked: list[Request] = field(default_factory=list)

    async def scale(self, request: Request, _context: CommandContext) -> ScaleResult:
        self.asked.append(request)
        if self.answer is not None:
            return await self.answer(request)
        await anyio.lowlevel.checkpoint()
        return ScaleResult(previous_replicas=1, replicas=3)


@dataclass
class Bench:
    """ExecuteCommand with everything around it in memory."""

    clock: ManualClock = field(default_factory=ManualClock)
    operator: Operator = field(default_factory=Operator)
    policy: Policy = field(default_factory=Policy)
    limits: LaneLimits = field(default_factory=LaneLimits)
    handlers: dict[type, Handler] | None = None

    def __post_init__(self) -> None:
        self.ledger = InMemoryLedger(self.clock)
        self.master = InMemoryMaster(self.clock)
        self.observer = RecordingObserver()
        self.events = RecordingTargetEvents()
        self.resolver = InMemoryKindResolver()
        self.outbox = DeliverResults(self.ledger, self.master, self.clock, timeout_seconds=10)
        self.lanes = Lanes(self.limits, self.clock)
        self.execute = ExecuteCommand(
            self.policy,
            self.ledger,
            self.lanes,
            {ScaleRequest: self.operator.scale} if self.handlers is None else self.handlers,
            WireOutputRenderer(),
            self.outbox,
            self.clock,
            self.observer,
            target_keys=TargetKeys(self.resolver),
            target_events=self.events,
            timeout_seconds=25,
        )

    async def result_of(self, command: Command | MalformedCommand) -> RenderedResult:
        await self.execute.execute(command)
        return next(result for result in await self.ledger.unreported() if result.command_id == command.id)


async def hang(_: Request) -> ScaleResult:
    await anyio.sleep_forever()
    raise AssertionError


async def hanging(request: Request, _context: CommandContext) -> ScaleResult:
    return await hang(request)
