"""`atlhyper-agent check` as a process: exit codes, JSON, what it prints on a terminal, and that nobody notices it."""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import anyio
import pytest
from aiohttp import web

from adapters.kubernetes.kinds import KINDS
from domain.cluster.kinds import Kind
from tests.e2e.stage import CLUSTER, Json, Stage, a_stage, until
from tests.support.agent_process import CONSOLE_SCRIPT, clean_environment, running_agent
from tests.support.api_answers import with_status
from tests.support.api_client import write_kubeconfig
from tests.support.api_objects import node_metrics, pod_metrics
from tests.support.master_server import FOR_EVER, HEARTBEAT

NOBODY = "http://127.0.0.1:1"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Everything granted, metrics-server and Master there."""
    async with a_stage(tmp_path) as stage:
        stage.api.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics()]}
        yield stage


@dataclass(frozen=True)
class Checked:
    """How a check ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def report(self) -> Json:
        found: Json = json.loads(self.stdout)
        assert found["exitCode"] == self.code
        return found

    def finding(self, subject: str) -> Json:
        (found,) = [one for one in self.report["findings"] if one["subject"] == subject]
        return dict(found)

    def statuses(self) -> dict[str, str]:
        return {one["subject"]: one["status"] for one in self.report["findings"]}


async def check(stage: Stage, *arguments: str, **environ: str) -> Checked:
    """Run it to its end, with `--json` unless other arguments are given."""
    settings = {"AGENT_MASTER_URL": stage.master.url, "AGENT_KUBECONFIG": str(stage.kubeconfig), **environ}
    async with running_agent("check", *(arguments or ("--json",)), **settings) as agent:
        code = await agent.ended()
        assert "Traceback" not in agent.output
        return Checked(code, agent.stdout, agent.stderr)


async def test_where_nothing_is_missing_it_ends_with_0_and_nobody_has_noticed(stage: Stage) -> None:
    checked = await check(stage)
    assert checked.code == 0
    assert checked.stderr == ""
    assert checked.report["verdict"] == "ok"
    assert checked.report["clusterId"] == CLUSTER
    assert set(checked.statuses().values()) == {"ok", "off"}
    assert checked.finding("ClickHouse")["status"] == "off"
    assert checked.finding("ClickHouse")["detail"] == "not configured"
    assert not stage.master.store.clusters()
    assert {one.route for one in stage.master.seen} == {HEARTBEAT}
    assert {one.verb for one in stage.api.requests} == {"get", "list", "create"}
    assert {one.plural for one in stage.api.requests if one.verb == "create"} == {
        "selfsubjectreviews",
        "selfsubjectaccessreviews",
    }


async def test_a_missing_right_ends_with_1_and_says_what_it_costs_and_what_grants_it(stage: Stage) -> None:
    stage.api.denied = {("watch", "pods"), ("get", "pods/log"), ("patch", "deployments/scale")}
    checked = await check(stage)
    assert checked.code == 1
    assert checked.report["verdict"] == "degraded"
    pod = checked.finding("Pod")
    assert pod["missing"] == [{"verb": "watch", "group": "", "resource": "pods", "namespace": ""}]
    assert pod["cost"].startswith("no pods")
    assert pod["remedy"].startswith("kubectl create clusterrole ")
    gaps = {subject for subject, status in checked.statuses().items() if status == "missing"}
    assert gaps == {"Pod", "get_logs", "scale"}


async def test_a_command_that_is_off_and_a_kind_that_is_left_out_are_no_gaps(stage: Stage) -> None:
    stage.api.denied = {("patch", "deployments/scale"), ("list", "nodes")}
    checked = await check(
        stage, AGENT_READ_ONLY="true", AGENT_EXCLUDE_KINDS="Node", AGENT_NAMESPACES="", AGENT_LOG_LEVEL="error"
    )
    assert "AGENT_READ_ONLY" in checked.finding("scale")["detail"]
    assert checked.finding("Node")["detail"] == "left out by AGENT_EXCLUDE_KINDS"
    # Denied by its plural alone, and that is the usage of nodes, too.
    assert {subject for subject, status in checked.statuses().items() if status == "missing"} == {"usage of nodes"}


