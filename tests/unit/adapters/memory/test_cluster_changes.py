"""What somebody does to the in-memory cluster, or what befalls it, is seen in every kind that it touches."""

from collections.abc import Iterable
from typing import TypeVar

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.world.incidents import roll_out
from adapters.memory.world.node_trouble import CORDONED, fall_ill, recover
from adapters.memory.world.state import SimNode, SimWorkload
from domain.cluster.batch import CronJob, Job
from domain.cluster.daemon_sets import DaemonSet
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.events import Event
from domain.cluster.metadata import Resource
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.policy import ResourceQuota
from domain.cluster.services import EndpointSlice
from domain.cluster.stateful_sets import StatefulSet
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim
from domain.commands.names import INT32_MAX
from tests.support.commands import a_scale_request
from tests.support.workloads import scale
from tests.unit.adapters.memory.agreements import is_ready
from tests.unit.adapters.memory.living import living, pods_of

R = TypeVar("R", bound=Resource)


def one(cluster: InMemoryCluster, resource: type[R], name: str) -> R:
    (found,) = [found for found in cluster.read(resource).objects if found.name == name]
    return found


def ready_behind(cluster: InMemoryCluster, service: str) -> int:
    (found,) = [found for found in cluster.read(EndpointSlice).objects if found.service == service]
    return sum(endpoint.ready for endpoint in found.endpoints)


def sets_of(cluster: InMemoryCluster, deployment: str) -> list[ReplicaSet]:
    """Newest first."""
    found = [found for found in cluster.read(ReplicaSet).objects if found.owner_name == deployment]
    return sorted(found, key=lambda found: -int(found.revision))


def told_of(cluster: InMemoryCluster, kind: str, names: Iterable[str]) -> set[str]:
    """Reasons of all Events about these objects."""
    wanted = set(names)
    return {
        event.reason
        for event in cluster.read(Event).objects
        if event.involved_object.kind == kind and event.involved_object.name in wanted
    }


def workload(cluster: InMemoryCluster, name: str) -> SimWorkload:
    return next(found for found in cluster._life.world.workloads.values() if found.plan.name == name)


def node_of(cluster: InMemoryCluster, pod: Pod) -> SimNode:
    return cluster._life.world.nodes[pod.summary.node_name]


async def test_scaling_is_seen_in_every_kind_that_it_touches() -> None:
    async with living() as (cluster, clock):
        # The job that is due when the world begins is over by then.
        await clock.advance(30)
        quota = one(cluster, ResourceQuota, "shop").used
        before = {pod.name for pod in pods_of(cluster, "shop", "web")}
        await scale(cluster, a_scale_request(5))
        waiting = one(cluster, Deployment, "web")
        assert (waiting.summary.replicas, waiting.summary.ready) == (5, 3)
        assert waiting.rollout is not None
        assert (waiting.rollout.phase, waiting.rollout.message) == (
            "Progressing",
            "waiting for the controller to see the new spec",
        )
        await clock.advance(2)
        (current, *_) = sets_of(cluster, "web")
        assert (current.replicas, current.ready_replicas) == (5, 3)
        assert int(one(cluster, ResourceQuota, "shop").used["pods"]) == int(quota["pods"]) + 2
        assert ready_behind(cluster, "web") == 3
        await clock.advance(30)
        grown = one(cluster, Deployment, "web")
        assert (grown.summary.ready, grown.summary.available, grown.summary.unavailable) == (5, 5, 0)
        assert grown.rollout is not None
        assert grown.rollout.phase == "Available"
        assert ready_behind(cluster, "web") == ready_behind(cluster, "web-preview") == 5
        new = {pod.name for pod in pods_of(cluster, "shop", "web")} - before
        assert told_of(cluster, "Pod", new) >= {"Scheduled", "Pulled", "Created", "Started"}
        assert "SuccessfulCreate" in told_of(cluster, "ReplicaSet", [current.name])
        messages = [event.message for event in cluster.read(Event).objects if event.reason == "ScalingReplicaSet"]
        assert f"Scaled up replica set {current.name} from 3 to 5" in messages


async def test_scaling_down_stops_containers_and_empties_the_endpoints() -> None:
    async with living() as (cluster, clock):
        pods = {pod.name for pod in pods_of(cluster, "shop", "web")}
        await scale(cluster, a_scale_request(0))
        await clock.advance(20)
        down = one(cluster, Deployment, "web")
        assert (down.summary.replicas, down.summary.ready) == (0, 0)
        assert ready_behind(cluster, "web") == 0
        assert told_of(cluster, "Pod", pods) == {"Killing"}
        (current, *_) = sets_of(cluster, "web")
        assert (current.replicas, current.ready_replicas) == (0, 0)
        assert told_of(cluster, "ReplicaSet", [current.name]) == {"SuccessfulDelete"}


