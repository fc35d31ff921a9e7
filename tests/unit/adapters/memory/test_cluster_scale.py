"""The in-memory cluster obeys."""

from dataclasses import replace

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from domain.cluster.pods import Pod
from domain.commands.names import INT32_MAX
from domain.commands.requests import Target
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from ports.errors import AccessDenied, Conflict, NotFound, Unavailable
from tests.support.commands import a_scale_request
from tests.support.workloads import scale
from tests.unit.adapters.memory.living import living, pods_of, reasons

WEB = Target(kind="Deployment", namespace="shop", name="web")


async def test_a_deployment_grows_and_shrinks_as_it_is_told() -> None:
    async with living() as (cluster, clock):
        before = {pod.name for pod in pods_of(cluster, "shop", "web")}
        assert await scale(cluster, a_scale_request(5)) == ScaleResult(previous_replicas=3, replicas=5)
        await clock.advance(60)
        grown = pods_of(cluster, "shop", "web")
        assert [pod.status.ready for pod in grown] == ["2/2"] * 5
        assert before < {pod.name for pod in grown}
        assert await scale(cluster, a_scale_request(1)) == ScaleResult(previous_replicas=5, replicas=1)
        await clock.advance(60)
        (left,) = pods_of(cluster, "shop", "web")
        assert (left.status.phase, left.status.ready) == ("Running", "2/2")


async def test_new_pods_come_step_by_step_and_old_ones_go_so() -> None:
    async with living() as (cluster, clock):
        before = {pod.name for pod in pods_of(cluster, "shop", "web")}
        await scale(cluster, a_scale_request(4))
        assert len(pods_of(cluster, "shop", "web")) == 3
        steps: list[tuple[str, str, str]] = []
        for _ in range(20):
            await clock.advance(1)
            for pod in pods_of(cluster, "shop", "web"):
                step = (pod.status.phase, pod.status.ready, pod.status.reason)
                if pod.name not in before and step not in steps:
                    steps.append(step)
        assert steps == [
            ("Pending", "0/2", ""),
            ("Pending", "0/2", "Init:0/2"),
            ("Pending", "0/2", "Init:1/2"),
            ("Running", "1/2", "ContainersNotReady"),
            ("Running", "2/2", ""),
        ]
        await scale(cluster, a_scale_request(2))
        await clock.advance(1)
        assert reasons(pods_of(cluster, "shop", "web")) == ["", "", "Terminating", "Terminating"]


async def test_the_youngest_go_first() -> None:
    async with living() as (cluster, clock):
        oldest = min(pods_of(cluster, "shop", "web"), key=lambda pod: str(pod.created_at))
        await scale(cluster, a_scale_request(1))
        await clock.advance(10)
        assert [pod.name for pod in pods_of(cluster, "shop", "web")] == [oldest.name]


async def test_a_stateful_set_changes_one_pod_after_the_other() -> None:
    async with living() as (cluster, clock):
        request = a_scale_request(4, kind="StatefulSet", namespace="data", name="postgres")
        assert (await scale(cluster, request)).previous_replicas == 2
        most_unready = 0
        for _ in range(60):
            await clock.advance(1)
            pods = pods_of(cluster, "data", "postgres")
            most_unready = max(most_unready, sum(pod.status.ready != "1/1" for pod in pods))
        assert [pod.name for pod in pods] == [f"postgres-{number}" for number in range(4)]
        assert most_unready == 1
        await scale(cluster, replace(request, replicas=1))
        most_terminating = 0
        for _ in range(60):
            await clock.advance(1)
            pods = pods_of(cluster, "data", "postgres")
            most_terminating = max(most_terminating, sum(pod.status.reason == "Terminating" for pod in pods))
        assert [pod.name for pod in pods] == ["postgres-0"]
        assert most_terminating == 1


