"""A report as JSON, as lines and on a terminal."""

import io
import json
import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bootstrap.check_json import EXIT_CODES, report_as_json
from bootstrap.check_view import report_as_lines, show_report, shown_progress
from bootstrap.preflight import misconfigured
from domain.preflight.findings import Finding, Report, Section, Status, Verdict
from domain.preflight.rights import Right

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LINE = "kubectl create clusterrole atlhyper-agent-watch-pods --verb=watch --resource=pods && " + "x" * 300
GAP = Finding(
    section=Section.KINDS,
    subject="Pod",
    status=Status.MISSING,
    detail="not granted: [watch] on pods",
    cost="no pods [at all]",
    remedy=LINE,
    missing=(Right("watch", "pods", namespace="shop"),),
)
OFF = Finding(section=Section.COMMANDS, subject="scale", status=Status.OFF, detail="off", cost="no scale", remedy="do")
OK = Finding(section=Section.MASTER, subject="Master", status=Status.OK, detail="there")


def a_report(*findings: Finding, cluster_id: str = "c-1") -> Report:
    return Report(checked_at=NOW, cluster_id=cluster_id, findings=findings)


def test_json_has_every_member_of_every_finding() -> None:
    report = json.loads(json.dumps(report_as_json(a_report(GAP, OK))))
    assert list(report) == ["version", "checkedAt", "clusterId", "verdict", "exitCode", "findings"]
    assert (report["checkedAt"], report["verdict"], report["exitCode"]) == ("2026-01-02T03:04:05Z", "degraded", 1)
    gap, ok = report["findings"]
    assert gap == {
        "section": "kinds",
        "subject": "Pod",
        "status": "missing",
        "detail": "not granted: [watch] on pods",
        "cost": "no pods [at all]",
        "remedy": LINE,
        "missing": [{"verb": "watch", "group": "", "resource": "pods", "namespace": "shop"}],
    }
    assert ok.keys() == gap.keys()
    assert (ok["missing"], ok["remedy"]) == ([], "")


def test_every_verdict_has_an_exit_code_of_its_own() -> None:
    assert EXIT_CODES == {Verdict.OK: 0, Verdict.DEGRADED: 1, Verdict.FAILED: 2}


def test_lines_say_what_was_found_what_it_costs_and_what_mends_it() -> None:
    title, *lines = report_as_lines(a_report(GAP, OFF, OK))
    assert title.endswith("cluster c-1, 2026-01-02 03:04:05Z")
    assert lines == [
        "kinds: Pod: missing: not granted: [watch] on pods",
        "  costs: no pods [at all]",
        f"  to mend it: {LINE}",
        "commands: scale: off: off",
        "  costs: no scale",
        "  to turn it on: do",
        "master: Master: ok: there",
        "verdict: degraded: it works, but something is missing (1 ok, 1 off, 1 missing)",
    ]


def test_elsewhere_than_on_a_terminal_there_are_lines_without_colours_and_never_wrapped() -> None:
    out = io.StringIO()
    show_report(Console(file=out, width=40), a_report(GAP, OK))
    assert out.getvalue().splitlines() == list(report_as_lines(a_report(GAP, OK)))


def on_a_terminal(report: Report) -> tuple[str, str]:
    """What is printed, and the same without colours."""
    out = io.StringIO()
    show_report(
        Console(file=out, width=100, force_terminal=True, color_system="standard", legacy_windows=False), report
    )
    return out.getvalue(), re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((OK,), "all good"),
        ((GAP, OFF, OK), "something is missing"),
        (tuple(misconfigured(["x"], NOW).findings), "cannot"),
    ],
)
def test_on_a_terminal_it_is_a_table_in_colours_with_the_verdict_last(
    findings: tuple[Finding, ...], verdict: str
) -> None:
    colours, text = on_a_terminal(a_report(*findings, cluster_id=""))
    assert "\x1b[" in colours
    assert "cluster id not known" in text
    assert verdict in text.splitlines()[-1]
    for finding in findings:
        assert any(finding.subject in line and finding.status.value in line for line in text.splitlines())


def test_on_a_terminal_what_is_to_be_pasted_stands_alone_in_one_line() -> None:
    _, text = on_a_terminal(a_report(GAP, OFF, OK))
    assert f"    {LINE}" in text.splitlines()
    assert "To mend" in text
    assert "Off, and how to turn it on" in text
    assert "Pod: no pods [at all]" in text
    assert "To mend" not in on_a_terminal(a_report(OK))[1]


def test_progress_is_a_bar_on_a_terminal_only() -> None:
    for is_terminal in (True, False):
        out = io.StringIO()
        with shown_progress(Console(file=out, force_terminal=is_terminal)) as progress:
            progress.plan(2)
            progress.answer("pods/[log]")
            progress.plan(1)
            progress.answer("scale")
        assert bool(out.getvalue()) is is_terminal
        if is_terminal:
            assert "/3" in out.getvalue()


def test_settings_that_cannot_be_used_are_a_finding_each() -> None:
    report = misconfigured(["AGENT_MASTER_URL: has a scheme", "A and B: one without the other", "no cluster"], NOW)
    assert report.verdict is Verdict.FAILED
    assert [(one.subject, one.detail) for one in report.findings] == [
        ("AGENT_MASTER_URL", "has a scheme"),
        ("problem 2", "A and B: one without the other"),
        ("problem 3", "no cluster"),
    ]
