"""A preflight's report as JSON. The shape is documented in docs/check.md and only ever grows."""

from typing import Any, Final

from bootstrap.version import VERSION
from domain.preflight.findings import Finding, Report, Verdict

EXIT_CODES: Final = {Verdict.OK: 0, Verdict.DEGRADED: 1, Verdict.FAILED: 2}
"""How `check` ends: all good; it works, but something is missing; it cannot work."""


def report_as_json(report: Report) -> dict[str, Any]:
    """Everything, as JSON can hold it; every member is always there."""
    return {
        "version": VERSION,
        "checkedAt": report.checked_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "clusterId": report.cluster_id,
        "verdict": report.verdict.value,
        "exitCode": EXIT_CODES[report.verdict],
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "section": finding.section.value,
        "subject": finding.subject,
        "status": finding.status.value,
        "detail": finding.detail,
        "cost": finding.cost,
        "remedy": finding.remedy,
        "missing": [
            {
                "verb": right.verb,
                "group": right.group,
                "resource": right.resource,
                "namespace": right.namespace,
            }
            for right in finding.missing
        ],
    }
