"""What somebody does to the workloads of the simulated cluster, and how it follows."""

from typing import Any

import pytest

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.changes import (
    annotate_template,
    images_of,
    images_of_pod,
    set_image,
    set_image_of_pod,
    set_replicas_of_set,
)
from adapters.memory.world.removal import remove_job, remove_set, remove_workload
from adapters.memory.world.views import Views
from domain.cluster.batch import Job
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.pods import Pod
from domain.cluster.stateful_sets import StatefulSet
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_node_plan, a_workload

NODES = (a_node_plan("n1"), a_node_plan("n2"), a_node_plan("n3"))
ROLLED = [WorkloadKind.DEPLOYMENT, WorkloadKind.STATEFUL_SET, WorkloadKind.DAEMON_SET]


def a_bench(kind: WorkloadKind, **overrides: Any) -> Bench:
    bench = Bench(a_workload(kind=kind, replicas=3, **overrides), nodes=NODES)
    bench.pass_seconds(2)
    return bench


@pytest.mark.parametrize("kind", ROLLED)
def test_a_new_template_replaces_every_pod_and_leaves_most_of_them_running(kind: WorkloadKind) -> None:
    bench = a_bench(kind)
    workload, before = bench.workload(), {pod.uid for pod in bench.pods()}
    assert annotate_template(bench.world, workload, "restarted", "now")
    fewest = 3
    for _ in range(120):
        bench.pass_seconds(1)
        fewest = min(fewest, sum(pod.is_ready and pod.is_active for pod in bench.pods()))
    assert not before & {pod.uid for pod in bench.pods()}
    assert [pod.annotations for pod in bench.pods()] == [{"restarted": "now"}] * 3
    assert fewest == (3 if kind is WorkloadKind.DEPLOYMENT else 2)
    assert not workload.is_rolling


def test_the_template_that_is_there_already_is_no_news() -> None:
    bench = a_bench(WorkloadKind.STATEFUL_SET)
    assert annotate_template(bench.world, bench.workload(), "restarted", "now")
    revision = bench.workload().revision
    assert not annotate_template(bench.world, bench.workload(), "restarted", "now")
    assert bench.workload().revision == revision


def test_a_stateful_set_is_replaced_from_the_highest_ordinal_down() -> None:
    bench = a_bench(WorkloadKind.STATEFUL_SET)
    annotate_template(bench.world, bench.workload(), "restarted", "now")
    views, order, counts = Views(bench.world), [], set()
    for _ in range(60):
        bench.pass_seconds(1)
        order += [pod.name for pod in bench.pods() if pod.annotations and pod.name not in order]
        (seen,) = views.of(StatefulSet)
        counts.add((seen.status.current_replicas, seen.status.updated_replicas))
        assert (seen.status.current_revision == seen.status.update_revision) is (seen.status.updated_replicas == 3)
    assert order == ["web-2", "web-1", "web-0"]
    assert {(2, 1), (1, 2), (3, 3)} <= counts


def test_a_daemon_sets_pod_that_does_not_work_does_not_hold_up_its_own_replacement() -> None:
    bench = a_bench(WorkloadKind.DAEMON_SET)
    broken = bench.pods()[0]
    broken.containers[0].is_ready, broken.conditions["Ready"].status = False, "False"
    annotate_template(bench.world, bench.workload(), "restarted", "now")
    bench.pass_seconds(1)
    assert not broken.is_active
    bench.pass_seconds(60)
    assert all(pod.annotations for pod in bench.pods())


@pytest.mark.parametrize("kind", [*ROLLED, WorkloadKind.CRON_JOB])
@pytest.mark.parametrize("name", ["app", "prepare"])
def test_an_image_is_that_of_the_pods_that_come_after(kind: WorkloadKind, name: str) -> None:
    init = a_container("prepare", runs_seconds=1.0)
    bench = a_bench(kind, init_containers=(init,), every_seconds=60 if kind is WorkloadKind.CRON_JOB else 0)
    workload = bench.workload()
    container = next(one for one in images_of(workload) if one.name == name)
    before = {pod.uid for pod in bench.pods()}
    set_image(bench.world, workload, container, "example/app:9")
    bench.pass_seconds(130)
    young = [pod for pod in bench.pods() if pod.uid not in before]
    assert young
    for pod in young:
        assert {one.name: one.image for one in images_of_pod(pod)} == {
            "app": "example/app:1.0.0",
            "prepare": "example/prepare:1.0.0",
        } | {name: "example/app:9"}


