"""The installed agent as a process against the control plane, and the demo Master that it reports to.

Tests of this tier are plain functions that wait: the Master lives in a thread of its own, so that a test that waits for
the API server holds up nobody.
"""

import http.client
import json
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.records import CommandRecord, Push, Rejection, ResultPost
from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.kube.testbed.errors import ClusterError, Json
from tests.kube.testbed.loopback import fetch, wait_for
from tests.support.agent_process import CONSOLE_SCRIPT, clean_environment

T = TypeVar("T")

PATIENCE_SECONDS = 60
"""For whatever happens within a second on an idle machine."""
_POLL_HOLD_SECONDS = 0.5
_KEPT_BODIES = 60


class Master:
    """A demo Master in its own thread; everything read here is a copy."""

    def __init__(self, portal: BlockingPortal, master: DemoMaster) -> None:
        self._portal = portal
        self._master = master
        self.url = master.agent_url

    def pushes(self, cluster_id: str) -> tuple[Push, ...]:
        """The last accepted snapshots of a cluster, oldest first."""
        return self._ask(lambda: self._master.store.pushes(cluster_id))

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused."""
        return self._ask(lambda: self._master.store.rejections)

    def results(self) -> tuple[ResultPost, ...]:
        """Every result that was posted."""
        return self._ask(lambda: self._master.store.results)

    def heartbeats(self, cluster_id: str) -> int:
        """How many came from a cluster."""
        return self._ask(lambda: self._master.store.heartbeats(cluster_id))

    def queue(self, request: CommandRequest) -> str:
        """Queues a command as it is, without the checks of the console; returns its id."""
        return self._ask(lambda: self._master.store.commands.put(request)).id

    def command(self, command_id: str) -> CommandRecord:
        """A command that was queued."""
        found = self._ask(lambda: self._master.store.commands.get(command_id))
        assert found is not None
        return found

    def _ask(self, question: Callable[[], T]) -> T:
        return self._portal.call(question)


@contextmanager
def running_master(keep_bodies: int = _KEPT_BODIES) -> Iterator[Master]:
    """A demo Master on free ports of loopback that holds polls for half a second."""
    settings = DemoMasterSettings(poll_hold_seconds=_POLL_HOLD_SECONDS, keep_bodies=keep_bodies)
    master = DemoMaster(settings)
    with start_blocking_portal() as portal:
        task: Future[None]
        task, _ = portal.start_task(master.run)
        try:
            yield Master(portal, master)
        finally:
            task.cancel()


class Agent:
    """A running agent and what its Master got from it."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, master: Master, cluster_id: str) -> None:
        self._process = process
        self._log = log
        self._health_address = ""
        self.master = master
        self.cluster_id = cluster_id

    @property
    def output(self) -> str:
        """Everything printed so far, to stdout and to stderr."""
        return self._log.read_text(errors="replace")

    def lines(self, message: str) -> list[Json]:
        """Its log lines with this message."""
        lines = [json.loads(text) for text in self.output.splitlines() if text.startswith("{") and text.endswith("}")]
        return [line for line in lines if line["message"] == message]

    def line(self, message: str) -> Json:
        """Waits for a log line with this message, and gives the first."""
        self.wait_for(f"the line {message!r}", lambda: bool(self.lines(message)))
        return self.lines(message)[0]

    def check(self) -> None:
        """Raises ClusterError when the process has ended."""
        if self._process.poll() is not None:
            raise ClusterError(f"the agent ended with {self._process.returncode}:\n{self.output[-4000:]}")

    def wait_for(self, what: str, probe: Callable[[], bool], timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Waits for a condition while the agent lives."""
        wait_for(what, probe, timeout_seconds, self.check)

    def pushed(self) -> int:
        """How many snapshots the Master has accepted."""
        pushes = self.master.pushes(self.cluster_id)
        return pushes[-1].number if pushes else 0

    def push(self, number: int) -> Push:
        """Waits for the snapshot with this number, counted from 1."""
        self.wait_for(f"snapshot {number}", lambda: self.pushed() >= number)
        return next(push for push in self.master.pushes(self.cluster_id) if push.number >= number)

    def next_snapshot(self) -> Json:
        """The second that arrives from now on: the first may have been collected before what just happened."""
        return self.push(self.pushed() + 2).parsed()

    def order(self, request: CommandRequest) -> CommandRecord:
        """Gives the agent a command through the Master, and waits for the result."""
        return self.result_of(self.master.queue(request))

    def result_of(self, command_id: str) -> CommandRecord:
        """Waits for the result of a command that was queued."""

        def finished() -> bool:
            return self.master.command(command_id).result is not None

        self.wait_for(f"the result of {self.master.command(command_id).request.action}", finished)
        return self.master.command(command_id)

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of one of the agent's own endpoints, such as `/statusz`."""
        if not self._health_address:
            self._health_address = self.line("health endpoints served")["address"]
        status, body = fetch(f"http://{self._health_address}{path}")
        return status, body.decode()

    def status(self) -> Json:
        """What `/statusz` says."""
        status, body = self.ask("/statusz")
        assert status == http.client.OK
        report: Json = json.loads(body)
        return report

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal, waits for the end, and gives the exit code."""
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_SECONDS)


@contextmanager
def running_agent(
    directory: Path,
    cluster_id: str,
    environ: Mapping[str, str],
    command: Sequence[str] = (str(CONSOLE_SCRIPT), "run"),
    *,
    keep_bodies: int = _KEPT_BODIES,
) -> Iterator[Agent]:
    """Runs `atlhyper-agent run` beside a Master of its own; killed at the end if it still runs.

    Args:
        directory: where what it prints is kept.
        cluster_id: under which the Master will know it.
        environ: added to an environment that holds nothing of the developer's.
        command: another program to run instead.
        keep_bodies: how many of the newest snapshots the Master remembers.
    """
    log = directory / "agent.log"
    with running_master(keep_bodies) as master, log.open("wb") as output:
        settings = {"AGENT_MASTER_URL": master.url, "AGENT_SNAPSHOT_INTERVAL": "1s", **environ}
        with subprocess.Popen(
            command,
            env=clean_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                yield Agent(process, log, master, cluster_id)
            finally:
                if process.poll() is None:
                    process.kill()
