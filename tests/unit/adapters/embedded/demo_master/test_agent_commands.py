"""Polls for commands and posted results over real HTTP, one rule per test."""

import gzip

import anyio
import httpx

from adapters.embedded.demo_master.actions import CommandRequest
from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.unit.adapters.embedded.demo_master.running import (
    a_running_master,
    client_of,
    eventually,
    header,
    is_ok,
    is_refused,
)


async def test_a_poll_without_a_cluster_is_refused(agent: httpx.AsyncClient) -> None:
    assert is_refused(await agent.get("/agent/commands"), "cluster_id is required")


async def test_a_command_arrives_whole_and_only_once(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    asked = CommandRequest(
        action="scale", cluster_id="c/1 ä", kind="Deployment", namespace="n", name="web", params={"replicas": 3}
    )
    record = master.store.commands.put(asked)

    answer = await agent.get("/agent/commands", params={"cluster_id": "c/1 ä"})

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == {
        "hasCommand": True,
        "command": {
            "id": record.id,
            "clusterId": "c/1 ä",
            "action": "scale",
            "kind": "Deployment",
            "namespace": "n",
            "name": "web",
            "params": {"replicas": 3},
            "source": "web",
            "createdAt": record.created_at.isoformat().replace("+00:00", "Z"),
        },
    }
    again = await agent.get("/agent/commands", params={"cluster_id": "c/1 ä", "topic": "ops"})
    assert again.json() == {"hasCommand": False}
    assert master.store.polls("c/1 ä", "ops") == 2
    taken = master.store.commands.get(record.id)
    assert taken is not None
    assert taken.status == "running"


async def test_an_empty_command_leaves_out_what_is_empty(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    master.store.commands.put(CommandRequest(action="query_slo", cluster_id="c", topic="ai"))

    answer = await agent.get("/agent/commands", params={"cluster_id": "c", "topic": "ai"})

    assert set(answer.json()["command"]) == {"id", "clusterId", "action", "source", "createdAt"}
    assert answer.json()["command"]["source"] == "ai"


async def test_a_held_poll_gets_the_command_that_comes_later(golden: bytes) -> None:
    async with (
        a_running_master(DemoMasterSettings(poll_hold_seconds=50)) as master,
        client_of(master.agent_url) as agent,
        anyio.create_task_group() as tasks,
    ):
        answers: list[httpx.Response] = []

        async def poll() -> None:
            answers.append(await agent.get("/agent/commands", params={"cluster_id": "c"}))

        tasks.start_soon(poll)
        await eventually(lambda: master.store.polls("c", "ops") == 1)
        # Other routes answer meanwhile.
        assert is_ok(await agent.post("/agent/snapshot", content=golden, headers=header("c")))
        record = master.store.commands.put(CommandRequest(action="restart", cluster_id="c"))
        await eventually(lambda: bool(answers))
        assert answers[0].json()["command"]["id"] == record.id


async def test_a_client_that_hangs_up_takes_no_command_with_it() -> None:
    async with (
        a_running_master(DemoMasterSettings(poll_hold_seconds=50)) as master,
        client_of(master.agent_url) as agent,
    ):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(agent.get, "/agent/commands?cluster_id=c")
            await eventually(lambda: master.store.polls("c", "ops") == 1)
            tasks.cancel_scope.cancel()
        await eventually(lambda: master.store.commands.open_polls == 0)
        record = master.store.commands.put(CommandRequest(action="restart", cluster_id="c"))

        answer = await agent.get("/agent/commands", params={"cluster_id": "c"})

        assert answer.json()["command"]["id"] == record.id


async def test_a_result_finishes_its_command_and_a_later_one_overwrites(
    agent: httpx.AsyncClient, master: DemoMaster
) -> None:
    record = master.store.commands.put(CommandRequest(action="restart", cluster_id="c"))

    for success in (True, False):
        body = {"commandId": record.id, "success": success, "output": "o", "execTime": 5, "executedAt": 7}
        assert is_ok(await agent.post("/agent/result", json=body))

    finished = master.store.commands.get(record.id)
    assert finished is not None
    assert finished.status == "failed"
    assert [post.success for post in master.store.results] == [True, False]


async def test_a_result_of_an_unknown_command_is_accepted(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    assert is_ok(await agent.post("/agent/result", json={"commandId": "deploy-a/b-1"}))

    assert [post.command_id for post in master.store.results] == ["deploy-a/b-1"]


async def test_wrong_results_are_refused(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    good = b'{"commandId":"c"}'
    assert is_refused(await agent.post("/agent/result", content=gzip.compress(good)), "Invalid JSON")
    assert is_refused(
        await agent.post("/agent/result", content=gzip.compress(good), headers={"Content-Encoding": "gzip"}),
        "Invalid JSON",
    )
    assert is_refused(await agent.post("/agent/result", json={"command_id": "c"}), "command_id is required")
    assert is_refused(await agent.post("/agent/result", json={"commandId": ""}), "command_id is required")
    assert is_refused(await agent.post("/agent/result", json={"commandId": "c", "output": {}}), "Invalid JSON")
    assert is_refused(await agent.post("/agent/result", json={"commandId": "c", "execTime": 0.5}), "Invalid JSON")
    assert master.store.results == ()
