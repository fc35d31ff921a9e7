"""The real ClickHouse: the adapter, statement by statement and fault by fault."""
