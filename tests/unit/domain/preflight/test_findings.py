"""From findings to a verdict, and from two times to a skew."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from domain.preflight.findings import Finding, Report, Section, Status, Verdict
from domain.preflight.sights import MasterSight

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MEANS = {
    Status.OK: Verdict.OK,
    Status.OFF: Verdict.OK,
    Status.SKIPPED: Verdict.OK,
    Status.MISSING: Verdict.DEGRADED,
    Status.UNKNOWN: Verdict.DEGRADED,
    Status.FAILED: Verdict.FAILED,
}


def a_report(statuses: Sequence[Status]) -> Report:
    findings = tuple(Finding(section=Section.KINDS, subject=str(status), status=status) for status in statuses)
    return Report(checked_at=NOW, cluster_id="c", findings=findings)


@pytest.mark.parametrize("status", Status)
def test_each_status_alone_has_its_verdict(status: Status) -> None:
    assert a_report([Status.OK, status]).verdict is MEANS[status]


def test_the_worst_finding_decides() -> None:
    assert a_report([]).verdict is Verdict.OK
    assert a_report(list(Status)).verdict is Verdict.FAILED
    assert a_report([status for status in Status if status is not Status.FAILED]).verdict is Verdict.DEGRADED


@pytest.mark.parametrize("ahead_seconds", [0, 1, -1, 30, -86_400])
@pytest.mark.parametrize("lasted_seconds", [0.0, 0.2, 4.0])
def test_a_skew_is_exact_to_half_a_second_and_half_the_answers_time(ahead_seconds: int, lasted_seconds: float) -> None:
    for moment in (0.0, 0.5, 1.0):  # at which part of the exchange the Master looked at its clock
        read_at = NOW + timedelta(seconds=lasted_seconds * moment)
        for fraction in (0.0, 0.3, 0.999):
            shown = (read_at + timedelta(seconds=ahead_seconds + fraction)).replace(microsecond=0)
            sight = MasterSight(
                address="m",
                asked_at=NOW + timedelta(seconds=fraction),
                answered_at=NOW + timedelta(seconds=fraction + lasted_seconds),
                master_time=shown,
            )
            measured = sight.ahead_seconds
            assert measured is not None
            assert abs(measured - ahead_seconds) <= 0.5 + lasted_seconds / 2 + 1e-6


def test_without_a_time_there_is_no_skew() -> None:
    assert MasterSight(address="m", asked_at=NOW, answered_at=NOW, master_time=None).ahead_seconds is None