async def test_restricted_to_namespaces_each_is_asked_about(stage: Stage) -> None:
    stage.api.denied_reviews = {("list", "", "pods", "zoo")}
    checked = await check(stage, AGENT_NAMESPACES="shop,zoo", AGENT_CLUSTER_ID="mine")
    assert (checked.code, checked.report["clusterId"]) == (1, "mine")
    pod = checked.finding("Pod")
    assert [right["namespace"] for right in pod["missing"]] == ["zoo"]
    assert pod["cost"].endswith("(of zoo)")
    assert "kubectl create role " in pod["remedy"]
    assert "--namespace=zoo" in pod["remedy"]


async def test_where_nothing_can_be_read_it_ends_with_2(stage: Stage) -> None:
    stage.api.denied = {("list", row.plural) for row in KINDS}
    checked = await check(stage)
    assert checked.code == 2
    assert checked.finding("all kinds")["status"] == "failed"


async def test_an_unreachable_api_server_ends_with_2_and_the_master_is_looked_at_all_the_same(stage: Stage) -> None:
    write_kubeconfig(stage.kubeconfig, NOBODY)
    checked = await check(stage)
    assert checked.code == 2
    server = checked.finding("API server")
    assert server["status"] == "failed"
    assert "127.0.0.1:1" in server["detail"]
    assert checked.statuses()["all kinds"] == "skipped"
    assert checked.statuses()["Master"] == "ok"


async def test_credentials_that_are_refused_end_with_2(stage: Stage) -> None:
    write_kubeconfig(stage.kubeconfig, stage.api.url, token="wrong")
    checked = await check(stage)
    assert checked.code == 2
    assert "401" in checked.finding("API server")["detail"]
    assert "wrong" not in checked.stdout + checked.stderr


async def test_a_kubeconfig_that_cannot_be_read_ends_with_2_and_says_which(stage: Stage) -> None:
    stage.kubeconfig.write_text("no: [yaml")
    checked = await check(stage)
    assert checked.code == 2
    assert str(stage.kubeconfig) in checked.finding("API server")["detail"]
    missing = await check(stage, "--json", "--kubeconfig", "/nowhere/kubeconfig")
    assert missing.code == 2
    assert "/nowhere/kubeconfig" in missing.finding("API server")["detail"]


async def test_wrong_settings_end_with_2_and_are_a_finding_each(stage: Stage) -> None:
    checked = await check(stage, AGENT_SNAPSHOT_INTERVAL="soon", AGENT_HEALTH_ADDRESS="here")
    assert checked.code == 2
    assert checked.statuses() == {"AGENT_SNAPSHOT_INTERVAL": "failed", "AGENT_HEALTH_ADDRESS": "failed"}
    assert not stage.api.requests
    nowhere = await check(stage, AGENT_KUBECONFIG="")
    assert nowhere.code == 2
    assert "--kubeconfig" in nowhere.report["findings"][0]["detail"]


async def test_a_cluster_without_an_id_ends_with_2_and_says_what_to_set(stage: Stage) -> None:
    stage.api.denied = {("get", "namespaces")}
    checked = await check(stage)
    assert checked.code == 2
    assert "AGENT_CLUSTER_ID" in checked.finding("cluster id")["remedy"]
    assert (await check(stage, AGENT_CLUSTER_ID="mine")).code == 1


async def test_an_unreachable_master_ends_with_1(stage: Stage) -> None:
    checked = await check(stage, AGENT_MASTER_URL=NOBODY)
    assert checked.code == 1
    assert checked.finding("Master")["status"] == "missing"
    assert "Connection refused" in checked.finding("Master")["detail"]


