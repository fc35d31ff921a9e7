"""The OTel store on ClickHouse: the tables that the OpenTelemetry Collector's exporter fills, only read.

The server is shared and other people's: every statement is bounded in time, memory and result, runs read-only, and is
stopped when nobody waits for it any more. One statement is one file below `sql`; values are bound by the server.
"""
