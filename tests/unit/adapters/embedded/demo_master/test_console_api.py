"""`/api/v3` over real HTTP: what the page and curl see of clusters and commands."""

import json
from typing import Any

import httpx
import pytest

from adapters.embedded.demo_master.actions import ACTIONS, CHANGING_ACTIONS
from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.unit.adapters.embedded.demo_master.running import a_running_master, console_of

SCALE: dict[str, Any] = {
    "action": "scale",
    "clusterId": "c",
    "kind": "Deployment",
    "namespace": "shop",
    "name": "web",
    "params": {"replicas": 3},
}


async def push(agent: httpx.AsyncClient, body: bytes, cluster_id: str = "c") -> int:
    return (await agent.post("/agent/snapshot", content=body, headers={"X-Cluster-ID": cluster_id})).status_code


async def test_nothing_is_known_at_first(console: httpx.AsyncClient) -> None:
    assert (await console.get("/api/v3/clusters")).json() == {"clusters": [], "allowChanges": True}
    assert (await console.get("/api/v3/commands")).json() == {"commands": [], "matching": 0}
    missing = await console.get("/api/v3/clusters/c")
    assert missing.status_code == 404
    assert "no such cluster" in missing.json()["error"]


async def test_a_cluster_is_listed_with_its_health(
    agent: httpx.AsyncClient, console: httpx.AsyncClient, golden: bytes
) -> None:
    await push(agent, golden)
    await agent.post("/agent/heartbeat", headers={"X-Cluster-ID": "c"})
    assert await push(agent, b'{"pods":[{"status":{"restarts":1.0}}]}') == 400
    await agent.get("/agent/commands", params={"cluster_id": "c", "topic": "ai"})
    await console.post("/api/v3/commands", json=SCALE)

    (meta,) = (await console.get("/api/v3/clusters")).json()["clusters"]

    assert (meta["clusterId"], meta["status"], meta["online"], meta["heartbeats"]) == ("c", "online", True, 1)
    assert (meta["accepted"], meta["rejected"]) == (1, 1)
    assert meta["lastRejection"]["path"] == "$.pods[0].status.restarts"
    assert meta["lastRejection"]["reason"] == "expected integer without fraction or exponent, got number 1.0"
    assert meta["fetchedAt"] == json.loads(golden)["fetchedAt"]
    assert (meta["plainBytes"], meta["wireBytes"], meta["compressed"]) == (len(golden.strip()), len(golden), False)
    assert meta["receivedAt"].endswith("Z")
    assert meta["lastHeartbeatAt"].endswith("Z")
    assert (meta["waitingCommands"], meta["polls"]) == (1, {"ai": 1})
    assert (await console.get("/api/v3/clusters/c?meta=1")).json() == meta


async def test_a_cluster_comes_with_the_text_of_its_snapshot(
    agent: httpx.AsyncClient, console: httpx.AsyncClient, golden: bytes
) -> None:
    await push(agent, golden)

    answer = await console.get("/api/v3/clusters/c")

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json()["snapshot"] == json.loads(golden)
    assert golden.strip() in answer.content
    assert answer.json()["clusterId"] == "c"


async def test_only_the_object_of_a_body_is_passed_on(agent: httpx.AsyncClient, console: httpx.AsyncClient) -> None:
    await push(agent, b' {"clusterId":"\xff"} , "injected": true')

    assert (await console.get("/api/v3/clusters/c")).json()["snapshot"] == {"clusterId": "\ufffd"}
    assert "injected" not in (await console.get("/api/v3/clusters/c")).json()


