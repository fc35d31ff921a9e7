"""What settings change: what is read, what is permitted, how the agent shows itself to the Master."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.stage import CLUSTER, Stage, a_stage, names, until
from tests.support.api_answers import Request, with_status
from tests.support.api_objects import a_pod
from tests.support.master_server import COMMANDS, FOR_EVER, HEARTBEAT, RESULT, SNAPSHOT

TOKEN = "a-token-that-must-not-be-logged"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """For the whole module, as its agent lives that long."""
    return "asyncio"


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    token_file = folder / "token"
    token_file.write_text(f"{TOKEN}\n")
    async with a_stage(folder) as stage:
        environ = {
            "AGENT_MASTER_TOKEN_FILE": str(token_file),
            "AGENT_READ_ONLY": "true",
            "AGENT_EXCLUDE_KINDS": "Node",
            "AGENT_LOG_LEVEL": "debug",
        }
        async with stage.running(**environ):
            await stage.snapshot()
            yield stage


async def test_every_request_carries_the_token_and_no_line_does(stage: Stage) -> None:
    await stage.obeyed("cordon", kind="Node", name="node-1")
    await until(
        "all routes", lambda: {one.route for one in stage.master.seen} >= {SNAPSHOT, HEARTBEAT, COMMANDS, RESULT}
    )
    assert {seen.headers.get("Authorization") for seen in stage.master.seen} == {f"Bearer {TOKEN}"}
    assert TOKEN not in stage.agent.output


async def test_read_only_refuses_a_change_and_names_the_setting(stage: Stage) -> None:
    record = await stage.obeyed("scale", kind="Deployment", namespace="shop", name="web", params={"replicas": 3})
    assert record.result is not None
    assert record.result.error == "scale changes the cluster, and this agent is read-only (AGENT_READ_ONLY)"
    assert not stage.api.count("patch")


async def test_an_excluded_kind_is_not_even_asked_for(stage: Stage) -> None:
    snapshot = await stage.snapshot()
    assert snapshot["nodes"] == []
    assert names(snapshot, "pods") == ["web-1"]
    assert not [one for one in stage.api.requests if one.plural == "nodes" and one.group == ""]
    assert (await stage.ask("/readyz")).status_code == 200


async def test_an_agent_of_some_namespaces_needs_no_right_beyond_them(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        stage.api.put("pods", a_pod("lab-1", "lab"))
        stage.api.put("pods", a_pod("other-1", "other"))

        def is_beyond(request: Request) -> bool:
            return request.verb in {"get", "list", "watch"} and request.namespace not in {"shop", "lab"}

        stage.api.fail(with_status(403), where=is_beyond, times=FOR_EVER)
        async with stage.running(AGENT_NAMESPACES="shop,lab", AGENT_CLUSTER_ID=CLUSTER):
            snapshot = await stage.snapshot()
            assert sorted(names(snapshot, "pods")) == ["lab-1", "web-1"]
            assert snapshot["nodes"] == []
            stage.api.put("pods", a_pod("lab-2", "lab"))
            await stage.snapshot_with(lambda one: "lab-2" in names(one, "pods"))
            assert not [one for one in stage.api.requests if one.plural == "pods" and is_beyond(one)]
            assert (await stage.status())["kinds"]["Pod"]["state"] == "live"
