"""What every test shares: the event loop's backend, and an end for those that would have none."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final

import anyio
import pytest
from hypothesis import settings

TEAR_DOWN_SECONDS: Final = 30.0
"""What a test's limit leaves for its fixtures."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--clickhouse-image",
        metavar="IMAGE",
        help="run the ClickHouse tests against this image, not the embedded server",
    )


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio only (docs/adr/0003)."""
    return "asyncio"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """End an async test from inside, before its limit.

    The limit raises outside of the test's task; whoever waits for that task afterwards, such as the fixtures' end, then
    waits for ever.
    """
    test = pyfuncitem.obj
    if inspect.iscoroutinefunction(test):
        marker = pyfuncitem.get_closest_marker("timeout")
        limit_seconds = float(marker.args[0] if marker else pyfuncitem.config.getini("timeout"))
        pyfuncitem.obj = _bounded(test, limit_seconds - TEAR_DOWN_SECONDS)
    return (yield)


def _bounded(test: Callable[..., Awaitable[Any]], seconds: float) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(test)
    async def bounded(*args: object, **kwargs: object) -> object:
        with anyio.fail_after(seconds):
            return await test(*args, **kwargs)

    return bounded


# No test depends on how fast the machine is.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
