"""Unit tests of the ClickHouse adapter: nothing leaves the process."""
