"""What collecting a cluster costs: CPU, memory, requests, latency, by size and churn; and the stages apart.

Three processes: a synthetic API server with TLS, the installed agent with its ledger and its telemetry on, and this one
with a Master that keeps what it gets. `make bench-collect` runs all cases, `make bench-collect CASES=10000@1` one. The
last line is the result of the case that the numbers to reach are about. Nothing is asserted about speed: machines
differ.
"""

import argparse
import dataclasses
import statistics
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import anyio
from bodies import Staleness, judge, lists_of, plain
from burst import BURST, burst
from observing import Sample, cpu_per_cycle, observed
from stages import measure_stages, stages_table

STAGES: Final = "stages"
MAIN: Final = "10000@1"
CASES: Final = (STAGES, "500@1", "3000@1", "10000@0.1", "10000@10", MAIN, BURST)
"""Pods and percent of them that change in ten seconds; the numbers to reach are about the last but one."""
_JUDGED_BODIES: Final = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """The result of one case."""

    cpu_s_per_cycle: float
    cpu_s_median: float
    rss_steady_mib: float
    rss_peak_mib: float
    requests_per_minute: float
    first_snapshot_s: float
    staleness_p50_s: float
    staleness_p99_s: float
    bytes_pushed: int
    bytes_plain: int

    def texts(self) -> dict[str, str]:
        """Name and value of each."""
        return {
            name: str(value) if isinstance(value, int) else f"{value:.{_DIGITS.get(name, 2)}f}"
            for name, value in dataclasses.asdict(self).items()
        }


_DIGITS: Final = {
    "cpu_s_per_cycle": 3,
    "cpu_s_median": 3,
    "rss_steady_mib": 0,
    "rss_peak_mib": 0,
    "requests_per_minute": 1,
}


async def measure(case: str, *, warmup: int, cycles: int) -> Figures:
    """Run one case."""
    pods, _, churn_percent = case.partition("@")
    async with observed(int(pods), float(churn_percent)) as run:
        await run.more_bodies(warmup)
        requests_before = await run.requests()
        samples = [Sample.of(run.process)]
        for _ in range(cycles):
            await run.more_bodies(1)
            samples.append(Sample.of(run.process))
        requests = (await run.requests()).total() - requests_before.total()
        peak_mib = run.process.memory_mib("VmHWM")
        bodies = run.master.bodies
    print(f"{case}: {judge(bodies, most=_JUDGED_BODIES)}; lists {lists_of(bodies[-1])}", flush=True)
    staleness = Staleness()
    for number, body in enumerate(bodies):
        staleness.look(body, counts=number > warmup)
    return Figures(
        cpu_s_per_cycle=cpu_per_cycle(samples[0], samples[-1]),
        cpu_s_median=statistics.median(cpu_per_cycle(one, other) for one, other in pairwise(samples)),
        rss_steady_mib=statistics.median(sample.rss_mib for sample in samples),
        rss_peak_mib=peak_mib,
        requests_per_minute=requests / (samples[-1].at - samples[0].at) * 60,
        first_snapshot_s=run.first_snapshot_seconds,
        staleness_p50_s=staleness.percentile(50),
        staleness_p99_s=staleness.percentile(99),
        bytes_pushed=len(bodies[-1].data),
        bytes_plain=len(plain(bodies[-1])),
    )


def table(results: dict[str, Figures]) -> str:
    """One row per case, Markdown."""
    names = [field.name for field in dataclasses.fields(Figures)]
    rows = [["pods@churn %", *names], ["---"] * (len(names) + 1)]
    rows += [[case, *figures.texts().values()] for case, figures in results.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


async def run(options: argparse.Namespace) -> None:
    """Measure what is asked for, print tables, then the main result on the last line."""
    results: dict[str, Figures] = {}
    for case in options.cases or CASES:
        if case == STAGES:
            print(stages_table(await measure_stages()), flush=True)
        elif case == BURST:
            print(await burst(), flush=True)
        else:
            results[case] = await measure(case, warmup=options.warmup, cycles=options.cycles)
            print(f"{case}: {_line(results[case])}", flush=True)
    if results:
        print(table(results))
        print(_line(results.get(MAIN) or list(results.values())[-1]))


def _line(figures: Figures) -> str:
    return " ".join(f"{name}={value}" for name, value in figures.texts().items())


def main() -> None:
    """Read the options, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(CASES)}, or any PODS@PERCENT; all when none is named")
    parser.add_argument("--warmup", type=int, default=2, help="cycles that are not counted")
    parser.add_argument("--cycles", type=int, default=6, help="cycles that are counted")
    options = parser.parse_args()
    if wrong := [case for case in options.cases if case not in CASES and "@" not in case]:
        sys.exit(f"no such case: {', '.join(wrong)}")
    anyio.run(run, options)


if __name__ == "__main__":
    main()
