"""Open in order, close in reverse, whatever happens in between."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from anyio.abc import TaskStatus

from adapters.ledger.sqlite import SqliteLedger
from adapters.memory.clock import ManualClock
from bootstrap.container import AgentContainer, Choices, OTelSource, Source
from bootstrap.lifespan import Agent, run_agent
from bootstrap.programs import build_agent, build_container
from bootstrap.settings import load_settings
from domain.commands.results import Outcome, RenderedResult
from domain.errors import MisconfigurationError
from tests.support.commands import a_command, a_scale_request

OFFLINE = Choices(cluster=Source.MEMORY, master=Source.MEMORY, otel=OTelSource.MEMORY)
ENVIRON = {"AGENT_HEALTH_ADDRESS": "127.0.0.1:0", "AGENT_SNAPSHOT_INTERVAL": "50ms"}


class Journal:
    """What happened, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, line: str, error: Exception | None = None) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            await anyio.lowlevel.checkpoint()
            self.lines.append(line)
            if error is not None:
                raise error

        return happen

    async def live(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        self.lines.append("run")
        task_status.started()
        await anyio.sleep_forever()


def an_agent(container: AgentContainer | None = None) -> Agent:
    return build_agent(container or build_container(load_settings(ENVIRON), ENVIRON, OFFLINE), OFFLINE)


async def until(probe: Callable[[], bool]) -> None:
    with anyio.fail_after(20):
        while not probe():  # noqa: ASYNC110 - the world outside the test sends no event
            await anyio.sleep(0.01)


async def run_until_stopped(agent: Agent) -> None:
    async with anyio.create_task_group() as group:
        await group.start(lambda *, task_status: run_agent(agent, until_signal=False, task_status=task_status))
        agent.scheduler.stop()


async def test_things_open_in_order_run_and_close_in_reverse() -> None:
    journal = Journal()
    agent = replace(
        an_agent(),
        opens=[journal.note("open a"), journal.note("open b")],
        closes=[journal.note("close a"), journal.note("close b")],
        tasks=[("task", journal.live)],
    )
    await run_until_stopped(agent)
    assert journal.lines == ["open a", "open b", "run", "close b", "close a"]


async def test_what_cannot_be_opened_ends_the_start_and_closes_the_rest() -> None:
    journal = Journal()
    agent = replace(
        an_agent(),
        opens=[journal.note("open a", MisconfigurationError("no such file")), journal.note("open b")],
        closes=[journal.note("close a")],
        tasks=[("task", journal.live)],
    )
    with pytest.RaisesGroup(MisconfigurationError, flatten_subgroups=True):
        await run_agent(agent, until_signal=False)
    assert journal.lines == ["open a", "close a"]


async def test_a_close_that_fails_or_hangs_does_not_keep_the_others_open() -> None:
    journal = Journal()
    agent = replace(an_agent(), closes=[journal.note("close a"), journal.note("close b", OSError("gone"))], tasks=[])
    with pytest.RaisesGroup(OSError, flatten_subgroups=True):
        await run_until_stopped(agent)
    assert journal.lines == ["close b", "close a"]


async def test_the_whole_agent_lives_offline_and_stops_with_its_results_delivered() -> None:
    container = build_container(load_settings(ENVIRON), ENVIRON, OFFLINE)
    agent, master = an_agent(container), container.master.memory_master()
    async with anyio.create_task_group() as group:
        await group.start(lambda *, task_status: run_agent(agent, until_signal=False, task_status=task_status))
        await until(lambda: bool(master.pushed and master.heartbeats))
        target = a_scale_request(kind="StatefulSet", namespace="data", name="postgres", replicas=2)
        master.enqueue(a_command(target))
        await until(lambda: bool(master.results))
        agent.scheduler.stop()
    assert master.results[0].success, master.results[0]
    assert master.pushed[-1].summary.total_pods > 0
    assert await agent.ledger.unreported() == ()


@pytest.mark.parametrize("is_kept", [True, False])
async def test_results_that_nobody_took_are_named_with_whether_a_file_has_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, is_kept: bool
) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db" if is_kept else Path(os.devnull) / "ledger.db", ManualClock())
    result = RenderedResult(command_id="c-1", outcome=Outcome.SUCCEEDED, output="", error="", duration_seconds=0.1)
    agent = replace(an_agent(), ledger=ledger, opens=[ledger.open], closes=[ledger.aclose], tasks=[])
    await ledger.finish(result)
    await run_until_stopped(agent)
    (record,) = [one for one in caplog.records if one.message == "results not delivered before the end"]
    assert (record.commands, record.kept) == (["c-1"], is_kept)  # type: ignore[attr-defined] # extra fields
