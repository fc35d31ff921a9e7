"""The statements, one file each; see `adapters.clickhouse.statements`."""
