"""Opens what the container built, runs it, and closes it in reverse order.

Start: what can fail for reasons that an operator must mend (a kubeconfig, an address in use) comes first and ends the
start. Stop, at SIGTERM or SIGINT: poll no more, finish what is short, record what is long, deliver results, close in
reverse order, all within the grace period; then exit 0. A second signal does not wait.
"""

import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio
from anyio.abc import TaskStatus

from adapters.scheduler.scheduler import Scheduler
from adapters.scheduler.supervisor import Run, Supervisor
from bootstrap.signals import STOP_SIGNALS
from ports.ledger import CommandLedger

GRACE_SECONDS: Final = 25.0
"""From the signal to the end of the process; a pod's default grace period is 30 s."""
_CLOSE_SECONDS: Final = 3.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Everything that lives, in the order in which it starts."""

    scheduler: Scheduler
    supervisor: Supervisor
    ledger: CommandLedger
    opens: Sequence[Callable[[], Awaitable[None]]] = ()
    """Called in this order before anything runs; errors end the start."""
    closes: Sequence[Callable[[], Awaitable[None]]] = ()
    """Called in reverse order at the end, each bounded."""
    tasks: Sequence[tuple[str, Run]] = field(default_factory=tuple)
    """Started in this order under the supervisor, before the loops."""


async def run_agent(
    agent: Agent, *, until_signal: bool = True, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Run until a signal, or until cancelled where the caller handles signals itself.

    Raises:
        AgentError: something could not be opened.
        OSError: an address is in use.
    """
    is_kept = False
    async with anyio.create_task_group() as signals:
        if until_signal:
            # First of all: a signal that comes while things are opened must end the agent in order, too.
            await signals.start(_stop_at_signal, agent.scheduler, signals.cancel_scope)
        async with AsyncExitStack() as stack:
            for close in agent.closes:
                stack.push_async_callback(_bounded, close)
            for open_ in agent.opens:
                await open_()
            try:
                await _run(agent, task_status)
            finally:
                # Asked before it is closed: a closed ledger is durable no more, what it holds is.
                is_kept = agent.ledger.status().durable
        signals.cancel_scope.cancel()
    await _report_unreported(agent.ledger, is_kept=is_kept)


async def _run(agent: Agent, task_status: TaskStatus[None]) -> None:
    if recovered := await agent.ledger.recover():
        logger.warning("commands of the last run closed", extra={"commands": recovered})
    async with anyio.create_task_group() as group:
        for name, run in agent.tasks:
            await group.start(agent.supervisor.keep, name, run)
        task_status.started()
        await agent.scheduler.run()
        group.cancel_scope.cancel()


async def _stop_at_signal(
    scheduler: Scheduler, scope: anyio.CancelScope, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    with stop_signals() as signals:
        task_status.started()
        async for number in signals:
            if scope.deadline != float("inf"):
                logger.warning("stopping at once: second signal", extra={"signal": number.name})
                scope.cancel()
                return
            logger.info("stopping", extra={"signal": number.name, "grace_seconds": GRACE_SECONDS})
            scope.deadline = anyio.current_time() + GRACE_SECONDS
            scheduler.stop()


@contextmanager
def stop_signals() -> Iterator[AsyncIterator[signal.Signals]]:
    """Listen for the block; afterwards the handlers from before are back, with no moment in which there are none.

    asyncio puts back the system's instead: a second signal would kill an agent that is about to end well.
    """
    handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        with anyio.open_signal_receiver(*STOP_SIGNALS) as signals:
            try:
                yield signals
            finally:
                signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


async def _bounded(close: Callable[[], Awaitable[None]]) -> None:
    """Close one thing: not interrupted by the stop itself, and not for longer than it may take."""
    with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
        await close()


async def _report_unreported(ledger: CommandLedger, *, is_kept: bool) -> None:
    left = await ledger.unreported()
    if left:
        logger.error(
            "results not delivered before the end",
            extra={"commands": [result.command_id for result in left], "kept": is_kept},
        )
    logger.info("stopped")
