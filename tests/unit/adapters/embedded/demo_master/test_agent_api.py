"""The agent port over real HTTP: the wire contract's answers, one rule per test."""

import gzip
import json

import anyio
import httpx
import pytest

from adapters.embedded.demo_master.server import DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.unit.adapters.embedded.demo_master.running import (
    TEXT,
    a_running_master,
    client_of,
    header,
    is_ok,
    is_refused,
)


async def test_the_golden_is_accepted_plain(agent: httpx.AsyncClient, master: DemoMaster, golden: bytes) -> None:
    answer = await agent.post("/agent/snapshot", content=golden, headers=header("c"))

    assert is_ok(answer)
    (push,) = master.store.pushes("c")
    assert push.parsed() == json.loads(golden)
    assert (push.plain_bytes, push.wire_bytes, push.compressed) == (len(push.document), len(golden), False)
    assert push.fetched_at == json.loads(golden)["fetchedAt"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "[::1"},
    ],
)
async def test_what_a_web_page_makes_a_browser_send_is_refused(
    headers: dict[str, str], agent: httpx.AsyncClient, master: DemoMaster, golden: bytes
) -> None:
    pushed = await agent.post("/agent/snapshot", content=golden, headers=header("c") | headers)
    polled = await agent.get("/agent/commands", params={"cluster_id": "c"}, headers=headers)

    assert (pushed.status_code, polled.status_code) == (403, 403)
    assert not master.store.clusters()


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "127.0.0.2:8081", "[::1]:8081"])
async def test_every_name_of_loopback_will_do(host: str, agent: httpx.AsyncClient) -> None:
    assert is_ok(await agent.post("/agent/heartbeat", headers=header("c") | {"Host": host}))


async def test_listening_on_more_than_loopback_any_name_will_do() -> None:
    settings = DemoMasterSettings(agent_host="0.0.0.0")
    async with a_running_master(settings) as master, client_of(master.agent_url) as agent:
        assert is_ok(await agent.post("/agent/heartbeat", headers=header("c") | {"Host": "laptop.example"}))


@pytest.mark.parametrize("encoding", [{"Content-Encoding": "gzip"}, {"Content-Encoding": "identity, GZIP"}, {}])
async def test_the_golden_snapshot_is_accepted_compressed(
    encoding: dict[str, str], agent: httpx.AsyncClient, master: DemoMaster, golden: bytes
) -> None:
    packed = gzip.compress(golden)

    answer = await agent.post("/agent/snapshot", content=packed, headers=header("c") | encoding)

    assert is_ok(answer)
    (push,) = master.store.pushes("c")
    assert push.parsed() == json.loads(golden)
    assert (push.wire_bytes, push.compressed) == (len(packed), True)


async def test_chunks_and_members_in_a_row_are_accepted(
    agent: httpx.AsyncClient, master: DemoMaster, golden: bytes
) -> None:
    async def pieces() -> object:
        yield gzip.compress(golden[:1000])
        yield gzip.compress(golden[1000:])

    answer = await agent.post("/agent/snapshot", content=pieces(), headers=header("c"))  # type: ignore[arg-type] # an async iterator

    assert is_ok(answer)
    assert master.store.pushes("c")[0].parsed() == json.loads(golden)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"restarts": ', '"restarts": "x', "$"),
        ('"totalPods": 19', '"totalPods": 1.0', "$.summary.totalPods"),
    ],
)
async def test_a_broken_snapshot_is_refused_whole(
    old: str, new: str, path: str, agent: httpx.AsyncClient, master: DemoMaster
) -> None:
    body = '{"summary": {"totalPods": 19}, "pods": [{"status": {"restarts": 1}}]}'.replace(old, new, 1)

    answer = await agent.post("/agent/snapshot", content=body, headers=header("c"))

    assert is_refused(answer, "Invalid JSON")
    (rejection,) = master.store.rejections
    assert (rejection.path, rejection.cluster_id, rejection.answer) == (path, "c", "Invalid JSON")
    assert master.store.pushes("c") == ()
    assert master.store.cluster("c") is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda doc: doc["pods"][0]["containers"][0].update(restartCount=1.0), "$.pods[0].containers[0].restartCount"),
        (lambda doc: doc["otel"].update(totalRps="1.5"), "$.otel.totalRps"),
        (lambda doc: doc.update(fetchedAt="2026-11-22T07:00:02"), "$.fetchedAt"),
        (lambda doc: doc["pods"][0]["labels"].update(k=1), "$.pods[0].labels.k"),
    ],
)
async def test_the_four_changes_of_the_contract_are_refused(
    change: object, path: str, agent: httpx.AsyncClient, master: DemoMaster, golden: bytes
) -> None:
    document = json.loads(golden)
    assert callable(change)
    change(document)

    for body in (json.dumps(document).encode(), gzip.compress(json.dumps(document).encode())):
        assert is_refused(await agent.post("/agent/snapshot", content=body, headers=header("c")), "Invalid JSON")

    assert [rejection.path for rejection in master.store.rejections] == [path, path]


