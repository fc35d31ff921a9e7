"""Logs: how many of which severity and from whom, and single entries. Source: wire contract 3.4."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One log record, as it was written."""

    timestamp: datetime
    trace_id: str
    """Empty: not linked to a trace."""
    span_id: str
    severity: str
    """The record's own text, for example `ERROR`."""
    severity_num: int
    """OpenTelemetry's number, 1..24; 0 when unknown."""
    service_name: str
    body: str
    scope_name: str
    """Logger or class."""
    attributes: Mapping[str, str]
    resource: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCount:
    """Entries of one service."""

    service: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSummary:
    """Entries of a window, counted."""

    total_entries: int
    severity_counts: Mapping[str, int]
    """Keys TRACE, DEBUG, INFO, WARN, ERROR, FATAL; severities without entries are left out."""
    top_services: tuple[ServiceCount, ...]
    """At most ten, most entries first."""
    latest_at: datetime
    """Newest entry; the start of the window when there is none."""
