"""What the handling of a command costs: from the poll that brought it to the result at the Master.

The command is a scale to the size that the workload has already, on the simulated cluster, so that nothing but the
agent's own work is measured: HTTP on loopback, parsing, policy, ledger with two synced writes, lanes, rendering,
outbox. Beside it stands what the machine's disk takes for one synced write, measured in turn with the commands.
The last line is the result.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from command_master import Asked, CommandMaster
from measured_agent import HERE, Process, free_port

from adapters.ledger.sqlite import SqliteLedger
from adapters.system.clock import SystemClock
from domain.commands.actions import Topic
from domain.commands.ledger_book import MAX_ENTRIES
from domain.commands.requests import MalformedCommand
from domain.commands.results import Outcome, RenderedResult

CLUSTER_ID = "bench-cluster"
TARGET, REPLICAS = "cart", 2
_WARMUP, _QUEUED, _LARGE_CHARS = 50, 100, 2**21
_PAGE_BYTES = 4096
_SETTLE_SECONDS = 2.0
_STOP_SECONDS = 30


def agent(environ: dict[str, str], log: Path) -> Process:
    """The agent as a child."""
    command = [sys.executable, str(HERE / "command_agent.py")]
    with log.open("wb") as output:
        return Process(subprocess.Popen(command, env=environ, stdout=output, stderr=output))


@asynccontextmanager
async def served(directory: Path) -> AsyncIterator[tuple[CommandMaster, Process]]:
    """A Master, and the agent as a child with its ledger in the directory."""
    master = CommandMaster(CLUSTER_ID)
    async with master.served():
        environ = {
            "PATH": os.environ["PATH"],  # noqa: TID251 - a program of its own
            "AGENT_CLUSTER_ID": CLUSTER_ID,
            "AGENT_MASTER_URL": master.url,
            "AGENT_HEALTH_ADDRESS": f"127.0.0.1:{free_port()}",
            "AGENT_LOG_FORMAT": "json",
            "AGENT_LEDGER_PATH": str(directory / "ledger.db"),
            "AGENT_COMMAND_POLL_INTERVAL": "10ms",
        }
        log = directory / "agent.log"
        process = agent(environ, log)
        try:
            yield master, process
        finally:
            process.child.send_signal(signal.SIGTERM)
            await anyio.to_thread.run_sync(process.child.wait, _STOP_SECONDS)
            if process.child.returncode:
                sys.stderr.write(log.read_text()[-4000:])


def synced_write_seconds(path: Path) -> float:
    """One page at the end of a file, and on the disk."""
    with path.open("ab") as file:
        began = time.monotonic()
        file.write(b"x" * _PAGE_BYTES)
        file.flush()
        os.fdatasync(file.fileno())
        return time.monotonic() - began


def percentile(seconds: Sequence[float], number: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[number - 1] * 1000


def overhead(commands: Sequence[Asked]) -> list[float]:
    """Seconds from poll answered to result posted."""
    failed = [one.result for one in commands if not one.result["success"]]
    if failed:
        raise AssertionError(f"{len(failed)} commands failed, the first: {failed[0]}")
    return [one.finished_at - one.answered_at for one in commands]


async def one_by_one(master: CommandMaster, directory: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Each command when the one before is answered; seconds of each, and of a synced write after each."""
    commands, writes = [], []
    for number in range(_WARMUP + rounds):
        await master.polled("ops")
        command = master.queue("ops", "scale", TARGET, replicas=REPLICAS)
        await master.finished(command)
        if number >= _WARMUP:
            commands.append(command)
            writes.append(await anyio.to_thread.run_sync(synced_write_seconds, directory / "synced"))
    return overhead(commands), writes


async def both_topics(master: CommandMaster, number: int) -> tuple[float, float]:
    """A full queue on each topic; commands per second of `ops`, and of `ai` in the same time."""
    changes = [master.queue("ops", "scale", TARGET, replicas=REPLICAS) for _ in range(number)]
    reads = [master.queue("ai", "query_slo", "", sub_action="get_summary") for _ in range(number)]
    began = time.monotonic()
    await master.finished(*changes)
    seconds = time.monotonic() - began
    overhead(changes)
    answered = sum(bool(one.finished_at) for one in reads)
    await master.finished(*reads)
    return number / seconds, answered / seconds


async def fill(path: Path, number: int, chars: int, *, reported: bool) -> None:
    """A ledger that holds results already."""
    ledger = SqliteLedger(path, SystemClock())
    await ledger.open()
    for one in range(number):
        command_id = f"old-{one}"
        await ledger.claim(MalformedCommand(id=command_id, topic=Topic.OPS, action="x", error="x"))
        output = "x" * chars
        result = RenderedResult(
            command_id=command_id, outcome=Outcome.SUCCEEDED, output=output, error="", duration_seconds=0.1
        )
        await ledger.finish(result)
        if reported:
            await ledger.mark_reported(command_id)
    await ledger.aclose()


async def queued_memory(directory: Path, *, large: bool) -> float:
    """MiB resident with 100 results that the Master does not take."""
    if large:
        await fill(directory / "ledger.db", _QUEUED, _LARGE_CHARS, reported=False)
    async with served(directory) as (master, process):
        master.takes_results = False
        for _ in range(0 if large else _QUEUED):
            await master.polled("ops")
            master.queue("ops", "scale", TARGET, replicas=REPLICAS)
        await master.refusing()
        await anyio.sleep(_SETTLE_SECONDS)
        memory = process.memory_mib("VmRSS")
        master.takes_results = True
        return memory


async def bench(options: argparse.Namespace, root: Path) -> None:
    """Run once and print the figures."""
    directories = {name: root / name for name in ("fresh", "old", "small", "large")}
    for directory in directories.values():
        directory.mkdir()
    async with served(directories["fresh"]) as (master, _):
        seconds, writes = await one_by_one(master, directories["fresh"], options.rounds)
        per_second, beside = await both_topics(master, options.rounds)
    print(f"ops {per_second:.0f} commands/s while ai does {beside:.0f}/s", flush=True)
    await fill(directories["old"] / "ledger.db", MAX_ENTRIES, 100, reported=True)
    async with served(directories["old"]) as (master, _):
        old, _ = await one_by_one(master, directories["old"], options.rounds // 2)
    print(
        f"with {MAX_ENTRIES} old rows: p50 {percentile(old, 50):.1f} ms, p99 {percentile(old, 99):.1f} ms", flush=True
    )
    small = await queued_memory(directories["small"], large=False)
    large = await queued_memory(directories["large"], large=True)
    print(f"memory with {_QUEUED} queued results: {small:.0f} MiB small, {large:.0f} MiB of 2 MiB each")
    print(
        f"overhead_p50_ms={percentile(seconds, 50):.1f} overhead_p99_ms={percentile(seconds, 99):.1f} "
        f"fsync_p99_ms={percentile(writes, 99):.1f} commands_per_second={per_second:.0f} rss_mib={small:.0f}"
    )


def main() -> None:
    """Read the options, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument(
        "--directory", type=Path, help="on the disk that is meant; default: the one for temporary files"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as root:
        anyio.run(bench, options, Path(root))


if __name__ == "__main__":
    main()