async def test_a_rollout_makes_a_new_replica_set_and_goes_phase_by_phase() -> None:
    async with living() as (cluster, clock):
        old = sets_of(cluster, "web")
        image = one(cluster, Deployment, "web").template.containers[0].image
        roll_out(cluster._life.world, workload(cluster, "web"))
        phases: list[str] = []
        reasons: list[str] = []
        for _ in range(90):
            found = one(cluster, Deployment, "web")
            assert found.rollout is not None
            assert ready_behind(cluster, "web") >= 2
            (progress,) = [condition for condition in found.status.conditions if condition.type == "Progressing"]
            for seen, now in ((phases, found.rollout.phase), (reasons, progress.reason)):
                if not seen or seen[-1] != now:
                    seen.append(now)
            await clock.advance(1)
        assert phases == ["Progressing", "Available"]
        assert reasons == [
            "NewReplicaSetAvailable",
            "NewReplicaSetCreated",
            "ReplicaSetUpdated",
            "NewReplicaSetAvailable",
        ]
        (new, *others) = sets_of(cluster, "web")
        assert {found.name for found in others} == {found.name for found in old}
        assert int(new.revision) == int(old[0].revision) + 1
        assert [found.replicas for found in others] == [0] * len(others)
        assert new.image == one(cluster, Deployment, "web").template.containers[0].image != image
        assert one(cluster, Deployment, "web").annotations["deployment.kubernetes.io/revision"] == new.revision
        pulls = [
            (event.involved_object.name, event.node_name)
            for event in cluster.read(Event).objects
            if event.message == f'Successfully pulled image "{new.image}"'
        ]
        assert {name for name, _ in pulls} <= {pod.name for pod in pods_of(cluster, "shop", "web")}
        assert pulls
        assert len({node for _, node in pulls}) == len(pulls)


async def test_more_than_a_quota_allows_is_refused_and_said_everywhere() -> None:
    async with living() as (cluster, clock):
        await scale(cluster, a_scale_request(INT32_MAX))
        await clock.advance(40)
        stuck = one(cluster, Deployment, "web")
        assert stuck.rollout is not None
        assert "ReplicaFailure" in stuck.rollout.badges
        assert stuck.rollout.phase == "Failed"
        assert "exceeded quota: shop" in stuck.rollout.message
        (current, *_) = sets_of(cluster, "web")
        assert current.replicas == INT32_MAX
        refused = [event for event in cluster.read(Event).objects if event.reason == "FailedCreate"]
        assert {event.involved_object.name for event in refused} == {current.name}
        assert refused[0].count >= 2
        quota = one(cluster, ResourceQuota, "shop")
        assert quota.used["pods"] == quota.hard["pods"]
        await scale(cluster, a_scale_request(3))
        await clock.advance(40)
        well = one(cluster, Deployment, "web")
        assert well.rollout is not None
        assert well.rollout.badges == ("Available",)


async def test_a_stateful_set_that_grows_gets_storage_that_stays() -> None:
    async with living() as (cluster, clock):
        request = a_scale_request(3, kind="StatefulSet", namespace="data", name="postgres")
        await scale(cluster, request)
        await clock.advance(30)
        claim = one(cluster, PersistentVolumeClaim, "data-postgres-2")
        volume = one(cluster, PersistentVolume, claim.volume_name)
        assert (claim.phase, volume.phase, volume.claim_ref_name) == ("Bound", "Bound", claim.name)
        assert told_of(cluster, "PersistentVolumeClaim", [claim.name]) == {
            "Provisioning",
            "ProvisioningSucceeded",
            "WaitForFirstConsumer",
        }
        assert one(cluster, StatefulSet, "postgres").summary.ready == 3
        assert ready_behind(cluster, "postgres") == 3
        assert "SuccessfulAttachVolume" in told_of(cluster, "Pod", ["postgres-2"])
        await scale(cluster, a_scale_request(2, kind="StatefulSet", namespace="data", name="postgres"))
        await clock.advance(30)
        assert one(cluster, StatefulSet, "postgres").summary.ready == 2
        assert one(cluster, PersistentVolumeClaim, claim.name) is claim
        assert one(cluster, PersistentVolume, volume.name) is volume


