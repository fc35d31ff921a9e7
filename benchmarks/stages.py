"""The stages of a cycle apart, in process, with the agent's own code on the objects of the synthetic cluster.

What this leaves out is what the whole process pays beside them: waking up for every piece of a watch, TLS and HTTP,
telemetry. And caches are warm here, because all of one stage is done in a row; events that arrive one by one cost more.
"""

import gc
import json
import time
from dataclasses import dataclass
from typing import Final

import anyio
from pipeline import Pipeline, Timed

from adapters.gateway.wire.gzip_stream import compressed

CHURNS: Final = (0.1, 1.0, 10.0)
"""Percent of the pods that change in ten seconds."""
STAGE_NAMES: Final = (
    "split and decode events",
    "map",
    "store",
    "poll usage (2 of 3 cycles)",
    "read and join",
    "encode what changed",
    "splice usage (2 of 3 cycles)",
    "walk",
    "gzip",
)
_CYCLES: Final = 6
_USAGE_POLLS_PER_CYCLE: Final = 10 / 15


def stage_milliseconds(timed: Timed) -> dict[str, float]:
    """By the names of the table; usage is polled every 15 seconds, so a cycle pays two thirds of it."""
    walk = timed.least("walk")
    derived = {
        "poll usage (2 of 3 cycles)": timed.least("poll usage") * _USAGE_POLLS_PER_CYCLE,
        "encode what changed": timed.least("encode and walk") - walk,
        "splice usage (2 of 3 cycles)": (timed.least("splice and walk") - walk) * _USAGE_POLLS_PER_CYCLE,
    }
    return {name: derived[name] if name in derived else timed.least(name) for name in STAGE_NAMES}


@dataclass(frozen=True, slots=True)
class Stages:
    """What was measured."""

    parse_seconds: float
    """`json.loads` of every object once: the least that listing everything would cost in each cycle, and a measure for
    how fast the machine was at that moment."""
    sync_seconds: float
    """All lists to domain objects."""
    first_seconds: float
    """The first snapshot, from domain objects to compressed bytes."""
    milliseconds: dict[float, dict[str, float]]
    """By churn and stage."""


async def measure_stages(pods: int = 10_000) -> Stages:
    """Run the pipeline at every churn."""
    pipeline = Pipeline(pods)
    began = time.process_time()
    for objects in pipeline.cluster.objects.values():
        for body in objects.values():
            json.loads(body)
    parse_seconds = time.process_time() - began
    began = time.process_time()
    pipeline.sync()
    sync_seconds = time.process_time() - began
    pipeline.connection.scrape()
    await pipeline.usage.poll()
    began = time.process_time()
    compressed(await pipeline.pieces(pipeline.collect.collect()))
    first_seconds = time.process_time() - began
    gc.freeze()
    results = {}
    for churn_percent in CHURNS:
        await pipeline.cycle(Timed(), churn_percent)
        timed = Timed()
        for _ in range(_CYCLES):
            await pipeline.cycle(timed, churn_percent)
        results[churn_percent] = stage_milliseconds(timed)
        gc.collect()
        gc.freeze()
    return Stages(parse_seconds, sync_seconds, first_seconds, results)


def stages_table(stages: Stages) -> str:
    """Milliseconds of CPU per cycle, Markdown."""
    results = stages.milliseconds
    rows = [["stage, ms of CPU per cycle", *(f"{churn} %" for churn in CHURNS)], ["---"] * (len(CHURNS) + 1)]
    rows += [[name, *(f"{results[churn][name]:.1f}" for churn in CHURNS)] for name in STAGE_NAMES]
    sums = [sum(results[churn].values()) for churn in CHURNS]
    rows.append(["**sum**", *(f"{one:.1f}" for one in sums)])
    rows.append(
        ["json.loads of everything, so many times", *(f"{stages.parse_seconds * 1000 / one:.1f}" for one in sums)]
    )
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.append(
        f"json.loads of every object {stages.parse_seconds:.2f} s, lists to objects {stages.sync_seconds:.2f} s, "
        f"first snapshot encoded {stages.first_seconds:.2f} s"
    )
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    print(stages_table(anyio.run(measure_stages)))


if __name__ == "__main__":
    main()
