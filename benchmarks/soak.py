"""A large cluster under steady load for a while: does memory stay flat, is no list repeated, do news arrive in time.

10,000 pods of which 1 % change in ten seconds, which with nodes, events and the rest makes 20 events a second. Watches
end and are opened again in that time; every list is counted at the server. `make soak SECONDS_OF_SOAK=3600` runs an
hour. The last line is the result.
"""

import argparse
import statistics
import time
from collections.abc import Sequence

import anyio
from bodies import Staleness, judge
from observing import Sample, cpu_per_cycle, observed
from synthetic_cluster import PATHS

_WARMUP_CYCLES = 3
_TOLD_EVERY = 6
_JUDGED_BODIES = 6


def third(samples: Sequence[Sample], number: int) -> list[Sample]:
    """The first (0), second or last (2) third."""
    size = len(samples) // 3
    return list(samples[number * size : (number + 1) * size or None])


async def soak(options: argparse.Namespace) -> None:
    """Run once and print the figures."""
    staleness = Staleness()
    async with observed(options.pods, options.churn) as run:
        await run.more_bodies(_WARMUP_CYCLES)
        before = await run.requests()
        bodies = run.master.bodies
        samples = [Sample.of(run.process)]
        ends_at = time.monotonic() + options.seconds
        judged = [bodies[-1]]
        while time.monotonic() < ends_at:
            await run.more_bodies(1)
            samples.append(Sample.of(run.process))
            staleness.look(bodies[-1], counts=len(samples) > _WARMUP_CYCLES)
            if len(samples) % _TOLD_EVERY == 0:
                print(f"{samples[-1].at - samples[0].at:.0f} s: rss {samples[-1].rss_mib:.0f} MiB", flush=True)
                judged.append(bodies[-1])
            del bodies[:-1]
        counts = await run.requests()
        peak_mib = run.process.memory_mib("VmHWM")
    print(judge(judged, most=_JUDGED_BODIES))
    seconds = samples[-1].at - samples[0].at
    asked = counts - before
    first, last = (statistics.median(one.rss_mib for one in third(samples, number)) for number in (0, 2))
    print(
        f"seconds={seconds:.0f} cpu_s_per_cycle={cpu_per_cycle(samples[0], samples[-1]):.3f} "
        f"rss_first_third_mib={first:.0f} rss_last_third_mib={last:.0f} rss_peak_mib={peak_mib:.0f} "
        f"lists_repeated={sum(max(0, counts[f'LIST {plural}'] - 1) for plural in PATHS)} "
        f"watches_opened={sum(asked[f'WATCH {plural}'] for plural in PATHS)} "
        f"requests_per_minute={asked.total() / seconds * 60:.1f} "
        f"staleness_p50_s={staleness.percentile(50):.2f} staleness_p99_s={staleness.percentile(99):.2f}"
    )


def main() -> None:
    """Read the options, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--pods", type=int, default=10_000)
    parser.add_argument("--churn", type=float, default=1.0, help="percent of the pods that change in ten seconds")
    anyio.run(soak, parser.parse_args())


if __name__ == "__main__":
    main()
