"""A storm of Events: what the agent keeps, and whether its memory comes back.

100,000 events arrive within half a minute through the watch; then the watch is lost and all of them are listed again;
then they expire, as the API server lets them after an hour.
"""

from typing import Final

import anyio
from bodies import events_of, judge
from observing import Observed, Sample, cpu_per_cycle, observed

BURST: Final = "burst"
_PODS: Final = 3000
_EVENTS: Final = 100_000
_PER_SECOND: Final = 4000.0
_BEFORE: Final = 1500
"""Events of a cluster of that size; the storm's are deleted until so many are left."""


async def burst(pods: int = _PODS, events: int = _EVENTS) -> str:
    """Run it once; one line of figures."""
    async with observed(pods, 1.0) as run:
        await run.more_bodies(3)
        before = Sample.of(run.process)
        kept_before, warnings_before = events_of(run.master.bodies[-1])
        await run.tell(f"burst?events={events}&per_second={_PER_SECOND}")
        await run.more_bodies(2)
        after_burst = Sample.of(run.process)
        kept_burst, warnings_burst = events_of(run.master.bodies[-1])
        await run.tell("forget/events")
        await anyio.sleep(5)
        await run.more_bodies(2)
        after_list = Sample.of(run.process)
        kept_list, warnings_list = events_of(run.master.bodies[-1])
        lists = (await run.requests())["LIST events"]
        await run.tell(f"expire?keep={_BEFORE}")
        after_expiry = await _settled(run)
        kept_after, warnings_after = events_of(run.master.bodies[-1])
        peak_mib = run.process.memory_mib("VmHWM")
    print(f"burst: {judge(run.master.bodies, most=4)}", flush=True)
    return (
        f"burst_events={events} burst_cpu_s_per_cycle={cpu_per_cycle(before, after_burst):.3f} "
        f"events_before={kept_before} warnings_before={warnings_before} "
        f"events_after_burst={kept_burst} warnings_after_burst={warnings_burst} "
        f"events_after_relist={kept_list} warnings_after_relist={warnings_list} lists_of_events={lists} "
        f"events_after_expiry={kept_after} warnings_after_expiry={warnings_after} "
        f"rss_before_mib={before.rss_mib:.0f} rss_after_burst_mib={after_burst.rss_mib:.0f} "
        f"rss_after_relist_mib={after_list.rss_mib:.0f} rss_after_expiry_mib={after_expiry.rss_mib:.0f} "
        f"rss_peak_mib={peak_mib:.0f}"
    )


async def _settled(run: Observed) -> Sample:
    """After the next collection of garbage, which comes once a minute."""
    await run.more_bodies(7)
    return Sample.of(run.process)