async def test_a_workload_can_be_scaled_to_nothing_and_back() -> None:
    async with living() as (cluster, clock):
        await scale(cluster, a_scale_request(0))
        await clock.advance(30)
        assert pods_of(cluster, "shop", "web") == []
        await scale(cluster, a_scale_request(2))
        await clock.advance(30)
        assert [pod.status.ready for pod in pods_of(cluster, "shop", "web")] == ["2/2"] * 2


async def test_an_equal_number_changes_nothing() -> None:
    async with living() as (cluster, clock):
        before = pods_of(cluster, "shop", "web")
        result = await scale(cluster, a_scale_request(3))
        assert not result.changed
        assert cluster.changes == 0
        await clock.advance(10)
        assert pods_of(cluster, "shop", "web") == before


async def test_an_autoscaler_is_warned_of_and_overrides() -> None:
    async with living() as (cluster, clock):
        result = await scale(cluster, a_scale_request(1, name="api"))
        (warning,) = result.warnings
        assert "HorizontalPodAutoscaler" in warning
        assert "between 3 and 8" in warning
        await clock.advance(60)
        assert cluster.replicas_of(Target(kind="Deployment", namespace="shop", name="api")) == 3
        assert [pod.status.ready for pod in pods_of(cluster, "shop", "api")] == ["2/2"] * 3


async def test_an_autoscaler_leaves_what_was_scaled_to_nothing_alone() -> None:
    async with living() as (cluster, clock):
        result = await scale(cluster, a_scale_request(0, name="api"))
        assert "at 0 replicas it does nothing" in result.warnings[0]
        await clock.advance(60)
        assert pods_of(cluster, "shop", "api") == []


async def test_more_than_the_nodes_can_take_stays_pending() -> None:
    async with living() as (cluster, clock):
        await scale(cluster, a_scale_request(INT32_MAX))
        await clock.advance(60)
        pods = [pod for pod in cluster.read(Pod).objects if pod.namespace == "shop" and not pod.has_ended]
        assert len(pods) == 150
        stuck = [pod for pod in pods_of(cluster, "shop", "web") if pod.status.reason == "Unschedulable"]
        assert stuck
        assert "Insufficient cpu" in stuck[0].status.message
        assert stuck[0].summary.node_name == ""
        await scale(cluster, a_scale_request(3))
        await clock.advance(30)
        assert [pod.status.ready for pod in pods_of(cluster, "shop", "web")] == ["2/2"] * 3


@pytest.mark.parametrize(
    "request_",
    [a_scale_request(name="unheard"), a_scale_request(namespace="data"), a_scale_request(kind="StatefulSet")],
)
async def test_a_workload_that_is_not_there_is_not_found(request_: ScaleRequest) -> None:
    cluster = InMemoryCluster(ManualClock())
    with pytest.raises(NotFound):
        await scale(cluster, request_)
    with pytest.raises(NotFound):
        cluster.replicas_of(request_.target)


@pytest.mark.parametrize("replicas", [3, 5])
async def test_what_the_caller_thinks_is_there_must_be_there(replicas: int) -> None:
    cluster = InMemoryCluster(ManualClock())
    with pytest.raises(Conflict, match="asks for 3 replicas, not for 4"):
        await scale(cluster, replace(a_scale_request(replicas), current_replicas=4))
    with pytest.raises(Conflict, match="not at 7"):
        await scale(cluster, replace(a_scale_request(replicas), resource_version="7"))
    assert cluster.replicas_of(WEB) == 3
    await scale(cluster, replace(a_scale_request(replicas), current_replicas=3))
    assert cluster.replicas_of(WEB) == replicas


@pytest.mark.parametrize(
    "error", [AccessDenied("scale", "grant patch on deployments/scale"), Unavailable("scale", "no answer")]
)
async def test_a_planned_failure_changes_nothing(error: AccessDenied | Unavailable) -> None:
    cluster = InMemoryCluster(ManualClock())
    cluster.fail_next("scale", error)
    with pytest.raises(type(error)):
        await scale(cluster, a_scale_request(5))
    assert cluster.replicas_of(WEB) == 3
    assert (await scale(cluster, a_scale_request(5))).changed
    assert cluster.changes == 1
