"""A result of 2 MiB goes through ledger and outbox as it is, over the death of the agent that was delivering it."""

import signal
from pathlib import Path

import pytest

from adapters.ledger.sqlite import SqliteLedger
from adapters.system.clock import SystemClock
from domain.commands.actions import Action
from domain.commands.results import Outcome, RenderedResult
from tests.e2e.stage import a_stage, until
from tests.support.commands import a_command_for
from tests.support.master_server import RESULT, no_answer

pytestmark = pytest.mark.timeout(120)

CHARS = 2**21
PATTERN = 'line with "quotes", \\backslashes\\, a tab\t and a NUL \\u0000\n'


async def test_it_is_delivered_whole_by_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    output = (PATTERN * (CHARS // len(PATTERN) + 1))[:CHARS]
    command = a_command_for(Action.QUERY_LOGS)
    ledger = SqliteLedger(path, SystemClock())
    await ledger.open()
    await ledger.claim(command)
    await ledger.start(command.id)
    await ledger.finish(
        RenderedResult(command_id=command.id, outcome=Outcome.SUCCEEDED, output=output, error="", duration_seconds=0.25)
    )
    await ledger.aclose()
    async with a_stage(tmp_path) as stage:
        stage.master.fail(RESULT, no_answer)
        async with stage.running(AGENT_LEDGER_PATH=str(path)) as agent:
            await until("the first try", lambda: stage.master.count(RESULT))
            agent.signal(signal.SIGKILL)
            await agent.ended()
        stage.master.heal()
        async with stage.running(AGENT_LEDGER_PATH=str(path)):
            await until("the result", lambda: stage.master.store.results)
            (post,) = stage.master.store.results
            assert (post.command_id, post.success, post.error) == (command.id, True, "")
            assert post.output == output
            await until("its acknowledgement", lambda: stage.master.count(RESULT) >= 2)
            assert (await stage.status())["ledger"]["unreported"] == 0
