"""Marks every test below this folder, so that no file forgets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.clickhouse_fixtures import clickhouse, create, database, new_server, own_clickhouse, shops
from tests.support.query_stores import LAYOUTS, NAMES, Asked, asked

__all__ = ["clickhouse", "create", "database", "new_server", "own_clickhouse", "shops"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.contract)


@pytest.fixture(params=LAYOUTS, ids=NAMES)
async def who(request: pytest.FixtureRequest) -> AsyncIterator[Asked]:
    """Who answers questions about telemetry."""
    shops = request.getfixturevalue("shops") if request.param else None
    async with asked(request.param, shops) as one:
        yield one