async def test_an_unchanged_snapshot_is_not_sent_again(agent: httpx.AsyncClient, console: httpx.AsyncClient) -> None:
    await push(agent, b"{}")
    first = await console.get("/api/v3/clusters/c")
    await agent.post("/agent/heartbeat", headers={"X-Cluster-ID": "c"})

    same = await console.get("/api/v3/clusters/c", headers={"If-None-Match": first.headers["ETag"]})
    await push(agent, b"{}")
    newer = await console.get("/api/v3/clusters/c", headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert newer.status_code == 200
    assert newer.headers["ETag"] != first.headers["ETag"]


async def test_a_cluster_known_by_heartbeat_has_no_snapshot_yet(
    agent: httpx.AsyncClient, console: httpx.AsyncClient
) -> None:
    await agent.post("/agent/heartbeat", headers={b"X-Cluster-ID": "a/b é".encode()})

    answer = await console.get("/api/v3/clusters/a%2Fb%20%C3%A9")

    assert answer.json()["snapshot"] is None
    assert (answer.json()["clusterId"], answer.json()["accepted"], answer.json()["fetchedAt"]) == ("a/b é", 0, None)


async def test_a_large_snapshot_arrives_whole(agent: httpx.AsyncClient, console: httpx.AsyncClient) -> None:
    body = json.dumps({"pods": [{"labels": {"k": "ä" * 500}}] * 2_000}, ensure_ascii=False).encode()
    await push(agent, body)

    assert body in (await console.get("/api/v3/clusters/c")).content


async def test_a_command_goes_all_the_way_and_back(agent: httpx.AsyncClient, console: httpx.AsyncClient) -> None:
    queued = await console.post("/api/v3/commands", json=SCALE)
    command_id = queued.json()["id"]
    seen = [(await console.get(f"/api/v3/commands/{command_id}")).json()]
    delivered = (await agent.get("/agent/commands", params={"cluster_id": "c"})).json()["command"]
    seen.append((await console.get(f"/api/v3/commands/{command_id}")).json())
    await agent.post("/agent/result", json={"commandId": command_id, "success": True, "output": "done", "execTime": 7})
    seen.append((await console.get(f"/api/v3/commands/{command_id}")).json())

    assert queued.status_code == 202
    assert delivered["params"] == {"replicas": 3}
    assert [command["status"] for command in seen] == ["queued", "running", "success"]
    assert seen[0] | {"createdAt": ""} == {
        "id": command_id,
        **SCALE,
        "topic": "ops",
        "source": "web",
        "status": "queued",
        "createdAt": "",
        "startedAt": None,
        "finishedAt": None,
        "durationMs": None,
        "result": None,
    }
    assert seen[2]["result"] == {"success": True, "output": "done", "error": "", "execTimeNs": 7}
    assert seen[2]["durationMs"] >= 0


async def test_a_failed_command_says_why(agent: httpx.AsyncClient, console: httpx.AsyncClient) -> None:
    command_id = (await console.post("/api/v3/commands", json=SCALE | {"topic": "ai"})).json()["id"]
    delivered = (await agent.get("/agent/commands", params={"cluster_id": "c", "topic": "ai"})).json()["command"]
    await agent.post("/agent/result", json={"commandId": command_id, "success": False, "error": "not found"})

    command = (await console.get(f"/api/v3/commands/{command_id}")).json()

    assert delivered["source"] == "ai"
    assert (command["status"], command["result"]["error"], command["source"]) == ("failed", "not found", "ai")


async def test_commands_are_listed_newest_first_with_long_outputs_cut(
    agent: httpx.AsyncClient, console: httpx.AsyncClient
) -> None:
    ids = [(await console.post("/api/v3/commands", json=SCALE)).json()["id"] for _ in range(3)]
    await agent.post("/agent/result", json={"commandId": ids[0], "success": True, "output": "x" * 10_000})

    listed = (await console.get("/api/v3/commands")).json()["commands"]
    two = (await console.get("/api/v3/commands?limit=2")).json()["commands"]

    assert [command["id"] for command in listed] == ids[::-1]
    assert [command["id"] for command in two] == ids[:0:-1]
    assert (len(listed[2]["result"]["output"]), listed[2]["result"]["outputCut"]) == (4_000, True)
    assert len((await console.get(f"/api/v3/commands/{ids[0]}")).json()["result"]["output"]) == 10_000


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1000", "1.5", "²", "9" * 5000])
async def test_a_wrong_limit_is_named(limit: str, console: httpx.AsyncClient) -> None:
    answer = await console.get("/api/v3/commands", params={"limit": limit})

    assert answer.status_code == 400
    assert "limit" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"not JSON", "body"),
        (b"[]", "body"),
        (b'{"action":"restart","params":{"x":NaN}}', "body"),
        (b'{"action":"restart","name":"\\ud800"}', "body"),
        (b"[" * 100_000, "body"),
        (b"{}", "action"),
        (b'{"action":"reboot","clusterId":"c"}', "action"),
        (b'{"action":7,"clusterId":"c"}', "action"),
        (b'{"action":"query_slo"}', "clusterId"),
        (b'{"action":"query_slo","clusterId":""}', "clusterId"),
        (b'{"action":"query_slo","clusterId":"c","params":[]}', "params"),
        (b'{"action":"query_slo","clusterId":"c","topic":"other"}', "topic"),
        (b'{"action":"query_slo","clusterId":"c","namespace":{}}', "namespace"),
        (b'{"action":"scale","clusterId":"c","name":"web"}', "kind"),
        (b'{"action":"get_logs","clusterId":"c","kind":"Pod"}', "name"),
    ],
)
async def test_a_wrong_command_names_the_field(
    body: bytes, field: str, console: httpx.AsyncClient, master: DemoMaster
) -> None:
    answer = await console.post("/api/v3/commands", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{field}: ")
    assert master.store.commands.newest_first() == []


@pytest.mark.parametrize("action", sorted(ACTIONS))
async def test_every_action_can_be_queued(action: str, console: httpx.AsyncClient) -> None:
    assert (await console.post("/api/v3/commands", json=SCALE | {"action": action})).status_code == 202


def test_there_are_nineteen_actions() -> None:
    assert len(ACTIONS) == 19


async def test_without_leave_changes_are_refused_and_readings_are_not() -> None:
    async with a_running_master(DemoMasterSettings(allow_changes=False)) as master, console_of(master) as console:
        for action in sorted(ACTIONS):
            answer = await console.post("/api/v3/commands", json=SCALE | {"action": action})
            assert answer.status_code == (403 if action in CHANGING_ACTIONS else 202), action
            if action in CHANGING_ACTIONS:
                assert "--allow-changes" in answer.json()["error"]
        queued = {record.request.action for record in master.store.commands.newest_first()}
        listed = (await console.get("/api/v3/clusters")).json()

    assert queued == ACTIONS - CHANGING_ACTIONS
    assert listed["allowChanges"] is False


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ({}, ["logs", "drain", "web"]),
        ({"kind": "Deployment", "namespace": "shop", "name": "web"}, ["web"]),
        ({"kind": "Deployment", "namespace": "data", "name": "web"}, []),
        ({"kind": "Node", "name": "n"}, ["drain"]),
        ({"action": "drain,get_logs"}, ["logs", "drain"]),
        ({"action": "get_logs", "name": "n"}, []),
        ({"clusterId": "other"}, []),
        ({"kind": "", "action": "", "limit": "1"}, ["logs"]),
    ],
)
async def test_commands_can_be_narrowed_by_object_and_action(
    console: httpx.AsyncClient, query: dict[str, str], listed: list[str]
) -> None:
    sent = {
        "web": SCALE,
        "drain": {"action": "drain", "clusterId": "c", "kind": "Node", "name": "n"},
        "logs": {"action": "get_logs", "clusterId": "c", "kind": "Pod", "namespace": "shop", "name": "p"},
    }
    ids = {(await console.post("/api/v3/commands", json=body)).json()["id"]: name for name, body in sent.items()}

    answer = (await console.get("/api/v3/commands", params=query)).json()

    assert [ids[command["id"]] for command in answer["commands"]] == listed
    assert answer["matching"] == (3 if "limit" in query else len(listed))


