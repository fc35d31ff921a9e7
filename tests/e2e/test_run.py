"""`atlhyper-agent run` in a healthy world: what the Master gets, what it can order, what the agent says of itself.

One agent serves the whole module: the tests only add to what is there.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from domain.cluster.all_readings import FOLLOWED_KINDS
from domain.commands.actions import Action, Topic
from tests.e2e.stage import CLUSTER, Stage, a_stage, names, until
from tests.support.agent_process import running_agent
from tests.support.api_objects import a_pod, a_workload, node_metrics, pod_metrics
from tests.support.master_server import COMMANDS, HEARTBEAT, RESULT, SNAPSHOT


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For the whole module, as its agent lives that long."""
    return "asyncio"


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path_factory.mktemp("stage")) as stage:
        stage.api.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics()]}
        async with stage.running():
            await stage.snapshot()
            yield stage


async def test_every_request_tells_the_cluster_by_the_uid_of_kube_system(stage: Stage) -> None:
    await until("both topics", lambda: {one.query.get("topic") for one in stage.master.seen} >= set(Topic))
    for seen in list(stage.master.seen):
        assert seen.headers["X-Cluster-ID"] == CLUSTER
        if seen.route == COMMANDS:
            assert seen.query["cluster_id"] == CLUSTER
    snapshot = await stage.snapshot()
    assert snapshot["clusterId"] == CLUSTER
    assert not stage.master.store.rejections


async def test_the_first_heartbeat_does_not_wait_for_its_interval(stage: Stage) -> None:
    await until("a heartbeat", lambda: stage.master.count(HEARTBEAT))
    first = [seen.route for seen in stage.master.seen].index(HEARTBEAT)
    assert [seen.route for seen in stage.master.seen][:first].count(SNAPSHOT) <= 1


async def test_a_snapshot_holds_the_cluster_with_its_usage(stage: Stage) -> None:
    snapshot = await stage.snapshot_with(lambda one: one["nodes"][0]["metrics"]["cpu"]["usage"])
    assert "web-1" in names(snapshot, "pods")
    assert names(snapshot, "nodes") == ["node-1"]
    assert {"kube-system", "shop"} <= set(names(snapshot, "namespaces"))
    pod = next(pod for pod in snapshot["pods"] if pod["summary"]["name"] == "web-1")
    assert pod["status"]["cpuUsage"]


async def test_a_change_of_a_pod_is_in_the_next_push(stage: Stage) -> None:
    stage.api.put("pods", a_pod("changing", phase="Pending"))
    await stage.snapshot_with(lambda one: "changing" in names(one, "pods"))
    stage.api.put("pods", a_pod("changing", phase="Running"))
    await stage.snapshot_with(lambda one: {"changing": "Running"}.items() <= _phases(one).items())
    stage.api.delete("pods", "changing", "shop")
    await stage.snapshot_with(lambda one: "changing" not in names(one, "pods"))


