"""`atlhyper-agent demo` with a ClickHouse of its own: complete in a minute, in memory where it cannot be had."""

import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tests.support.agent_process import AgentProcess, running_agent

pytestmark = pytest.mark.timeout(180)
PATIENCE_SECONDS = 60
"""From the console's address on; of which filling the database takes a third where nothing else runs."""
Json = dict[str, Any]
MEMBERS = {"apmServices", "apmTopology", "sloIngress", "metricsNodes", "logsSummary", "recentTraces", "sloWindows"}
FALLBACK = "no embedded ClickHouse: the demo uses its in-memory store"
QUESTIONS: tuple[tuple[str, Json], ...] = (
    ("query_traces", {"limit": 5, "since": "15m"}),
    ("query_traces", {"sub_action": "list_services"}),
    ("query_traces", {"sub_action": "get_topology"}),
    ("query_traces", {"sub_action": "list_operations"}),
    ("query_traces", {"sub_action": "db_stats", "service": "catalog"}),
    ("query_traces", {"sub_action": "service_series", "service": "web"}),
    ("query_logs", {"query": "products"}),
    ("query_logs", {"sub_action": "histogram", "since": "1h"}),
    ("query_metrics", {"sub_action": "list_all"}),
    ("query_metrics", {"sub_action": "get_node", "node_name": "10.20.0.21"}),
    ("query_metrics", {"sub_action": "get_series", "node_name": "10.20.0.21", "metric": "node_load1"}),
    ("query_metrics", {"sub_action": "get_history", "node_name": "10.20.0.21", "since": "2h"}),
    ("query_slo", {"sub_action": "list_ingress", "since": "15m"}),
    ("query_slo", {"sub_action": "list_service"}),
    ("query_slo", {"sub_action": "list_edges"}),
    ("query_slo", {"sub_action": "get_time_series", "name": "web"}),
)


@dataclass
class Demo:
    agent: AgentProcess
    console: httpx.AsyncClient

    def lines(self, message: str) -> list[Json]:
        """Its log lines with a message."""
        complete = [line for line in self.agent.stderr.splitlines(keepends=True) if line.endswith("\n")]
        parsed = [json.loads(line) for line in complete if line.startswith("{")]
        return [line for line in parsed if line["message"] == message]

    async def cluster(self) -> Json:
        """What the Master knows, once it has a summary of telemetry."""
        while True:
            clusters = (await self.console.get("/api/v3/clusters")).json()["clusters"]
            if clusters and clusters[0].get("receivedAt"):
                cluster: Json = (await self.console.get(f"/api/v3/clusters/{clusters[0]['clusterId']}")).json()
                if "otel" in cluster["snapshot"]:
                    return cluster
            await anyio.sleep(0.2)

    async def until_fresh(self, *, agents: int) -> None:
        """Wait until this many agents have begun in the process, and every part of the newest is fresh."""
        states: set[str] = set()
        while states != {"fresh"}:
            served = self.lines("health endpoints served")
            if len(served) == agents:
                status = (await self.console.get(f"http://{served[-1]['address']}/statusz")).json()
                states = {part["state"] for part in status["otel"]}
            await anyio.sleep(0.2)

    async def asked(self, cluster_id: str, action: str, params: Json) -> Json:
        """The answer to a question that goes through the Master."""
        command = {"clusterId": cluster_id, "action": action, "params": params}
        order = (await self.console.post("/api/v3/commands", json=command)).json()
        while True:
            state: Json = (await self.console.get(f"/api/v3/commands/{order['id']}")).json()
            if state["status"] not in {"queued", "running"}:
                return state
            await anyio.sleep(0.05)


@asynccontextmanager
async def a_demo(**environ: str) -> AsyncIterator[Demo]:
    async with running_agent("demo", AGENT_SNAPSHOT_INTERVAL="500ms", **environ) as agent:
        url, token = re.findall(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", await agent.printed("Console: "))[0]
        headers = {"X-Console-Token": token}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=10) as client:
            try:
                with anyio.fail_after(PATIENCE_SECONDS):
                    yield Demo(agent, client)
            except TimeoutError:
                pytest.fail(f"not in time:\n{agent.output[-5000:]}")


async def test_every_part_is_fresh_within_a_minute_and_every_question_is_answered() -> None:
    async with a_demo() as demo:
        await demo.until_fresh(agents=1)
        while not set((await demo.cluster())["snapshot"]["otel"]) >= MEMBERS:  # noqa: ASYNC110 - a process sets no event
            await anyio.sleep(0.2)
        cluster = await demo.cluster()
        otel = cluster["snapshot"]["otel"]
        assert demo.lines("embedded ClickHouse serves")
        assert cluster["rejected"] == 0
        assert len(otel["metricsNodes"]) == len(cluster["snapshot"]["nodes"])
        assert {service["name"] for service in otel["apmServices"]} >= {"web", "api", "payments"}
        for action, params in QUESTIONS:
            state = await demo.asked(cluster["clusterId"], action, params)
            assert state["status"] == "success", (action, params, state)
            assert json.loads(state["result"]["output"]), (action, params)
        trace_id = next(trace["traceId"] for trace in otel["recentTraces"] if trace["hasError"])
        detail = await demo.asked(cluster["clusterId"], "query_trace_detail", {"trace_id": trace_id})
        assert len(json.loads(detail["result"]["output"])["spans"]) > 1
        demo.agent.signal(signal.SIGTERM)
        assert await demo.agent.ended() == 0
        assert "Traceback" not in demo.agent.output


async def test_a_server_that_crashes_again_and_again_is_given_up_in_one_line() -> None:
    async with a_demo() as demo:
        await demo.cluster()
        killed: set[int] = set()
        while not demo.lines(FALLBACK):
            for line in demo.lines("embedded ClickHouse serves"):
                if line["pid"] not in killed:
                    killed.add(line["pid"])
                    os.kill(line["pid"], signal.SIGKILL)
            await anyio.sleep(0.05)
        served = {line["url"] for line in demo.lines("embedded ClickHouse serves")}
        await demo.until_fresh(agents=2)
        assert len(served) == 1
        assert len(killed) == 4
        assert len(demo.lines(FALLBACK)) == 1
        state = await demo.asked((await demo.cluster())["clusterId"], "query_logs", {})
        assert state["status"] == "success"
        demo.agent.signal(signal.SIGTERM)
        assert await demo.agent.ended() == 0
        assert "Traceback" not in demo.agent.output


async def test_without_the_wheel_one_line_says_so(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['chdb'] = None\n")
    async with a_demo(PYTHONPATH=str(tmp_path)) as demo:
        assert set((await demo.cluster())["snapshot"]["otel"]) >= MEMBERS
        assert len(demo.lines(FALLBACK)) == 1
        assert "not installed" in demo.lines(FALLBACK)[0]["reason"]
        assert not demo.lines("embedded ClickHouse serves")


async def test_a_clickhouse_of_ones_own_takes_its_place() -> None:
    async with running_agent("demo", "--clickhouse-url", "http://127.0.0.1:1/?database=mine") as agent:
        line = json.loads(await agent.printed("OTel store configured"))
        assert line["endpoint"].startswith("http://127.0.0.1:1")
        await agent.printed("cannot be reached")
        assert "embedded ClickHouse" not in agent.output


@pytest.mark.parametrize("address", ["not an address", "ftp://host"])
async def test_an_address_that_is_none_is_refused(address: str) -> None:
    async with running_agent("demo", "--clickhouse-url", address) as agent:
        assert await agent.ended() == 2
        assert "AGENT_CLICKHOUSE_ENDPOINT" in agent.stderr
