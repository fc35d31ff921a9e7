"""Quotas: what is counted, and what is refused."""

from dataclasses import replace

import pytest

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.quotas import QUOTABLE, why_not
from adapters.memory.world.scenario import SMALL_CLUSTER
from adapters.memory.world.state import World
from adapters.memory.world.views import Views
from domain.cluster.batch import CronJob
from domain.cluster.kinds import Kind
from domain.cluster.pods import PodSpec
from domain.cluster.policy import ResourceQuota
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_node_plan, a_workload


def limit(world: World, namespace: str = "shop", **hard: str) -> None:
    quota = ResourceQuota(namespace=namespace, name="q", hard={name.replace("_", "."): it for name, it in hard.items()})
    world.declared[Kind.RESOURCE_QUOTA][namespace, "q"] = quota


@pytest.mark.parametrize(
    ("hard", "refused"),
    [
        ({"pods": "2"}, "requested: pods=1, used: pods=2, limited: pods=2"),
        ({"pods": "3"}, ""),
        ({"requests_cpu": "250m"}, "requested: requests.cpu=100m, used: requests.cpu=200m, limited: requests.cpu=250m"),
        ({"requests_cpu": "0.3"}, ""),
        ({"requests_memory": "128Mi"}, "requests.memory=64Mi"),
        ({"requests_memory": "1Gi", "pods": "9", "requests_cpu": "9"}, ""),
        ({"services": "0"}, ""),
    ],
)
def test_one_more_pod_is_refused_when_a_limit_would_be_exceeded(hard: dict[str, str], refused: str) -> None:
    bench = Bench(a_workload(replicas=2, containers=(a_container(requests="100m 64Mi"),)))
    limit(bench.world, **hard)
    why = why_not(bench.world, bench.workload())
    assert refused in why
    assert bool(why) is bool(refused)


def test_a_quota_of_another_namespace_does_not_matter() -> None:
    bench = Bench(a_workload())
    limit(bench.world, "data", pods="0")
    assert why_not(bench.world, bench.workload()) == ""


def test_every_quota_of_the_scenario_limits_what_can_be_counted() -> None:
    quotas = [one for one in SMALL_CLUSTER.objects if isinstance(one, ResourceQuota)]
    assert quotas
    for quota in quotas:
        assert set(quota.hard) <= QUOTABLE
        assert replace(quota, used={}) == quota


def test_a_refused_pod_is_tried_again_and_made_when_there_is_room() -> None:
    bench = Bench(a_workload("web", replicas=1), a_workload("other", replicas=1))
    limit(bench.world, pods="2")
    bench.workload().desired = 2
    bench.world.change(bench.workload())
    bench.pass_seconds(40)
    assert len(bench.pods("web")) == 1
    refused = [event for event in bench.world.events.kept.values() if event.reason == "FailedCreate"]
    assert [event.count for event in refused] == [3]
    bench.workload("other").desired = 0
    bench.world.change(bench.workload("other"))
    bench.pass_until(lambda: len(bench.pods("web")) == 2, at_most=25)
    bench.pass_seconds(2)
    assert bench.workload().refusal == ""
    assert "ReplicaFailure" not in bench.workload().conditions


def test_a_job_whose_pod_is_refused_waits_for_it() -> None:
    job = a_workload(
        "job",
        WorkloadKind.CRON_JOB,
        every_seconds=60,
        containers=(a_container(runs_seconds=5.0, ready_after_seconds=0.0),),
        spec=PodSpec(restart_policy="Never"),
    )
    bench = Bench(job)
    bench.pass_seconds(30)
    limit(bench.world, pods="0")
    views = Views(bench.world)
    views.of(CronJob)
    bench.pass_until(lambda: any(one.finished_at is None for one in bench.workload("job").jobs.values()))
    bench.pass_seconds(20)
    (waiting,) = [one for one in bench.workload("job").jobs.values() if one.finished_at is None]
    assert (waiting.active, waiting.succeeded) == (0, 0)
    assert [one.active_jobs for one in views.of(CronJob)] == [1]
    (refused,) = [event for event in bench.world.events.kept.values() if event.reason == "FailedCreate"]
    assert (refused.involved_object.name, refused.count) == (waiting.name, 2)
    limit(bench.world, pods="1")
    bench.pass_until(lambda: waiting.succeeded == 1, at_most=40)


def test_a_gpu_that_a_quota_does_not_have_is_refused() -> None:
    bench = Bench(a_workload(containers=(a_container(requests="1 1Gi 1"),)), nodes=(a_node_plan(gpus=2),))
    bench.world.declared[Kind.RESOURCE_QUOTA]["shop", "q"] = ResourceQuota(
        namespace="shop", name="q", hard={"requests.nvidia.com/gpu": "1"}
    )
    assert "requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=1" in why_not(
        bench.world, bench.workload()
    )