async def test_a_node_that_goes_down_takes_its_pods_out_of_service_and_brings_them_back() -> None:
    async with living() as (cluster, clock):
        pod = pods_of(cluster, "shop", "api")[0]
        node = node_of(cluster, pod)
        recover(cluster._life.world, node)
        fall_ill(cluster._life.world, node, "Ready")
        # Nothing else shall happen to nodes meanwhile.
        cluster._life._incidents._turns_seconds = 1e9
        await clock.advance(2)
        assert one(cluster, Node, node.plan.name).summary.badges[0] == "NotReady"
        assert not is_ready(one(cluster, Pod, pod.name))
        assert one(cluster, Pod, pod.name).status.phase == "Running"
        assert ready_behind(cluster, "api") == 2
        assert one(cluster, Deployment, "api").summary.ready == 2
        proxies = one(cluster, DaemonSet, "kube-proxy")
        assert proxies.rollout is not None
        assert (proxies.summary.number_unavailable, proxies.rollout.badges) == (1, ("Scaling", "Unavailable"))
        assert told_of(cluster, "Node", [node.plan.name]) >= {"NodeNotReady"}
        writers = {
            (event.source, event.type)
            for event in cluster.read(Event).objects
            if event.reason == "NodeNotReady" and event.involved_object.name in {pod.name, node.plan.name}
        }
        assert writers == {("kubelet", "Normal"), ("node-controller", "Normal"), ("node-controller", "Warning")}
        recover(cluster._life.world, node)
        await clock.advance(2)
        assert ready_behind(cluster, "api") == 3
        assert is_ready(one(cluster, Pod, pod.name))
        assert one(cluster, DaemonSet, "kube-proxy").summary.number_unavailable == 0


@pytest.mark.parametrize(
    ("trouble", "reasons"),
    [
        ("MemoryPressure", {"NodeHasInsufficientMemory", "EvictionThresholdMet", "NodeHasSufficientMemory"}),
        ("DiskPressure", {"NodeHasDiskPressure", "EvictionThresholdMet", "NodeHasNoDiskPressure"}),
        (CORDONED, {"NodeNotSchedulable", "NodeSchedulable"}),
    ],
)
def test_every_trouble_of_a_node_is_told(trouble: str, reasons: set[str]) -> None:
    cluster = InMemoryCluster(ManualClock())
    node = cluster._life.world.nodes["worker-1"]
    fall_ill(cluster._life.world, node, trouble)
    recover(cluster._life.world, node)
    assert told_of(cluster, "Node", ["worker-1"]) == reasons


async def test_a_job_is_made_on_time_and_told_of_from_beginning_to_end() -> None:
    async with living() as (cluster, clock):
        await clock.advance(240)
        known = {job.name for job in cluster.read(Job).objects}
        await clock.advance(63)
        (new,) = [job for job in cluster.read(Job).objects if job.name not in known and "backup" in job.name]
        assert (new.active, new.complete, new.created_at) == (
            1,
            False,
            one(cluster, CronJob, "backup-postgres").last_schedule_time,
        )
        assert new.created_at is not None
        assert new.created_at.minute % 5 == new.created_at.second == 0
        assert one(cluster, CronJob, "backup-postgres").active_jobs == 1
        await clock.advance(60)
        done = one(cluster, Job, new.name)
        assert (done.active, done.succeeded, done.complete) == (0, 1, True)
        assert one(cluster, CronJob, "backup-postgres").last_successful_time == done.finish_time
        assert told_of(cluster, "Job", [new.name]) == {"SuccessfulCreate", "Completed"}
        assert told_of(cluster, "CronJob", ["backup-postgres"]) == {
            "SuccessfulCreate",
            "SawCompletedJob",
            "SuccessfulDelete",
        }
        assert sum(job.owner_name == "backup-postgres" for job in cluster.read(Job).objects) == 3


async def test_a_job_that_fails_says_so_and_only_the_last_is_kept() -> None:
    async with living() as (cluster, clock):
        await clock.advance(2000)
        (failed,) = [job for job in cluster.read(Job).objects if job.owner_name == "sitemap"]
        assert (failed.failed, failed.succeeded, failed.complete) == (1, 0, False)
        assert failed.finish_time is not None
        assert [condition.type for condition in failed.conditions] == ["FailureTarget", "Failed"]
        assert told_of(cluster, "Job", [failed.name]) == {"SuccessfulCreate", "BackoffLimitExceeded"}
        (pod,) = [pod for pod in cluster.read(Pod).objects if pod.summary.owner_name == failed.name]
        assert (pod.status.phase, pod.status.reason) == ("Failed", "Error")
        assert "access denied" in pod.containers[0].state_message
        assert one(cluster, CronJob, "sitemap").last_successful_time is None


def test_a_job_that_is_suspended_never_runs() -> None:
    suspended = one(InMemoryCluster(ManualClock()), CronJob, "vacuum-postgres")
    assert (suspended.suspend, suspended.active_jobs, suspended.last_schedule_time) == (True, 0, None)
