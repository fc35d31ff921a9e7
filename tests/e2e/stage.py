"""`atlhyper-agent run` as a process between an API server and a Master on loopback, both of which can misbehave."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import httpx

from adapters.embedded.demo_master.records import CommandRecord
from tests.support.agent_process import AgentProcess, running_agent
from tests.support.api_client import write_kubeconfig
from tests.support.api_objects import a_namespace, a_node, a_pod, a_workload
from tests.support.api_server import ApiServer
from tests.support.master_server import MasterServer

CLUSTER: Final = "uid-of-kube-system"
PATIENCE_SECONDS: Final = 45.0
"""For whatever happens within a second on an idle machine."""
_SETTINGS: Final = {"AGENT_SNAPSHOT_INTERVAL": "200ms", "AGENT_HEARTBEAT_INTERVAL": "10s"}
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

Json = dict[str, Any]


async def until(what: str, probe: Callable[[], object]) -> None:
    """Return when a condition holds."""
    with anyio.move_on_after(PATIENCE_SECONDS) as limit:
        while not probe():  # noqa: ASYNC110 - what is waited for sets no event
            await anyio.sleep(0.01)
    assert not limit.cancelled_caught, f"waited in vain for {what}"


class Stage:
    """The outside world of one agent, and the agent."""

    def __init__(self, api: ApiServer, master: MasterServer, kubeconfig: Path) -> None:
        self.api = api
        self.master = master
        self.kubeconfig = kubeconfig
        self.agent: AgentProcess

    @asynccontextmanager
    async def running(self, **environ: str) -> AsyncIterator[AgentProcess]:
        """An agent; its settings may be overridden."""
        settings = {**_SETTINGS, "AGENT_MASTER_URL": self.master.url, **environ}
        async with running_agent("run", "--kubeconfig", str(self.kubeconfig), **settings) as self.agent:
            yield self.agent

    # -- what it prints ---------------------------------------------------------------------------------------------

    def lines(self, message: str = "") -> list[Json]:
        """Its complete log lines, all or those with this message; each must be JSON with a time."""
        lines = [json.loads(text) for text in self.agent.stderr.splitlines(keepends=True) if text.endswith("\n")]
        assert all(_RFC3339.fullmatch(line["time"]) for line in lines)
        return [line for line in lines if message in {"", line["message"]}]

    async def line(self, message: str, **fields: object) -> Json:
        """Wait for a log line with this message and these fields."""

        def found() -> list[Json]:
            return [line for line in self.lines(message) if fields.items() <= line.items()]

        await self._while_alive(f"the line {message!r}", found)
        return found()[0]

    # -- what its Master gets ---------------------------------------------------------------------------------------

    def pushed(self, cluster_id: str = CLUSTER) -> int:
        """How many snapshots the Master has taken."""
        pushes = self.master.pushes(cluster_id)
        return pushes[-1].number if pushes else 0

    async def snapshot(self, cluster_id: str = CLUSTER) -> Json:
        """A snapshot that was collected after this was called: the next may have been collected before."""
        number = self.pushed(cluster_id) + (2 if self.pushed(cluster_id) else 1)
        await self._while_alive("a snapshot", lambda: self.pushed(cluster_id) >= number)
        return self.master.pushes(cluster_id)[-1].parsed()

    async def snapshot_with(self, condition: Callable[[Json], object]) -> Json:
        """The first snapshot for which a condition holds."""
        while not condition(snapshot := await self.snapshot()):
            pass
        return snapshot

    async def obeyed(self, action: str, cluster_id: str = CLUSTER, **fields: object) -> CommandRecord:
        """Order something and wait for the result."""
        command_id = self.master.order(action, cluster_id, **fields)
        await self._while_alive(f"the result of {action}", lambda: self.master.command(command_id).result is not None)
        return self.master.command(command_id)

    # -- what it says of itself -------------------------------------------------------------------------------------

    async def ask(self, path: str) -> httpx.Response:
        """What one of its health endpoints answers."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
            return await client.get(f"http://{await self.health_address()}{path}")

    async def health_address(self) -> str:
        """Where it serves its health."""
        address: str = (await self.line("health endpoints served"))["address"]
        return address

    async def status(self) -> Json:
        """What `/statusz` says."""
        report: Json = (await self.ask("/statusz")).json()
        return report

    async def _while_alive(self, what: str, probe: Callable[[], object]) -> None:
        def done() -> object:
            found = probe()
            assert found or not self.agent.has_ended, f"ended before {what}:\n{self.agent.output}"
            return found

        await until(what, done)


@asynccontextmanager
async def a_stage(folder: Path, *, poll_hold_seconds: float = 0.3) -> AsyncIterator[Stage]:
    """An API server with a small cluster, and a Master; no agent yet."""
    api, master = a_small_cluster(), MasterServer(poll_hold_seconds=poll_hold_seconds)
    async with api.serving(), master.serving():
        yield Stage(api, master, write_kubeconfig(folder / "kubeconfig", api.url))


def a_small_cluster() -> ApiServer:
    """One node, two namespaces, a pod, and a Deployment that can be scaled."""
    api = ApiServer()
    api.put("namespaces", a_namespace("kube-system", uid=CLUSTER))
    api.put("namespaces", a_namespace("shop"))
    api.put("nodes", a_node())
    api.put("pods", a_pod())
    api.put("deployments", a_workload())
    return api


def names(snapshot: Json, kind: str) -> list[str]:
    """The names in a list of a snapshot."""
    return [one["summary"]["name"] for one in snapshot[kind]]
