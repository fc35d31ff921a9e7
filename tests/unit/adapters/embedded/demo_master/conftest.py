"""A golden snapshot, and demo Masters that listen on loopback for the length of a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.unit.adapters.embedded.demo_master.running import a_running_master, client_of, console_of

GOLDEN = Path(__file__).parents[4] / "support" / "goldens" / "snapshot-max.json"


@pytest.fixture(scope="session")
def golden() -> bytes:
    return GOLDEN.read_bytes()


@pytest.fixture
async def master() -> AsyncIterator[DemoMaster]:
    settings = DemoMasterSettings(poll_hold_seconds=0.05, allow_changes=True)
    async with a_running_master(settings) as running:
        yield running


@pytest.fixture
async def agent(master: DemoMaster) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(master.agent_url) as client:
        yield client


@pytest.fixture
async def console(master: DemoMaster) -> AsyncIterator[httpx.AsyncClient]:
    async with console_of(master) as client:
        yield client