@pytest.mark.parametrize(("ahead_seconds", "direction"), [(3600, "behind"), (-3600, "ahead of")])
async def test_a_wrong_clock_ends_with_1_and_says_by_how_much(stage: Stage, ahead_seconds: int, direction: str) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead_seconds), usegmt=True)
        return web.Response(status=405, headers={"Date": date})

    stage.master.fail(HEARTBEAT, answer)
    checked = await check(stage)
    assert checked.code == 1
    clock = checked.finding("clock")
    assert clock["status"] == "missing"
    assert f"s {direction} the Master's" in clock["detail"]
    assert "timedatectl" in clock["remedy"]


@pytest.mark.parametrize(
    ("break_it", "text"),
    [
        (lambda api: api.metrics.clear(), "404"),
        (
            lambda api: api.fail(with_status(503, "no endpoints"), plural="nodes", verb="list", times=FOR_EVER),
            "no endpoints",
        ),
    ],
)
async def test_usage_that_is_missing_or_down_ends_with_1(stage: Stage, break_it: object, text: str) -> None:
    break_it(stage.api)  # type: ignore[operator] # one of the two above
    checked = await check(stage)
    assert checked.code == 1
    assert {subject for subject, status in checked.statuses().items() if status == "missing"} == {"metrics-server"}
    assert text in checked.finding("metrics-server")["detail"]
    assert checked.finding("metrics-server")["remedy"].startswith("kubectl ")


async def test_piped_it_is_plain_lines_that_name_every_finding(stage: Stage) -> None:
    stage.api.denied = {("watch", "pods")}
    checked = await check(stage, "--kubeconfig", str(stage.kubeconfig))
    assert checked.code == 1
    assert "\x1b" not in checked.stdout
    lines = checked.stdout.splitlines()
    assert "kinds: Pod: missing: not granted: watch on pods" in lines
    assert [line for line in lines if line.startswith("  to mend it: kubectl create clusterrole ")]
    assert lines[-1].startswith("verdict: degraded: ")


async def test_on_a_terminal_it_is_a_table_in_colours(stage: Stage) -> None:
    stage.api.denied = {("watch", "pods")}
    ours, theirs = pty.openpty()
    # Wide enough, or the table's cells are wrapped.
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    environ = clean_environment(
        {"AGENT_MASTER_URL": stage.master.url, "AGENT_KUBECONFIG": str(stage.kubeconfig), "TERM": "xterm"}
    )
    process = await anyio.open_process(
        [str(CONSOLE_SCRIPT), "check"], env=environ, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    text = (await anyio.to_thread.run_sync(_read_all, ours)).decode()
    assert await process.wait() == 1
    assert "\x1b[" in text
    assert "checking" in text
    assert [line for line in text.splitlines() if "Pod" in line and "not granted: watch on pods" in line]
    assert [line for line in text.splitlines() if line.strip().startswith("kubectl create clusterrole ")]
    assert "something is missing" in text.splitlines()[-1]


def _read_all(terminal: int) -> bytes:
    """Everything until the other end is closed, which a terminal says by an error."""
    text = b""
    try:
        while piece := os.read(terminal, 65536):
            text += piece
    except OSError:
        pass
    os.close(terminal)
    return text


async def test_interrupted_it_has_no_good_verdict(stage: Stage) -> None:
    stage.master.fail(HEARTBEAT, _never)
    settings = {"AGENT_MASTER_URL": stage.master.url, "AGENT_KUBECONFIG": str(stage.kubeconfig)}
    async with running_agent("check", **settings) as agent:
        await until("the look at the Master", lambda: stage.master.count(HEARTBEAT))
        agent.signal(signal.SIGINT)
        assert await agent.ended() == 1
        assert agent.stderr == "atlhyper-agent: interrupted: nothing can be said\n"
        assert agent.stdout == ""


async def _never(_: web.Request) -> web.StreamResponse:
    await anyio.sleep_forever()
    raise AssertionError


async def test_the_simulated_cluster_lacks_nothing() -> None:
    async with running_agent("check", "--simulated", "--json") as agent:
        assert await agent.ended() == 0
        kinds = {one["subject"] for one in json.loads(agent.stdout)["findings"] if one["section"] == "kinds"}
        assert kinds <= {kind.value for kind in Kind}
        assert kinds