async def test_an_action_that_is_none_cannot_be_asked_for(console: httpx.AsyncClient) -> None:
    answer = await console.get("/api/v3/commands", params={"action": "scale,reboot"})

    assert answer.status_code == 400
    assert answer.json() == {"error": "action: there is no 'reboot'"}


async def test_too_many_waiting_commands_are_refused() -> None:
    async with (
        a_running_master(DemoMasterSettings(allow_changes=True, keep_commands=1)) as master,
        console_of(master) as console,
    ):
        statuses = [(await console.post("/api/v3/commands", json=SCALE)).status_code for _ in range(11)]

    assert statuses == [202] * 10 + [503]


async def test_an_enormous_command_is_refused_in_json(console: httpx.AsyncClient) -> None:
    answer = await console.post("/api/v3/commands", json=SCALE | {"params": {"manifests": "x" * 9 * 2**20}})

    assert answer.status_code == 413
    assert "error" in answer.json()


async def test_other_routes_and_methods_answer_in_json(console: httpx.AsyncClient) -> None:
    assert (await console.get("/api/v3/nothing")).json() == {"error": "not found"}
    assert (await console.delete("/api/v3/commands")).json() == {"error": "method not allowed"}
    assert (await console.get("/api/v3/commands/none")).status_code == 404
