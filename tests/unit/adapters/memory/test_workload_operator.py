"""The simulated cluster after a command: rollouts come, images show up, pods come back, what is deleted is gone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.workload_operator import InMemoryWorkloadOperator
from domain.cluster.batch import CronJob, Job
from domain.cluster.configuration import ConfigMap
from domain.cluster.daemon_sets import DaemonSet
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.metadata import Resource
from domain.cluster.pods import Pod
from domain.cluster.policy import ResourceQuota
from domain.cluster.rollouts import AVAILABLE, COMPLETE, PROGRESSING
from domain.cluster.services import EndpointSlice, Service
from domain.cluster.stateful_sets import StatefulSet
from domain.commands.target import Target
from domain.commands.workload_requests import DeletionOptions, Propagation, ScaleRequest, UpdateImageRequest
from domain.commands.workload_results import DeleteResult, DeletionState
from ports.errors import NotFound
from tests.support.workloads import served
from tests.unit.adapters.memory.living import living, pods_of

R = TypeVar("R", bound=Resource)
ASKED_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
WEB = Target(kind="Deployment", namespace="shop", name="web")
POSTGRES = Target(kind="StatefulSet", namespace="data", name="postgres")
EXPORTER = Target(kind="DaemonSet", namespace="monitoring", name="node-exporter")
TYPES: dict[str, type[Deployment | StatefulSet | DaemonSet]] = {
    "Deployment": Deployment,
    "StatefulSet": StatefulSet,
    "DaemonSet": DaemonSet,
}


def found(cluster: InMemoryCluster, resource: type[R], target: Target) -> R | None:
    """An object as a reader sees it."""
    objects = cluster.read(resource).objects
    return next((one for one in objects if (one.namespace, one.name) == (target.namespace, target.name)), None)


async def delete(cluster: InMemoryCluster, target: Target, **options: object) -> DeleteResult:
    operator = InMemoryWorkloadOperator(cluster)
    return await operator.delete(served(target.kind), target, DeletionOptions(**options))  # type: ignore[arg-type] # as its fields say


@pytest.mark.parametrize("target", [WEB, POSTGRES, EXPORTER], ids=str)
async def test_a_restart_replaces_every_pod_and_the_rollout_completes(target: Target) -> None:
    async with living() as (cluster, clock):
        before = pods_of(cluster, target.namespace, target.name)
        await InMemoryWorkloadOperator(cluster).restart(served(target.kind), target, ASKED_AT)
        await clock.advance(3)
        during = found(cluster, TYPES[target.kind], target)
        assert during is not None
        assert during.rollout is not None
        assert during.rollout.phase == PROGRESSING
        assert during.template.annotations[RESTARTED_AT] == "2026-03-04T05:06:07Z"
        await clock.advance(180)
        after = found(cluster, TYPES[target.kind], target)
        assert after is not None
        assert after.rollout is not None
        assert after.rollout.phase in {AVAILABLE, COMPLETE}
        pods = pods_of(cluster, target.namespace, target.name)
        assert len(pods) == len(before)
        assert {pod.annotations[RESTARTED_AT] for pod in pods} == {"2026-03-04T05:06:07Z"}
        assert cluster.changes == 1


async def test_a_new_image_shows_up_in_the_template_the_replica_set_and_the_pods() -> None:
    async with living() as (cluster, clock):
        request = UpdateImageRequest(target=WEB, container="web", image="registry.example/shop/web:9")
        await InMemoryWorkloadOperator(cluster).update_image(served("Deployment"), request)
        await clock.advance(90)
        deployment = found(cluster, Deployment, WEB)
        assert deployment is not None
        assert deployment.template.containers[0].image == "registry.example/shop/web:9"
        pods = pods_of(cluster, "shop", "web")
        assert {pod.containers[0].image for pod in pods} == {"registry.example/shop/web:9"}
        assert all(pod.status.ready == "2/2" for pod in pods)
        sets = [one for one in cluster.read(ReplicaSet).objects if one.owner_name == "web"]
        newest = max(sets, key=lambda one: int(one.revision))
        assert newest.image == "registry.example/shop/web:9"


async def test_a_pod_of_a_deployment_that_is_deleted_comes_back_under_another_name() -> None:
    async with living() as (cluster, clock):
        before = {pod.name for pod in pods_of(cluster, "shop", "web")}
        gone = min(before)
        result = await delete(cluster, Target(kind="Pod", namespace="shop", name=gone))
        assert (result.state, result.warnings) == (DeletionState.TERMINATING, ())
        await clock.advance(60)
        after = {pod.name for pod in pods_of(cluster, "shop", "web")}
        assert (len(after), before & after) == (len(before), before - {gone})


async def test_a_pod_of_a_stateful_set_comes_back_under_its_own_name_as_another_one() -> None:
    async with living() as (cluster, clock):
        target = Target(kind="Pod", namespace="data", name="postgres-1")
        first = (await delete(cluster, target)).uid
        await clock.advance(60)
        assert [pod.name for pod in pods_of(cluster, "data", "postgres")] == ["postgres-0", "postgres-1"]
        assert (await delete(cluster, target, dry_run=True)).uid != first


async def test_a_pod_that_nobody_owns_is_gone_for_good() -> None:
    async with living() as (cluster, clock):
        target = Target(kind="Pod", namespace="default", name="toolbox")
        assert (await delete(cluster, target)).warnings == ("no controller makes it again",)
        await clock.advance(60)
        assert found(cluster, Pod, target) is None


async def test_the_replica_set_of_a_deployment_is_scaled_with_a_warning_and_set_back() -> None:
    async with living() as (cluster, clock):
        first = next(one for one in cluster.read(ReplicaSet).objects if one.owner_name == "web" and one.replicas)
        target = Target(kind="ReplicaSet", namespace="shop", name=first.name)
        request = ScaleRequest(target=target, replicas=1)
        result = await InMemoryWorkloadOperator(cluster).scale(served("ReplicaSet"), request)
        assert (result.previous_replicas, result.replicas) == (3, 1)
        assert "is controlled by Deployment web" in result.warnings[0]
        await clock.advance(30)
        again = found(cluster, ReplicaSet, target)
        assert again is not None
        assert again.replicas == again.ready_replicas == 3


async def test_a_replica_set_or_pod_that_is_not_there_is_not_found() -> None:
    operator = InMemoryWorkloadOperator(InMemoryCluster(ManualClock()))
    gone = Target(kind="ReplicaSet", namespace="shop", name="gone")
    with pytest.raises(NotFound, match="there is no ReplicaSet shop/gone"):
        await operator.scale(served("ReplicaSet"), ScaleRequest(target=gone, replicas=1))
    image = UpdateImageRequest(target=Target(kind="Pod", namespace="shop", name="gone"), image="a:1")
    with pytest.raises(NotFound, match="there is no Pod shop/gone"):
        await operator.update_image(served("Pod"), image)


async def test_a_pod_that_gets_an_image_is_warned_to_lose_it_with_its_successor() -> None:
    cluster = InMemoryCluster(ManualClock())
    pod = pods_of(cluster, "shop", "web")[0]
    target = Target(kind="Pod", namespace="shop", name=pod.name)
    request = UpdateImageRequest(target=target, container="web", image="a:1")
    (warning,) = (await InMemoryWorkloadOperator(cluster).update_image(served("Pod"), request)).warnings
    assert "the next one has the old image again" in warning
    assert (await InMemoryWorkloadOperator(cluster).update_image(served("Pod"), request)).changed is False


def _first(resource: type[Resource]) -> Callable[[InMemoryCluster], Target]:
    def target(cluster: InMemoryCluster) -> Target:
        one = cluster.read(resource).objects[0]
        return Target(kind=resource.__name__, namespace=one.namespace, name=one.name)

    return target


@pytest.mark.parametrize("propagation", list(Propagation))
@pytest.mark.parametrize("resource", [ReplicaSet, Job, CronJob, ConfigMap, ResourceQuota], ids=lambda one: one.__name__)
async def test_any_kind_can_be_deleted(resource: type[Resource], propagation: Propagation) -> None:
    cluster = InMemoryCluster(ManualClock())
    target = _first(resource)(cluster)
    await delete(cluster, target, propagation=propagation)
    if not (resource is CronJob and propagation is Propagation.FOREGROUND):
        assert found(cluster, resource, target) is None
        with pytest.raises(NotFound):
            await delete(cluster, target)


async def test_a_service_takes_its_endpoints_with_it() -> None:
    cluster = InMemoryCluster(ManualClock())
    target = Target(kind="Service", namespace="shop", name="web")
    slices = len(cluster.read(EndpointSlice).objects)
    await delete(cluster, target)
    assert found(cluster, Service, target) is None
    assert len(cluster.read(EndpointSlice).objects) == slices - 1


@pytest.mark.parametrize(
    ("kind", "namespace", "name"),
    [
        ("Node", "", "worker-1"),
        ("Namespace", "", "shop"),
        ("PersistentVolume", "", "pv"),
        ("HorizontalPodAutoscaler", "shop", "api"),
        ("ConfigMap", "shop", "gone"),
    ],
)
async def test_what_is_not_there_or_not_simulated_is_not_found(kind: str, namespace: str, name: str) -> None:
    with pytest.raises(NotFound, match=f"there is no {kind} "):
        await delete(InMemoryCluster(ManualClock()), Target(kind=kind, namespace=namespace, name=name))


async def test_the_cluster_lives_on_after_everything_in_a_namespace_was_deleted() -> None:
    async with living() as (cluster, clock):
        for kind, resource in (("Deployment", Deployment), ("CronJob", CronJob), ("Service", Service)):
            for one in cluster.read(resource).objects:
                if one.namespace == "shop":
                    await delete(cluster, Target(kind=kind, namespace="shop", name=one.name))
        await clock.advance(400)
        assert [pod.name for pod in cluster.read(Pod).objects if pod.namespace == "shop"] == []
        assert pods_of(cluster, "data", "postgres")
