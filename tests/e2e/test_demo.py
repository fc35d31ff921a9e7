"""`atlhyper-agent demo`: a user types one command and has a living cluster."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import httpx
import pytest

from tests.support.agent_process import running_agent


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For the whole module, as its demo lives that long."""
    return "asyncio"


@pytest.fixture(scope="module")
async def console() -> AsyncIterator[httpx.AsyncClient]:
    async with running_agent("demo", AGENT_SNAPSHOT_INTERVAL="500ms") as agent:
        line = await agent.printed("Console: ")
        url, token = re.findall(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)", line)[0]
        headers = {"X-Console-Token": token}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=10) as client:
            yield client


async def until(probe: Callable[[], Awaitable[Any]]) -> Any:
    while True:
        if result := await probe():
            return result
        await anyio.sleep(0.1)


async def snapshot_of(console: httpx.AsyncClient) -> dict[str, Any]:
    """The cluster once a snapshot with an OTel summary has arrived: the summary's first refresh takes a moment."""

    async def probe() -> Any:
        clusters = (await console.get("/api/v3/clusters")).json()["clusters"]
        if not clusters or not clusters[0].get("receivedAt"):
            return None
        cluster = (await console.get(f"/api/v3/clusters/{clusters[0]['clusterId']}")).json()
        return cluster if "otel" in cluster["snapshot"] else None

    result: dict[str, Any] = await until(probe)
    return result


async def test_a_living_cluster_appears(console: httpx.AsyncClient) -> None:
    cluster = await snapshot_of(console)
    assert cluster["status"] == "online"
    assert cluster["rejected"] == 0
    snapshot = cluster["snapshot"]
    assert len(snapshot["nodes"]) >= 3
    assert {pod["status"]["phase"] for pod in snapshot["pods"]} >= {"Running", "Pending"}
    assert any(node["metrics"]["cpu"]["usage"] for node in snapshot["nodes"])
    assert snapshot["otel"]["apmServices"]


def _pods_of(snapshot: dict[str, Any], namespace: str, name: str) -> list[dict[str, Any]]:
    return [
        pod
        for pod in snapshot["pods"]
        if pod["summary"]["namespace"] == namespace and pod["summary"]["name"].startswith(f"{name}-")
    ]


async def test_scaling_makes_pods_appear(console: httpx.AsyncClient) -> None:
    cluster = await snapshot_of(console)
    cluster_id = cluster["clusterId"]
    owned = next(pod for pod in cluster["snapshot"]["pods"] if pod["summary"].get("ownerKind") == "StatefulSet")
    namespace, name = owned["summary"]["namespace"], owned["summary"]["ownerName"]
    before = len(_pods_of(cluster["snapshot"], namespace, name))
    command = {
        "clusterId": cluster_id,
        "action": "scale",
        "kind": "StatefulSet",
        "namespace": namespace,
        "name": name,
        "params": {"replicas": before + 1},
    }
    state = await _done(console, **command)
    assert state["status"] == "success", state

    async def grown() -> bool:
        snapshot = (await console.get(f"/api/v3/clusters/{cluster_id}")).json()["snapshot"]
        return len(_pods_of(snapshot, namespace, name)) == before + 1

    await until(grown)


async def _done(console: httpx.AsyncClient, **command: Any) -> dict[str, Any]:
    """A command once it is over."""
    answer = await console.post("/api/v3/commands", json=command)
    assert answer.status_code == 202

    async def finished() -> Any:
        state = (await console.get(f"/api/v3/commands/{answer.json()['id']}")).json()
        return state if state["status"] not in {"queued", "running"} else None

    result: dict[str, Any] = await until(finished)
    return result


