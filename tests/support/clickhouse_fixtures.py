"""Fixtures of the real ClickHouse: one server a test process, one database a test.

Imported by the conftest of each folder whose tests need it, so that the others do not pay for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from tests.support.clickhouse_container import ContainerServer, missing_engine
from tests.support.clickhouse_server import ChildServer, ClickHouseServer
from tests.support.telemetry_layouts import Database, Layout, create_database
from tests.support.telemetry_shop import shop_rows


@dataclass(frozen=True, slots=True)
class ShopDatabases:
    """A small shop's telemetry, and the same tables with nothing in them."""

    full: Database
    empty: Database


CreateDatabase = Callable[[Layout], Database]


@pytest.fixture(scope="session")
def new_server(pytestconfig: pytest.Config) -> Callable[[], ClickHouseServer]:
    """Makes servers of the kind that `--clickhouse-image` asks for; the embedded one without it."""
    image: str | None = pytestconfig.getoption("--clickhouse-image")
    if image is None:
        return ChildServer
    if why := missing_engine():
        pytest.skip(f"no container engine answers: {why}")
    return partial(ContainerServer, image)


@pytest.fixture(scope="session")
def clickhouse(new_server: Callable[[], ClickHouseServer]) -> Iterator[ClickHouseServer]:
    """The server that tests share; they must leave it as they found it."""
    server = new_server()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def shops(clickhouse: ClickHouseServer) -> Iterator[Callable[[Layout], ShopDatabases]]:
    """Databases that tests only read, filled once."""
    made: dict[Layout, ShopDatabases] = {}

    def of(layout: Layout) -> ShopDatabases:
        if layout not in made:
            made[layout] = ShopDatabases(create_database(clickhouse, layout), create_database(clickhouse, layout))
            shop_rows().insert(made[layout].full)
        return made[layout]

    yield of
    for shop in made.values():
        shop.full.drop()
        shop.empty.drop()


@pytest.fixture
def own_clickhouse(new_server: Callable[[], ClickHouseServer]) -> Iterator[ClickHouseServer]:
    """A server for one test, which may do anything to it."""
    server = new_server()
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