def _phases(snapshot: dict[str, list[dict[str, dict[str, str]]]]) -> dict[str, str]:
    return {pod["summary"]["name"]: pod["status"]["phase"] for pod in snapshot["pods"]}


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health"])
async def test_probes_say_yes(stage: Stage, path: str) -> None:
    answer = await stage.ask(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_metrics_are_prometheus_text(stage: Stage) -> None:
    answer = await stage.ask("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert 'atlhyper_agent_kubernetes_relists_total{kind="Pod",reason="start"} 1.0' in answer.text


async def test_status_is_shown_as_tables_and_as_json(stage: Stage) -> None:
    address = await stage.health_address()
    for _ in range(200):  # the first poll is held for a moment
        if "commands.ops" in (await stage.status())["loops"]:
            break
        await anyio.sleep(0.05)
    async with running_agent("status", "--address", address) as shown:
        assert await shown.ended() == 0
        for text in (CLUSTER, "ready", "Namespace", "commands.ops", "ledger durable"):
            assert text in shown.stdout
    async with running_agent("status", "--address", address, "--json") as as_json:
        assert await as_json.ended() == 0
        report = json.loads(as_json.stdout)
    assert (report["ready"], report["clusterId"]) == (True, CLUSTER)
    assert {kind: reading["state"] for kind, reading in report["kinds"].items()} == dict.fromkeys(
        FOLLOWED_KINDS, "live"
    )
    assert report.keys() == (await stage.status()).keys()


async def test_every_line_is_json_and_one_tells_how_the_start_went(stage: Stage) -> None:
    start = await stage.line("cluster synced")
    assert start["kinds"] == len(FOLLOWED_KINDS)
    assert start["objects"] == 5
    assert start["seconds"] >= 0
    assert start["missing"] == {}
    for line in stage.lines():
        assert {"time", "level", "logger", "message"} <= line.keys()
    assert stage.agent.stdout == ""


async def test_scale_changes_the_workload_and_the_result_is_delivered(stage: Stage) -> None:
    stage.api.put("deployments", a_workload(name="growing", replicas=2))
    record = await stage.obeyed("scale", kind="Deployment", namespace="shop", name="growing", params={"replicas": 5})
    assert record.status == "success", record.result
    assert stage.api.get("deployments", "growing", "shop")["spec"]["replicas"] == 5
    assert [(one.verb, one.subresource) for one in stage.api.requests if one.name == "growing"] == [
        ("get", "scale"),
        ("patch", "scale"),
    ]
    line = await stage.line("command finished", command_id=record.id)
    assert (line["action"], line["target"], line["outcome"]) == ("scale", "Deployment shop/growing", "succeeded")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "Deployment", "namespace": "shop", "name": "web"}, "replicas"),
        ({"kind": "Deployment", "namespace": "shop", "name": "web", "params": {"replicas": "many"}}, "replicas"),
        ({"kind": "Deployment", "namespace": "shop", "name": "web", "params": {"replicas": -1}}, "replicas"),
        ({"kind": "Deployment", "namespace": "shop", "name": "../web", "params": {"replicas": 1}}, "name"),
        ({"kind": "Deployment", "name": "web", "params": {"replicas": 1}}, "namespace"),
        ({"kind": "DaemonSet", "namespace": "shop", "name": "web", "params": {"replicas": 1}}, "Deployment"),
        ({"kind": "Deployment", "namespace": "shop", "name": "nobody", "params": {"replicas": 1}}, "not found"),
        ({"kind": "Deployment", "namespace": "kube-system", "name": "dns", "params": {"replicas": 1}}, "PROTECTED"),
    ],
)
async def test_a_scale_that_cannot_be_is_answered_with_the_reason(
    stage: Stage, fields: dict[str, Any], named: str
) -> None:
    record = await stage.obeyed("scale", **fields)
    assert record.status == "failed"
    assert record.result is not None
    assert named in record.result.error
    assert stage.api.get("deployments", "web", "shop")["spec"]["replicas"] == 2


async def test_an_action_that_nobody_knows_is_answered(stage: Stage) -> None:
    record = await stage.obeyed("reboot_world")
    assert record.result is not None
    assert record.result.error == "unknown action 'reboot_world'"


QUERIES = {action for action in Action if action.startswith("query_")}


@pytest.mark.parametrize("action", sorted(QUERIES))
async def test_a_question_without_a_telemetry_store_names_the_setting(stage: Stage, action: Action) -> None:
    record = await stage.obeyed(action, params={"trace_id": "1"})
    assert record.result is not None
    assert not record.result.success
    assert "AGENT_CLICKHOUSE_ENDPOINT" in record.result.error


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.SCALE} - QUERIES))
async def test_every_other_action_is_answered_whatever_becomes_of_it(stage: Stage, action: Action) -> None:
    record = await stage.obeyed(action, kind="Pod", namespace="shop", name="web-1")
    assert record.result is not None
    assert "not supported" not in record.result.error


async def test_the_assistant_may_not_change_anything(stage: Stage) -> None:
    record = await stage.obeyed(
        "scale", kind="Deployment", namespace="shop", name="web", params={"replicas": 9}, topic="ai"
    )
    assert record.result is not None
    assert "topic ai may only read" in record.result.error
    assert stage.master.count(RESULT) > 0
