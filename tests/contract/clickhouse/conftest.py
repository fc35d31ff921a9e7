"""The server and its databases for every test of this folder."""

from tests.support.clickhouse_fixtures import clickhouse, create, database, own_clickhouse

__all__ = ["clickhouse", "create", "database", "own_clickhouse"]