async def test_two_kinds_of_damaged_gzip_have_two_answers(agent: httpx.AsyncClient, golden: bytes) -> None:
    compressed = header("c") | {"Content-Encoding": "gzip"}

    bad_header = await agent.post("/agent/snapshot", content=golden, headers=compressed)
    empty = await agent.post("/agent/snapshot", content=b"", headers=compressed)
    cut = await agent.post("/agent/snapshot", content=gzip.compress(golden)[:-20], headers=compressed)

    assert is_refused(bad_header, "Invalid gzip")
    assert is_refused(empty, "Invalid gzip")
    assert is_refused(cut, "Invalid JSON")


async def test_an_unknown_encoding_is_read_as_it_is(agent: httpx.AsyncClient) -> None:
    plain = await agent.post("/agent/snapshot", content=b"{}", headers=header("c") | {"Content-Encoding": "br"})
    zstd = await agent.post("/agent/snapshot", content=b"\x28\xb5\x2f\xfd", headers=header("c"))

    assert is_ok(plain)
    assert is_refused(zstd, "Invalid JSON")


async def test_the_header_wins_over_the_body(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    assert is_ok(await agent.post("/agent/snapshot", json={"clusterId": "body"}, headers=header("header")))
    assert is_ok(await agent.post("/agent/snapshot", json={"clusterId": "body"}))

    assert [record.cluster_id for record in master.store.clusters()] == ["body", "header"]


async def test_a_snapshot_of_nobody_is_refused(agent: httpx.AsyncClient) -> None:
    assert is_refused(await agent.post("/agent/snapshot", json={}), "cluster_id is required")
    assert is_refused(await agent.post("/agent/snapshot", content=b"null"), "cluster_id is required")
    assert is_refused(await agent.post("/agent/snapshot", content=b"{"), "Invalid JSON")
    assert is_ok(await agent.post("/agent/snapshot", content=b"null", headers=header("c")))
    assert is_refused(await agent.post("/agent/snapshot", content=b"[]", headers=header("c")), "Invalid JSON")
    assert is_refused(await agent.post("/agent/snapshot", content=b"", headers=header("c")), "Invalid JSON")


async def test_a_heartbeat_needs_its_header_and_nothing_else(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    assert is_refused(await agent.post("/agent/heartbeat"), "X-Cluster-ID header is required")
    assert is_ok(await agent.post("/agent/heartbeat", content=b"\x00 not JSON", headers=header("c")))

    record = master.store.cluster("c")
    assert record is not None
    assert (record.online, record.heartbeats, record.last_push) == (True, 1, None)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/agent/snapshot", "POST"),
        ("/agent/heartbeat", "POST"),
        ("/agent/commands", "GET"),
        ("/agent/result", "POST"),
    ],
)
async def test_every_other_method_is_not_allowed(path: str, allowed: str, agent: httpx.AsyncClient) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"} - {allowed}:
        answer = await agent.request(method, path, headers=header("c"))
        assert (answer.status_code, answer.headers["Content-Type"]) == (405, TEXT), method


async def test_paths_are_exact_and_unclean_ones_are_redirected(agent: httpx.AsyncClient, master: DemoMaster) -> None:
    assert (await agent.post("/agent/snapshot/", json={}, headers=header("c"))).status_code == 404
    assert (await agent.get("/agent")).text == "404 page not found\n"
    assert (await agent.get("/api/v3/clusters")).status_code == 404
    assert (await agent.get("/")).status_code == 404

    moved = await agent.post(f"{master.agent_url}//agent/snapshot?a=b%20c", json={}, headers=header("c"))
    assert (moved.status_code, moved.headers["Location"]) == (301, "/agent/snapshot?a=b%20c")
    followed = await agent.post(f"{master.agent_url}//agent/snapshot", json={}, follow_redirects=True)
    assert followed.status_code == 405


async def test_health_is_ok(agent: httpx.AsyncClient) -> None:
    answer = await agent.get("/health")

    assert (answer.status_code, answer.text) == (200, "ok")


async def test_a_slow_body_loses_its_connection_without_an_answer() -> None:
    async with a_running_master(DemoMasterSettings(read_seconds=0.05)) as master:
        stream = await anyio.connect_tcp("127.0.0.1", master.agent_port)
        async with stream:
            await stream.send(b"POST /agent/snapshot HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
                await stream.receive()


async def test_an_idle_connection_is_closed() -> None:
    async with a_running_master(DemoMasterSettings(idle_seconds=0.05)) as master:
        stream = await anyio.connect_tcp("127.0.0.1", master.agent_port)
        async with stream:
            await stream.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = b"".join([chunk async for chunk in stream])  # ends when the server closes
            assert received.endswith(b"\r\n\r\nok")


async def test_a_header_of_more_than_the_usual_size_is_read(agent: httpx.AsyncClient) -> None:
    assert is_ok(await agent.post("/agent/heartbeat", headers=header("c") | {"X-Other": "x" * 100_000}))
