"""adapters.kubernetes.usage, against an API server on loopback."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from typing_extensions import override

from adapters.kubernetes.usage import UsagePoller, UsageTimings
from adapters.memory.clock import ManualClock
from domain.cluster.readings import ReadingState
from domain.cluster.usage import Usage, usage_of
from tests.support.api_answers import with_status, with_text
from tests.support.api_client import connected, eventually
from tests.support.api_objects import node_metrics, pod_metrics
from tests.support.api_server import ApiServer


def _server() -> ApiServer:
    server = ApiServer()
    server.metrics = {"nodes": [node_metrics()], "pods": [pod_metrics("web-1"), pod_metrics("other", "elsewhere")]}
    return server


@asynccontextmanager
async def _poller(
    server: ApiServer, folder: Path, clock: ManualClock, *, namespaces: Sequence[str] = ()
) -> AsyncIterator[UsagePoller]:
    async with server.serving(), connected(server, folder) as connection:
        yield UsagePoller(connection, clock, namespaces=namespaces, timings=UsageTimings())


async def _polled(server: ApiServer, folder: Path) -> Usage:
    async with _poller(server, folder, ManualClock()) as poller:
        await poller.poll()
        return poller.current()


async def test_usage_of_nodes_and_pods_is_read(tmp_path: Path) -> None:
    usage = await _polled(_server(), tmp_path)
    assert usage.state is ReadingState.LIVE
    assert usage.nodes == {"node-1": usage_of("250m", "2Gi")}
    assert usage.pods == {
        ("shop", "web-1"): usage_of("12m", "34Mi"),
        ("elsewhere", "other"): usage_of("12m", "34Mi"),
    }
    assert usage.observed_at == ManualClock().now()
    assert usage.reason == ""


async def test_containers_of_a_pod_are_summed(tmp_path: Path) -> None:
    server = _server()
    pod = pod_metrics("web-1")
    pod["containers"] *= 2
    server.metrics["pods"] = [pod]
    usage = await _polled(server, tmp_path)
    assert usage.pods["shop", "web-1"].cpu == "24m"
    assert usage.pods["shop", "web-1"].memory == "69632Ki"


@pytest.mark.parametrize(
    ("served", "chosen"), [(("v1beta1",), "v1beta1"), (("v1beta1", "v1"), "v1"), (("v2", "v1"), "v1")]
)
async def test_the_newest_version_that_is_known_is_asked(tmp_path: Path, served: tuple[str, ...], chosen: str) -> None:
    server = _server()
    server.metrics_versions = served
    await _polled(server, tmp_path)
    paths = {one.http.path for one in server.requests if one.plural}
    assert paths == {f"/apis/metrics.k8s.io/{chosen}/nodes", f"/apis/metrics.k8s.io/{chosen}/pods"}


async def test_the_version_is_asked_for_once(tmp_path: Path) -> None:
    server = _server()
    async with _poller(server, tmp_path, ManualClock()) as poller:
        for _ in range(3):
            await poller.poll()
    assert server.count("get") == 1
    assert len(server.requests) == 7


async def test_without_metrics_server_usage_is_absent(tmp_path: Path) -> None:
    usage = await _polled(ApiServer(), tmp_path)
    assert (usage.state, usage.nodes, usage.pods) == (ReadingState.ABSENT, {}, {})
    assert "metrics.k8s.io" in usage.reason


async def test_a_version_that_is_not_known_is_absent(tmp_path: Path) -> None:
    server = _server()
    server.metrics_versions = ("v7",)
    assert (await _polled(server, tmp_path)).state is ReadingState.ABSENT


async def test_usage_that_may_not_be_read_is_forbidden(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "nodes"), ("list", "pods")}
    usage = await _polled(server, tmp_path)
    assert usage.state is ReadingState.FORBIDDEN
    assert "forbidden" in usage.reason


async def test_one_half_that_fails_does_not_cost_the_other(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "nodes")}
    usage = await _polled(server, tmp_path)
    assert usage.state is ReadingState.STALE
    assert usage.nodes == {}
    assert len(usage.pods) == 2
    assert "nodes" in usage.reason


@pytest.mark.parametrize("answer", [with_status(503, "unable to handle the request"), with_text(200, "<html>")])
async def test_a_failing_server_keeps_the_last_numbers_for_two_minutes(tmp_path: Path, answer: object) -> None:
    server = _server()
    clock = ManualClock()
    async with _poller(server, tmp_path, clock) as poller:
        await poller.poll()
        known = poller.current()
        server.fail(answer, times=1_000_000)  # type: ignore[arg-type] # parametrize knows no types
        await clock.advance(100)
        await poller.poll()
        stale = poller.current()
        assert stale.state is ReadingState.STALE
        assert stale.pods is known.pods
        assert stale.observed_at == known.observed_at
        assert stale.reason
        await clock.advance(21)
        gone = poller.current()
        assert (gone.nodes, gone.pods, gone.observed_at) == ({}, {}, None)
        server.faults.clear()
        await poller.poll()
        assert poller.current().state is ReadingState.LIVE
        assert poller.current().pods == known.pods


async def test_what_uses_the_same_as_before_stays_the_same_instance(tmp_path: Path) -> None:
    server = _server()
    async with _poller(server, tmp_path, ManualClock()) as poller:
        await poller.poll()
        before = poller.current()
        other = pod_metrics("other", "elsewhere")
        other["containers"][0]["usage"]["cpu"] = "13m"
        server.metrics["pods"] = [pod_metrics("web-1"), other]
        await poller.poll()
        after = poller.current()
    assert after.pods["shop", "web-1"] is before.pods["shop", "web-1"]
    assert after.nodes["node-1"] is before.nodes["node-1"]
    assert after.pods["elsewhere", "other"].cpu == "13m"


async def test_odd_items_cost_only_themselves(tmp_path: Path) -> None:
    server = _server()
    server.metrics = {
        "nodes": [node_metrics(), {"metadata": None}, {"metadata": {"name": "n"}, "usage": None}, {"usage": 7}],
        "pods": [
            pod_metrics(),
            {"metadata": {"name": "no-namespace"}},
            {"metadata": {"name": "p", "namespace": "shop"}, "containers": [None, {"usage": {"cpu": 1, "memory": 2}}]},
            {"metadata": {"name": "ended", "namespace": "shop"}, "containers": None},
        ],
    }
    usage = await _polled(server, tmp_path)
    assert usage.state is ReadingState.LIVE
    assert usage.nodes == {"node-1": usage_of("250m", "2Gi"), "n": usage_of("0", "0")}
    assert usage.pods["shop", "p"] == usage_of("1", "2")
    assert set(usage.pods) == {("shop", "web-1"), ("shop", "p"), ("shop", "ended")}


async def test_restricted_to_namespaces_only_these_are_asked(tmp_path: Path) -> None:
    server = _server()
    async with _poller(server, tmp_path, ManualClock(), namespaces=("shop",)) as poller:
        await poller.poll()
        assert set(poller.current().pods) == {("shop", "web-1")}
    assert [one.namespace for one in server.requests if one.plural == "pods"] == ["shop"]


async def test_restricted_to_namespaces_the_right_to_nodes_is_asked_for_and_not_tried(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "nodes")}
    async with _poller(server, tmp_path, ManualClock(), namespaces=("shop",)) as poller:
        await poller.poll()
        assert poller.current().pods
        assert "not granted" in poller.current().reason
    assert server.count("list", "nodes") == 0


async def test_what_was_denied_once_is_asked_for_before_it_is_tried_again(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "nodes"), ("list", "pods")}
    clock = ManualClock()
    async with _poller(server, tmp_path, clock) as poller:
        for _ in range(3):
            await poller.poll()
            await clock.advance(300)
        assert (server.count("list", "nodes"), server.count("list", "pods")) == (1, 1)
        server.denied = set()
        await poller.poll()
        assert poller.current().state is ReadingState.LIVE


class SleepingClock(ManualClock):
    """Tells when somebody has gone to sleep, and for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps: list[float] = []

    @override
    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await super().sleep(seconds)


