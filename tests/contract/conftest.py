"""Marks every test below this folder, so that no file forgets."""

from pathlib import Path

import pytest

from tests.support.clickhouse_fixtures import clickhouse, create, database, own_clickhouse, shops

__all__ = ["clickhouse", "create", "database", "own_clickhouse", "shops"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.contract)
