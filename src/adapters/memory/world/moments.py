"""Moments as the API writes them."""

from datetime import datetime


def rfc3339(moment: datetime | None) -> str:
    """`2026-01-01T00:00:00Z`; empty for none."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