@pytest.mark.parametrize("action", ["restart", "update_image", "delete_pod"])
async def test_a_workload_is_changed_from_the_console_and_the_snapshot_shows_it(
    console: httpx.AsyncClient, action: str
) -> None:
    cluster_id = (await snapshot_of(console))["clusterId"]

    async def images() -> dict[str, str]:
        """Of the pods of a Deployment that run, by name."""
        snapshot = (await console.get(f"/api/v3/clusters/{cluster_id}")).json()["snapshot"]
        pods = [pod for pod in _pods_of(snapshot, "monitoring", "grafana") if pod["status"]["phase"] == "Running"]
        return {pod["summary"]["name"]: pod["containers"][0]["image"] for pod in pods}

    before = await images()
    target = {"kind": "Deployment", "name": "grafana"}
    params: dict[str, str] = {}
    if action == "update_image":
        params = {"container": "grafana", "image": "docker.io/grafana/grafana:99.1"}
    if action == "delete_pod":
        target = {"kind": "Pod", "name": min(before)}
    command = {"clusterId": cluster_id, "action": action, "namespace": "monitoring", "params": params, **target}
    done = await _done(console, **command)
    assert done["status"] == "success", done

    async def shown() -> bool:
        now = await images()
        if action == "update_image":
            return "docker.io/grafana/grafana:99.1" in now.values()
        return bool(set(now) - set(before))

    await until(shown)


async def test_a_drained_node_shows_as_unschedulable_and_its_pods_come_back_elsewhere(
    console: httpx.AsyncClient,
) -> None:
    cluster_id = (await snapshot_of(console))["clusterId"]
    target = {"clusterId": cluster_id, "kind": "Node", "name": "worker-2"}
    refused = await _done(console, **target, action="drain", params={})
    assert refused["status"] == "failed"
    assert "deleteEmptyDirData" in refused["result"]["error"]
    drained = await _done(console, **target, action="drain", params={"deleteEmptyDirData": True})
    assert drained["status"] == "success", drained
    evicted = {pod["name"] for pod in json.loads(drained["result"]["output"])["evicted"]}
    assert evicted

    async def moved() -> Any:
        snapshot = (await console.get(f"/api/v3/clusters/{cluster_id}")).json()["snapshot"]
        node = next(node for node in snapshot["nodes"] if node["summary"]["name"] == "worker-2")
        left = [pod["summary"] for pod in snapshot["pods"] if pod["summary"].get("nodeName") == "worker-2"]
        daemons = all(pod.get("ownerKind") == "DaemonSet" for pod in left)
        return not node["summary"]["schedulable"] and left and daemons

    await until(moved)
    assert (await _done(console, **target, action="uncordon", params={}))["status"] == "success"


async def test_what_cannot_be_done_says_why(console: httpx.AsyncClient) -> None:
    cluster_id = (await snapshot_of(console))["clusterId"]
    state = await _done(console, clusterId=cluster_id, action="cordon", kind="Node", name="n", params={})
    assert (state["status"], "not found" in state["result"]["error"]) == ("failed", True)


async def test_logs_settings_and_commands_in_containers_are_answered_in_the_console(console: httpx.AsyncClient) -> None:
    cluster = await snapshot_of(console)
    pod = next(one["summary"]["name"] for one in _pods_of(cluster["snapshot"], "shop", "web"))

    async def said(action: str, kind: str, name: str, params: dict[str, Any]) -> dict[str, Any]:
        target = {"clusterId": cluster["clusterId"], "kind": kind, "namespace": "shop", "name": name}
        result: dict[str, Any] = (await _done(console, action=action, params=params, **target))["result"]
        return result

    logs = await said("get_logs", "Pod", pod, {"tailLines": 3})
    assert logs["output"].count("\n") == 3
    settings = await said("get_configmap", "ConfigMap", "web-settings", {})
    assert "port: 8080" in json.loads(settings["output"])["application.yaml"]
    ended = json.loads((await said("exec", "Pod", pod, {"command": ["hostname"]}))["output"])
    assert (ended["exitCode"], ended["stdout"], ended["container"]) == (0, f"{pod}\n", "web")
    secret = json.loads((await said("get_secret", "Secret", "orders-db", {}))["output"])
    assert secret.keys() == {"username", "password"}
