"""One agent under load, observed from outside: started, warmed up, watched cycle by cycle."""

import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
from measured_agent import ApiServer, Process, agent, api_server
from recording_master import RecordingMaster

CYCLE_SECONDS = 10.0
_LOOK_SECONDS = 0.01


@dataclass(slots=True)
class Observed:
    """What runs."""

    process: Process
    master: RecordingMaster
    server: ApiServer
    first_snapshot_seconds: float = 0.0

    async def more_bodies(self, count: int) -> None:
        """Return when so many more snapshots have arrived."""
        wanted = len(self.master.bodies) + count
        while len(self.master.bodies) < wanted:
            if self.process.child.poll() is not None:
                raise SystemExit("the agent ended by itself")
            await anyio.sleep(_LOOK_SECONDS)

    async def requests(self) -> Counter[str]:
        """What the API server has been asked."""
        return await anyio.to_thread.run_sync(self.server.requests)

    async def tell(self, what: str) -> None:
        """Make the API server do something, and wait for it."""
        await anyio.to_thread.run_sync(self.server.tell, what)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the agent."""

    cpu_seconds: float
    rss_mib: float
    at: float

    @classmethod
    def of(cls, process: Process) -> "Sample":
        """Now."""
        return cls(process.cpu_seconds(), process.memory_mib("VmRSS"), time.monotonic())


def cpu_per_cycle(first: Sample, last: Sample) -> float:
    """CPU seconds in ten seconds."""
    return (last.cpu_seconds - first.cpu_seconds) / (last.at - first.at) * CYCLE_SECONDS


@asynccontextmanager
async def observed(pods: int, churn_percent: float) -> AsyncIterator[Observed]:
    """A server with so many pods, of which so many percent change in ten seconds, and an agent that has pushed once."""
    master = RecordingMaster()
    pods_per_second = pods * churn_percent / 100 / CYCLE_SECONDS
    with tempfile.TemporaryDirectory() as directory, api_server(pods, pods_per_second) as server:
        async with master.served():
            started = time.time()  # noqa: TID251 - compared with the other process
            with agent(server.url, master.url, Path(directory)) as process:
                seen = Observed(process, master, server)
                await seen.more_bodies(1)
                seen.first_snapshot_seconds = master.bodies[0].received_at - started
                yield seen
