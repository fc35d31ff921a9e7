"""Adds up what each tier ran and holds it against the checked-in numbers.

Usage: count.py REPORTS_DIR EXPECTED_FILE. A line of the expected file is `tier least_passed`. The last line printed is
`N passed, N failed, N skipped` over all tiers.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def main(reports: Path, expected: Path) -> int:
    """Print a line per tier; 1 when one ran too little."""
    least = dict(line.split() for line in expected.read_text().splitlines() if line and not line.startswith("#"))
    total_passed = total_failed = total_skipped = 0
    too_few = []
    for report in sorted(reports.glob("*.xml")):
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - our own file
        counts = [
            {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")} for suite in suites
        ]
        failed = sum(count["failures"] + count["errors"] for count in counts)
        skipped = sum(count["skipped"] for count in counts)
        passed = sum(count["tests"] for count in counts) - failed - skipped
        print(f"{report.stem}: {passed} passed, {failed} failed, {skipped} skipped")
        total_passed, total_failed, total_skipped = (
            total_passed + passed,
            total_failed + failed,
            total_skipped + skipped,
        )
        if passed < int(least.get(report.stem, 0)):
            too_few.append(f"{report.stem}: {passed} passed, at least {least[report.stem]} expected")
    ran = {report.stem for report in reports.glob("*.xml")}
    too_few += [f"{tier}: did not run" for tier in least if tier not in ran]
    print(*too_few, sep="\n")
    print(f"{total_passed} passed, {total_failed} failed, {total_skipped} skipped")
    return 1 if too_few or total_failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
