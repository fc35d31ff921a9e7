"""A world that is not as it should be: the agent says what is wrong and what to do, and goes on as soon as it can."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketAttribute

from adapters.embedded.demo_master.server import DemoMaster
from domain.cluster.all_readings import COLLECTED_KINDS
from tests.e2e.stage import CLUSTER, Stage, a_stage, names, until
from tests.support.api_answers import with_status
from tests.support.api_client import write_kubeconfig
from tests.support.api_server import ApiServer
from tests.support.master_server import FOR_EVER, MasterServer

NOBODY = "127.0.0.1:1"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path) as stage:
        yield stage


async def test_an_api_server_that_cannot_be_reached_is_said_and_tried_again(stage: Stage) -> None:
    write_kubeconfig(stage.kubeconfig, f"http://{NOBODY}")
    async with stage.running() as agent:
        line = await stage.line("cluster id not found yet")
        assert NOBODY in line["error"]
        assert line["advice"] == "trying again until it answers"
        assert (await stage.ask("/livez")).status_code == 200
        ready = await stage.ask("/readyz")
        assert ready.status_code == 503
        (problem,) = ready.json()["problems"]
        assert problem.startswith("cluster id not known: ")
        assert NOBODY in problem
        assert not agent.has_ended
    assert not stage.master.seen


async def test_an_api_server_that_answers_later_is_used_then(stage: Stage) -> None:
    stage.api.fail(with_status(503, "starting"), times=FOR_EVER)
    async with stage.running():
        line = await stage.line("cluster id not found yet")
        assert "starting (status 503)" in line["error"]
        stage.api.denied.add(("get", "namespaces"))
        stage.api.faults.clear()
        await stage.line("cluster id not found yet", advice="grant get on namespaces, or set AGENT_CLUSTER_ID")
        stage.api.denied.clear()
        snapshot = await stage.snapshot()
        # Without metrics.k8s.io there is no usage, and all the rest.
        (pod,), (node,) = snapshot["pods"], snapshot["nodes"]
        assert not {"cpuUsage", "memoryUsage"} & pod["status"].keys()
        assert node["metrics"]["cpu"] == {"usage": "", "capacity": "4"}
        assert (await stage.status())["usage"]["state"] in {"absent", "syncing", "stale"}


async def test_the_web_port_of_the_master_is_recognised(stage: Stage) -> None:
    demo = DemoMaster()
    async with anyio.create_task_group() as group:
        await group.start(demo.run)
        async with stage.running(AGENT_MASTER_URL=demo.web_url) as agent:
            for loop in ("snapshot", "heartbeat", "commands.ops", "commands.ai"):
                error = (await stage.line("loop fails", loop=loop))["error"]
                assert demo.web_url in error
                assert "is AGENT_MASTER_URL the Master's agent port? That is 8081 by default" in error
            assert (await stage.ask("/livez")).status_code == 200
            status = await stage.status()
            assert status["secondsSincePush"] is None
            assert "AGENT_MASTER_URL" in status["loops"]["snapshot"]["error"]
            # Once per loop, not at every try.
            assert len(stage.lines("loop fails")) == 4
            assert not agent.has_ended
        group.cancel_scope.cancel()
    assert not demo.store.clusters()


async def test_a_master_that_comes_later_gets_everything(stage: Stage) -> None:
    late = MasterServer()
    async with late.serving():
        port = int(late.url.rpartition(":")[2])
    stage.master = late
    async with stage.running():
        line = await stage.line("loop fails", loop="snapshot")
        assert f"cannot reach {late.url}: Connection refused" in line["error"]
        assert (await stage.ask("/readyz")).status_code == 200
        async with late.serving(port):
            await stage.snapshot()
            await until("a heartbeat", lambda: late.store.heartbeats(CLUSTER))
            await stage.line("loop recovered", loop="snapshot")
            record = await stage.obeyed("cordon", kind="Node", name="node-1")
            assert record.result is not None


async def test_a_health_port_in_use_ends_the_start_with_a_sentence(stage: Stage) -> None:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as taken:
        address = f"127.0.0.1:{taken.extra(SocketAttribute.local_port)}"  # noqa: S610 - a listener, no database
        async with stage.running(AGENT_HEALTH_ADDRESS=address) as agent:
            assert await agent.ended() == 1
            assert f"cannot serve health on {address}: " in agent.stderr
            assert "choose another AGENT_HEALTH_ADDRESS" in agent.stderr
            assert "Traceback" not in agent.output
    assert not stage.master.seen


async def test_an_empty_cluster_is_an_empty_snapshot(stage: Stage) -> None:
    empty = ApiServer()
    async with empty.serving():
        write_kubeconfig(stage.kubeconfig, empty.url)
        async with stage.running(AGENT_CLUSTER_ID="empty"):
            snapshot = await stage.snapshot("empty")
    lists = {name: content for name, content in snapshot.items() if isinstance(content, list)}
    assert len(lists) == len(COLLECTED_KINDS)
    assert not any(lists.values())
    assert not any(snapshot["summary"].values())
    assert not stage.master.store.rejections
    assert stage.lines("cluster synced")[0]["objects"] == 0


async def test_where_only_namespaces_may_be_listed_they_arrive_and_the_missing_rights_are_named(stage: Stage) -> None:
    stage.api.denied = {(verb, plural) for verb in ("list", "watch") for plural in ("pods", "nodes")}
    async with stage.running():
        snapshot = await stage.snapshot()
        assert names(snapshot, "namespaces") == ["kube-system", "shop"]
        assert (snapshot["pods"], snapshot["nodes"]) == ([], [])
        missing = (await stage.line("cluster synced"))["missing"]
        assert missing.keys() == {"Pod", "Node"}
        kinds = (await stage.status())["kinds"]
        for kind, plural in (("Pod", "pods"), ("Node", "nodes")):
            assert missing[kind].startswith("forbidden: ")
            assert f"get, list, watch on {plural}" in missing[kind]
            assert kinds[kind]["state"] == "forbidden"
        assert kinds["Namespace"]["state"] == "live"
        assert (await stage.ask("/readyz")).status_code == 200
