"""Ledgers in files, and what is kept in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.ledger.sqlite import SqliteLedger
from adapters.memory.clock import ManualClock
from domain.commands.results import Outcome, RenderedResult


def a_result(command_id: str = "c-1", output: str = "done") -> RenderedResult:
    return RenderedResult(
        command_id=command_id, outcome=Outcome.SUCCEEDED, output=output, error="", duration_seconds=0.25
    )


@asynccontextmanager
async def opened(path: Path, clock: ManualClock | None = None) -> AsyncIterator[SqliteLedger]:
    ledger = SqliteLedger(path, clock or ManualClock())
    await ledger.open()
    yield ledger
    await ledger.aclose()