def test_a_pods_own_image_starts_that_container_again_and_no_other() -> None:
    bench = Bench(a_workload(containers=(a_container("app"), a_container("side"))))
    bench.pass_seconds(2)
    pod = bench.pod()
    before = [container.restarts for container in pod.containers]
    set_image_of_pod(bench.world, pod, images_of_pod(pod)[0], "example/app:9")
    assert [one.image for one in images_of_pod(pod)] == ["example/app:9", "example/side:1.0.0"]
    assert not pod.is_ready
    bench.pass_seconds(10)
    assert [container.restarts for container in pod.containers] == [before[0] + 1, before[1]]
    assert pod.is_ready


def test_an_init_container_that_is_done_does_not_run_again() -> None:
    bench = Bench(a_workload(init_containers=(a_container("prepare", runs_seconds=1.0),)))
    bench.pass_seconds(2)
    pod = bench.pod()
    set_image_of_pod(bench.world, pod, images_of_pod(pod)[1], "example/prepare:9")
    assert pod.is_ready
    assert images_of_pod(pod)[1].image == "example/prepare:9"


def test_the_replica_set_of_a_deployment_is_set_back() -> None:
    bench = a_bench(WorkloadKind.DEPLOYMENT)
    (found,) = bench.workload().replica_sets.values()
    set_replicas_of_set(bench.world, bench.workload(), found, 1)
    bench.pass_seconds(30)
    assert found.desired == found.ready == 3


@pytest.mark.parametrize("kind", ROLLED)
@pytest.mark.parametrize("waits", [False, True])
def test_a_workload_that_is_deleted_takes_its_pods_with_it(kind: WorkloadKind, *, waits: bool) -> None:
    bench = a_bench(kind)
    world, views = bench.world, Views(bench.world)
    assert len(views.of(Pod)) == 3
    remove_workload(world, bench.workload(), keeps_dependents=False, waits=waits)
    assert bool(world.workloads) is waits
    bench.pass_seconds(30)
    assert (world.workloads, world.pods, world.replica_sets) == ({}, {}, {})
    assert [views.of(one) for one in (Pod, Deployment, ReplicaSet, StatefulSet)] == [()] * 4


@pytest.mark.parametrize("kind", ROLLED)
def test_what_a_deleted_workload_leaves_behind_belongs_to_nobody(kind: WorkloadKind) -> None:
    bench = a_bench(kind)
    before = {pod.uid for pod in bench.pods()}
    remove_workload(bench.world, bench.workload(), keeps_dependents=True, waits=False)
    bench.pass_seconds(30)
    views = Views(bench.world)
    assert {pod.uid for pod in bench.world.pods.values()} == before
    owners = {pod.summary.owner_kind for pod in views.of(Pod)}
    assert owners == ({"ReplicaSet"} if kind is WorkloadKind.DEPLOYMENT else {""})
    assert {found.owner_kind for found in views.of(ReplicaSet)} <= {""}


@pytest.mark.parametrize("keeps_dependents", [False, True])
def test_a_replica_set_that_is_deleted_is_made_again(*, keeps_dependents: bool) -> None:
    bench = a_bench(WorkloadKind.DEPLOYMENT)
    workload, before = bench.workload(), {pod.uid for pod in bench.pods()}
    (found,) = workload.replica_sets.values()
    remove_set(bench.world, found, keeps_dependents=keeps_dependents)
    assert not workload.replica_sets
    bench.pass_seconds(30)
    after = {pod.uid for pod in bench.pods()}
    assert len(workload.replica_sets) == 1
    assert (after == before, len(after)) == (keeps_dependents, 3)


@pytest.mark.parametrize("keeps_dependents", [False, True])
def test_a_job_that_is_deleted_is_gone_and_the_next_ones_come(*, keeps_dependents: bool) -> None:
    bench = a_bench(WorkloadKind.CRON_JOB, every_seconds=60)
    workload = bench.workload()
    job = next(iter(workload.jobs.values()))
    remove_job(bench.world, job, keeps_dependents=keeps_dependents)
    bench.pass_seconds(70)
    assert job.name not in {found.name for found in Views(bench.world).of(Job)}
    assert any(not pod.owner_name for pod in bench.pods()) is keeps_dependents
    assert workload.jobs


def test_a_cron_job_that_is_deleted_leaves_jobs_only_when_told_to() -> None:
    for keeps in (False, True):
        bench = a_bench(WorkloadKind.CRON_JOB, every_seconds=60)
        jobs = set(bench.workload().jobs)
        remove_workload(bench.world, bench.workload(), keeps_dependents=keeps, waits=False)
        bench.pass_seconds(30)
        assert {found.name for found in Views(bench.world).of(Job)} == (jobs if keeps else set())
        assert {found.owner_kind for found in Views(bench.world).of(Job)} <= {""}
