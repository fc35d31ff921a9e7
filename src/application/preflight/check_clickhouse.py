"""CheckClickHouse: whether there is a store of telemetry to summarise.

This version reads none, so there is nothing to ask; what is asked comes with the adapter.
"""

from collections.abc import Sequence

from typing_extensions import override

from application.preflight.section import PreflightSection, Progress
from domain.preflight.findings import Finding, Section, Status


class CheckClickHouse(PreflightSection):
    """Says that it is not configured."""

    @override
    async def check(self, progress: Progress) -> Sequence[Finding]:
        finding = Finding(
            section=Section.CLICKHOUSE,
            subject="ClickHouse",
            status=Status.OFF,
            detail="not configured",
            cost="no overview of traces, service levels, logs and node metrics",
        )
        return (finding,)
