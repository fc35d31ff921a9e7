"""What collecting a large cluster costs: CPU, memory, requests, latency.

Three processes: a synthetic API server, the installed agent, and this one with a Master that keeps what it gets; the
demo Master decodes and judges every body afterwards. `make bench-collect` runs it; the last line is the result.
Nothing is asserted about speed: machines differ.
"""

import argparse
import http
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import anyio
from recording_master import Body, RecordingMaster

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings

HERE = Path(__file__).resolve().parent
CYCLE_SECONDS = 10.0
CLUSTER_ID = "bench-cluster"
STAMP = "bench.example/changed-at"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Process:
    """A child process, seen through /proc."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child
        self._proc = Path("/proc") / str(child.pid)

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def memory_mib(self, field: str) -> float:
        """`VmRSS` now or `VmHWM` at its highest."""
        lines = (self._proc / "status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(field))) / 1024


@contextmanager
def api_server(options: argparse.Namespace) -> Iterator[str]:
    """The synthetic API server as a child; yields its address."""
    command = [sys.executable, str(HERE / "synthetic_api_server.py")]
    command += ["--pods", str(options.pods), "--nodes", str(options.nodes), "--churn", str(options.churn)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None  # noqa: S101 - PIPE was asked for
        yield f"http://127.0.0.1:{json.loads(child.stdout.readline())['port']}"
    finally:
        child.kill()
        child.wait()


@contextmanager
def agent(api_url: str, master_url: str, directory: Path) -> Iterator[Process]:
    """The installed agent as a child, with telemetry on."""
    kubeconfig = directory / "kubeconfig"
    kubeconfig.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "bench",
                "clusters": [{"name": "bench", "cluster": {"server": api_url}}],
                "users": [{"name": "bench", "user": {"token": "bench"}}],
                "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
            }
        )
    )
    environ = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - a program of its own
        "AGENT_MASTER_URL": master_url,
        "AGENT_HEALTH_ADDRESS": "127.0.0.1:0",
        "AGENT_LOG_FORMAT": "json",
    }
    console_script = Path(sys.executable).with_name("atlhyper-agent")
    with (directory / "agent.log").open("wb") as log:
        child = subprocess.Popen(
            [str(console_script), "run", "--kubeconfig", str(kubeconfig)], env=environ, stdout=log, stderr=log
        )
    try:
        yield Process(child)
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
        if child.returncode:
            sys.stderr.write((directory / "agent.log").read_text()[-4000:])


class Staleness:
    """How old changes are when the Master has them: from the API server's write to the accepted push."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self.seconds: list[float] = []

    def look(self, snapshot: dict[str, Any], received_at: float) -> None:
        """Compare with the snapshot before."""
        for pod in snapshot["pods"]:
            stamp = pod.get("labels", {}).get(STAMP)
            name = pod["summary"]["name"]
            if stamp and self._seen.get(name) != stamp:
                self._seen[name] = stamp
                self.seconds.append(received_at - float(stamp))

    def p99(self) -> float:
        """The 99th percentile."""
        ordered = sorted(self.seconds)
        return ordered[int(len(ordered) * 0.99)] if ordered else float("nan")


async def measure(options: argparse.Namespace) -> None:
    """Run everything once and print the figures."""
    master = RecordingMaster()
    with tempfile.TemporaryDirectory() as directory, api_server(options) as api_url:
        async with master.served():
            started = time.time()  # noqa: TID251 - compared with the other process
            with agent(api_url, master.url, Path(directory)) as process:
                await more_bodies(master, process, 1)
                first_seconds = master.bodies[0].received_at - started
                print(f"first snapshot after {first_seconds:.2f} s", flush=True)
                await more_bodies(master, process, options.warmup)
                requests_before, cpu_before, began = _requests(api_url), process.cpu_seconds(), time.monotonic()
                memory = []
                for cycle in range(options.cycles):
                    await more_bodies(master, process, 1)
                    memory.append(process.memory_mib("VmRSS"))
                    print(f"cycle {cycle + 1}: rss {memory[-1]:.0f} MiB", flush=True)
                seconds = time.monotonic() - began
                cpu = (process.cpu_seconds() - cpu_before) / seconds * CYCLE_SECONDS
                requests = (_requests(api_url) - requests_before) / seconds * 60
                peak = process.memory_mib("VmHWM")
    staleness = await judged(master.bodies, options.warmup)
    print(
        f"cpu_s_per_cycle={cpu:.3f} rss_steady_mib={sorted(memory)[len(memory) // 2]:.0f} rss_peak_mib={peak:.0f} "
        f"requests_per_minute={requests:.1f} first_snapshot_s={first_seconds:.2f} "
        f"staleness_p99_s={staleness.p99():.2f} bytes_pushed={len(master.bodies[-1].data)}"
    )


async def more_bodies(master: RecordingMaster, process: Process, count: int) -> None:
    """Return when so many more snapshots have arrived."""
    wanted = len(master.bodies) + count
    while len(master.bodies) < wanted:
        if process.child.poll() is not None:
            raise SystemExit("the agent ended by itself")
        await anyio.sleep(0.01)


async def judged(bodies: list[Body], warmup: int) -> Staleness:
    """Let the demo Master judge every body; how old changes were when they arrived."""
    staleness = Staleness()
    demo = DemoMaster(DemoMasterSettings())
    async with anyio.create_task_group() as group, aiohttp.ClientSession() as session:
        await group.start(demo.run)
        for number, body in enumerate(bodies):
            headers = {"X-Cluster-ID": CLUSTER_ID, "Content-Encoding": "gzip"}
            async with session.post(f"{demo.agent_url}/agent/snapshot", data=body.data, headers=headers) as answer:
                if answer.status != http.HTTPStatus.OK:
                    raise SystemExit(f"the demo Master refused body {number}: {demo.store.rejections[-1]}")
            staleness.look(demo.store.pushes(CLUSTER_ID)[-1].parsed(), body.received_at)
            if number <= warmup:
                staleness.seconds.clear()
        print(f"{len(bodies)} bodies accepted by the demo Master", flush=True)
        group.cancel_scope.cancel()
    return staleness


def _requests(api_url: str) -> int:
    with urllib.request.urlopen(f"{api_url}/bench/stats") as answer:
        counts: dict[str, int] = json.load(answer)
    return sum(counts.values())


def main() -> None:
    """Read the options, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=10_000)
    parser.add_argument("--nodes", type=int, default=1_000)
    parser.add_argument(
        "--churn", type=float, default=10.0, help="pods that change per second (1 %% of 10,000 per 10 s)"
    )
    parser.add_argument("--warmup", type=int, default=2, help="cycles that are not counted")
    parser.add_argument("--cycles", type=int, default=12, help="cycles that are counted")
    anyio.run(measure, parser.parse_args())


if __name__ == "__main__":
    main()
