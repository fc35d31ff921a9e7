"""A preflight's report for people: a table on a terminal, lines elsewhere; and how far it is while it runs.

Lines that are to be pasted into a shell stand alone and are never wrapped.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table
from typing_extensions import override

from application.preflight.section import Progress
from bootstrap.version import VERSION
from domain.preflight.findings import Finding, Report, Status, Verdict

_STYLES: Final = {
    Status.OK: "green",
    Status.OFF: "dim",
    Status.MISSING: "yellow",
    Status.UNKNOWN: "yellow",
    Status.SKIPPED: "dim",
    Status.FAILED: "bold red",
}
_VERDICTS: Final = {
    Verdict.OK: "all good",
    Verdict.DEGRADED: "it works, but something is missing",
    Verdict.FAILED: "the agent cannot work like this",
}
_VERDICT_STYLES: Final = {Verdict.OK: "bold green", Verdict.DEGRADED: "bold yellow", Verdict.FAILED: "bold red"}
_TO_MEND: Final = frozenset({Status.FAILED, Status.MISSING, Status.UNKNOWN})
_NO_ID: Final = "cluster id not known"


def show_report(console: Console, report: Report) -> None:
    """Print everything that was found, then what is to be done, then the verdict."""
    if console.is_terminal:
        _show_table(console, report)
    else:
        for line in report_as_lines(report):
            console.print(line, soft_wrap=True, markup=False, highlight=False)


def report_as_lines(report: Report) -> Iterator[str]:
    """One line per finding, what it costs and what mends it indented below."""
    yield _title(report)
    for finding in report.findings:
        yield f"{finding.section}: {finding.subject}: {finding.status}: {finding.detail}"
        if finding.cost:
            yield f"  costs: {finding.cost}"
        if finding.remedy:
            yield f"  {_remedy_word(finding)}: {finding.remedy}"
    yield f"verdict: {report.verdict}: {_verdict(report)}"


@contextmanager
def shown_progress(console: Console) -> Iterator[Progress]:
    """A bar on a terminal while questions are open; nothing elsewhere."""
    columns = (
        TextColumn("[dim]checking"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield _BarProgress(bar)


class _BarProgress(Progress):
    """Counts on a bar."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._planned = 0
        self._task = bar.add_task("", total=None, now="")

    @override
    def plan(self, questions: int) -> None:
        self._planned += questions
        self._bar.update(self._task, total=self._planned)

    @override
    def answer(self, subject: str) -> None:
        self._bar.update(self._task, advance=1, now=escape(subject))


def _show_table(console: Console, report: Report) -> None:
    console.print(f"[bold]{escape(_title(report))}[/]", highlight=False)
    table = Table("section", "what", "status", "found")
    section = ""
    for finding in report.findings:
        style = _STYLES[finding.status]
        table.add_row(
            "" if finding.section == section else finding.section.value,
            escape(finding.subject),
            f"[{style}]{finding.status.value}[/]",
            escape(finding.detail),
            end_section=False,
        )
        section = finding.section
    console.print(table)
    _show_remedies(console, "To mend", [one for one in report.findings if one.status in _TO_MEND])
    _show_remedies(console, "Off, and how to turn it on", [one for one in report.findings if _can_be_turned_on(one)])
    console.print(f"[{_VERDICT_STYLES[report.verdict]}]{_verdict(report)}[/]")


def _show_remedies(console: Console, title: str, findings: list[Finding]) -> None:
    if not findings:
        return
    console.print(f"[bold]{title}[/]")
    for finding in findings:
        style = _STYLES[finding.status]
        cost = f": {finding.cost}" if finding.cost else ""
        console.print(f"  [{style}]{escape(finding.subject)}[/]{escape(cost)}", highlight=False)
        if finding.remedy:
            console.print(f"    {finding.remedy}", soft_wrap=True, markup=False, highlight=False)
    console.print()


def _can_be_turned_on(finding: Finding) -> bool:
    return finding.status is Status.OFF and bool(finding.remedy)


def _title(report: Report) -> str:
    cluster = f"cluster {report.cluster_id}" if report.cluster_id else _NO_ID
    return f"atlhyper-agent {VERSION}, {cluster}, {report.checked_at:%Y-%m-%d %H:%M:%S}Z"


def _verdict(report: Report) -> str:
    counts = Counter(finding.status for finding in report.findings)
    counted = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    return f"{_VERDICTS[report.verdict]} ({counted})"


def _remedy_word(finding: Finding) -> str:
    return "to turn it on" if finding.status is Status.OFF else "to mend it"