async def test_it_polls_every_fifteen_seconds_and_tells_changes_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = _server()
    clock = SleepingClock()
    async with _poller(server, tmp_path, clock) as poller, anyio.create_task_group() as group:
        await group.start(poller.run)
        for polls in (1, 2, 3):
            await eventually(lambda: len(clock.sleeps) == polls)  # noqa: B023 - used within the round
            assert server.count("list", "pods") == polls
            await clock.advance(15)
        server.fail(with_status(503), plural="pods", times=2)
        for polls in (4, 5, 6, 7):
            await eventually(lambda: len(clock.sleeps) == polls)  # noqa: B023 - used within the round
            await clock.advance(15)
        group.cancel_scope.cancel()
    assert clock.sleeps[:7] == [15.0] * 7
    told = [record.getMessage() for record in caplog.records if record.name == "adapters.kubernetes.usage"]
    assert told == ["usage is not known", "usage is known"]


async def test_what_is_missing_is_looked_for_more_and_more_rarely(tmp_path: Path) -> None:
    server = _server()
    server.metrics, known = {}, server.metrics
    clock = SleepingClock()
    async with _poller(server, tmp_path, clock) as poller, anyio.create_task_group() as group:
        await group.start(poller.run)
        asked_at: list[int] = []
        for rounds in range(81):
            await eventually(lambda: len(clock.sleeps) > rounds)  # noqa: B023 - used within the round
            assert poller.current().state is ReadingState.ABSENT
            if len(server.requests) > len(asked_at):
                asked_at.append(15 * rounds)
            await clock.advance(15)
        assert asked_at == [0, 15, 45, 90, 180, 345, 645, 945]
        server.metrics = known
        for rounds in range(82, 102):
            await clock.advance(15)
            await eventually(lambda: len(clock.sleeps) > rounds)  # noqa: B023 - used within the round
        assert poller.current().state is ReadingState.LIVE
        group.cancel_scope.cancel()


async def test_what_is_missing_for_a_moment_is_back_with_the_next_poll(tmp_path: Path) -> None:
    """As it is while an API server starts: what it aggregates is served a moment after all else."""
    server = _server()
    clock = ManualClock()
    async with _poller(server, tmp_path, clock) as poller:
        await poller.poll()
        for _ in range(3):
            server.metrics, known = {}, server.metrics
            await poller.poll()
            assert poller.current().state is ReadingState.STALE
            server.metrics = known
            await clock.advance(15)
            await poller.poll()
            assert poller.current().state is ReadingState.LIVE


async def test_a_half_that_is_forbidden_is_asked_for_rarely_while_the_other_goes_on(tmp_path: Path) -> None:
    server = _server()
    server.denied = {("list", "nodes")}
    clock = ManualClock()
    async with _poller(server, tmp_path, clock) as poller:
        for _ in range(40):
            await poller.poll()
            await clock.advance(15)
        assert (server.count("list", "nodes"), server.count("list", "pods")) == (1, 40)
        assert server.count("create", "selfsubjectaccessreviews") == 5
        assert poller.current().pods
        server.denied = set()
        for _ in range(20):
            await clock.advance(15)
            await poller.poll()
        assert poller.current().state is ReadingState.LIVE
