"""A session that is not finished is not left open."""

import gc
import warnings
from pathlib import Path

import anyio
import pytest

from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.session import ApiSession
from tests.support.api_client import write_kubeconfig


@pytest.mark.parametrize("steps", range(8))
async def test_whoever_is_cancelled_while_opening_leaves_nothing_behind(steps: int, tmp_path: Path) -> None:
    source = KubeconfigCredentials(write_kubeconfig(tmp_path / "kubeconfig", "http://127.0.0.1:1"))
    configuration = await source.load()
    opened: list[ApiSession] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with anyio.create_task_group() as group:

            async def open_it() -> None:
                opened.append(await ApiSession.open(configuration, "test"))

            group.start_soon(open_it)
            for _ in range(steps):
                # Long enough for a step in a worker thread now and then.
                await anyio.sleep(0.001 * steps)
            group.cancel_scope.cancel()
        for session in opened:
            await session.aclose()
        gc.collect()
    assert [str(one.message) for one in caught if "Unclosed" in str(one.message)] == []
