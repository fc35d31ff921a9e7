"""Fixtures of the real ClickHouse: one server a test process, one database a test.

Imported by the conftest of each folder whose tests need it, so that the others do not pay for it.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.support.clickhouse_server import ClickHouseServer
from tests.support.telemetry_layouts import Database, Layout, create_database

CreateDatabase = Callable[[Layout], Database]


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[ClickHouseServer]:
    """The server that tests share; they must leave it as they found it."""
    server = ClickHouseServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def own_clickhouse() -> Iterator[ClickHouseServer]:
    """A server for one test, which may do anything to it."""
    server = ClickHouseServer()
    server.start()
    yield server
    server.pause(hang=False)
    server.remove()


@pytest.fixture
def create(clickhouse: ClickHouseServer) -> Iterator[CreateDatabase]:
    """Creates databases on the shared server and removes them after the test."""
    created: list[Database] = []

    def create_one(layout: Layout) -> Database:
        created.append(create_database(clickhouse, layout))
        return created[-1]

    yield create_one
    for database in created:
        database.drop()


@pytest.fixture(params=list(Layout), ids=lambda layout: layout.name.lower())
def database(request: pytest.FixtureRequest, create: CreateDatabase) -> Database:
    """An empty database; the test runs once for every layout."""
    return create(request.param)
