"""What the in-memory cluster shows is consistent, and looks like a cluster."""

import json

import pytest

from adapters.embedded.demo_master.judge import judge_snapshot
from adapters.gateway.wire.snapshot import SnapshotEncoder
from adapters.memory.cluster import InMemoryCluster
from application.collect_snapshot import CollectSnapshot
from domain.cluster.all_readings import RESOURCES, Readings
from domain.cluster.deployments import Deployment
from domain.cluster.events import Event
from domain.cluster.joins import Joiner
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod, PodContainer
from domain.cluster.quantities import nanocores, whole_units
from domain.cluster.services import Service
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim
from domain.cluster.summary import summarise
from tests.unit.adapters.memory.living import living

MOMENTS = (0, 7, 61, 130, 333)


def containers_of(pod: Pod) -> tuple[PodContainer, ...]:
    return (*pod.init_containers, *pod.containers)


async def cluster_after(seconds: float) -> InMemoryCluster:
    async with living() as (cluster, clock):
        await clock.advance(seconds)
        return cluster


@pytest.mark.parametrize("seconds", MOMENTS)
async def test_joins_and_summary_agree_with_the_objects(seconds: float) -> None:
    cluster = await cluster_after(seconds)
    readings = Readings.taken(cluster.read)
    pods, nodes = readings.pods.objects, readings.nodes.objects
    joins, summary = Joiner().join(readings, cluster.read_usage()), summarise(readings)
    assert (summary.total_nodes, summary.total_namespaces, summary.total_pods) == (6, 7, len(pods))
    assert (summary.total_deployments, summary.total_stateful_sets, summary.total_daemon_sets) == (15, 3, 4)
    # What is broken from the beginning stays so; a rollout or a crash adds to it, a node that is down a pod of many.
    assert (8 if summary.ready_nodes == 6 else 1) <= summary.healthy_deployments <= 12
    assert (summary.total_services, summary.total_ingresses) == (25, 3)
    assert summary.total_events > summary.warning_events >= 5
    assert summary.running_pods > summary.pending_pods + summary.failed_pods > 0
    assert set(joins.nodes) == {node.name for node in nodes}
    assert {pod.namespace for pod in pods} <= set(joins.namespaces)
    assert sum(held.resources.pods for held in joins.namespaces.values()) == len(pods)
    assert sum(held.resources.pods_failed for held in joins.namespaces.values()) == summary.failed_pods
    on_nodes = [pod for pod in pods if pod.summary.node_name and not pod.has_ended]
    assert sum(node.pods.used for node in joins.nodes.values()) == len(on_nodes)
    for node in nodes:
        joined = joins.nodes[node.name]
        assert 0 < joined.pods.used <= joined.pods.capacity == 110
        if node.summary.ready == "True":
            assert 0 < joined.cpu.util_pct < 100
            assert 0 < joined.memory.util_pct < 100


@pytest.mark.parametrize("seconds", MOMENTS)
async def test_usage_is_of_pods_that_run_and_adds_up(seconds: float) -> None:
    cluster = await cluster_after(seconds)
    usage = cluster.read_usage()
    pods = {(pod.namespace, pod.name): pod for pod in cluster.read(Pod).objects}
    # A sample is up to 15 s old: what has gone since is still in it.
    known = [key for key in usage.pods if key in pods]
    # The pods of a node that is down are not heard of.
    assert len(known) > 30
    for node, used in usage.nodes.items():
        of_pods = [usage.pods[key] for key in known if pods[key].summary.node_name == node]
        assert sum(pod.cpu_nanocores for pod in of_pods) < used.cpu_nanocores
        assert sum(pod.memory_bytes for pod in of_pods) < used.memory_bytes
    for key in known:
        assert pods[key].status.phase in {"Running", "Succeeded"}


@pytest.mark.parametrize("seconds", MOMENTS)
async def test_every_pod_is_whole(seconds: float) -> None:
    cluster = await cluster_after(seconds)
    nodes = {node.name: node for node in cluster.read(Node).objects}
    addresses = []
    for pod in cluster.read(Pod).objects:
        assert pod.containers
        assert pod.labels
        assert pod.status.qos_class in {"Guaranteed", "Burstable", "BestEffort"}
        mounts = {mount.name for container in containers_of(pod) for mount in container.volume_mounts}
        if pod.summary.owner_kind != "Node":
            assert mounts <= {volume.name for volume in pod.volumes}
        if pod.summary.node_name:
            node = nodes[pod.summary.node_name]
            assert pod.status.host_ip == node.addresses.internal_ip
            assert {condition.type for condition in pod.status.conditions} > {"Ready", "PodScheduled"}
            assert pod.created_at
            assert node.created_at
            assert pod.created_at > node.created_at
        if pod.status.pod_ip and not pod.spec.host_network:
            addresses.append(pod.status.pod_ip)
            assert (
                pod.status.pod_ip.rpartition(".")[0]
                == nodes[pod.summary.node_name].spec.pod_cidrs[0].rpartition(".")[0]
            )
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("seconds", MOMENTS)
async def test_no_node_has_promised_more_than_it_has(seconds: float) -> None:
    cluster = await cluster_after(seconds)
    pods = [pod for pod in cluster.read(Pod).objects if not pod.has_ended]
    for node in cluster.read(Node).objects:
        asked = [
            container.requests for pod in pods if pod.summary.node_name == node.name for container in pod.containers
        ]
        assert sum(nanocores(one.get("cpu", "0")) for one in asked) <= nanocores(node.allocatable.cpu)
        assert sum(whole_units(one.get("memory", "0")) for one in asked) <= whole_units(node.allocatable.memory)


async def test_there_is_something_to_look_at() -> None:
    cluster = await cluster_after(20)
    pods = cluster.read(Pod).objects
    found = {pod.status.reason for pod in pods}
    assert {"", "CrashLoopBackOff", "ImagePullBackOff", "Unschedulable", "Evicted", "Completed"} <= found
    assert {pod.summary.owner_kind for pod in pods} == {"", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "Node"}
    assert {pod.status.qos_class for pod in pods} == {"Guaranteed", "Burstable", "BestEffort"}
    phases = {one.name: one.rollout.phase for one in cluster.read(Deployment).objects if one.rollout}
    assert {phases["notifications"], phases["promotions"], phases["recommendations"]} == {"Failed"}
    assert phases["traefik"] == "Available"
    assert {one.summary.type for one in cluster.read(Service).objects} == {
        "ClusterIP",
        "ExternalName",
        "LoadBalancer",
        "NodePort",
    }
    assert {one.summary.badges for one in cluster.read(Service).objects} == {
        (),
        ("ExternalName",),
        ("Headless",),
        ("LB",),
        ("NodePort",),
    }
    assert {one.phase for one in cluster.read(PersistentVolume).objects} == {"Available", "Bound", "Released"}
    assert {one.phase for one in cluster.read(PersistentVolumeClaim).objects} == {"Bound", "Pending"}
    (orders, *_) = [pod for pod in pods if pod.name.startswith("orders-")]
    assert [container.state for container in orders.init_containers] == ["terminated", "running", "terminated"]
    gpu = next(node for node in cluster.read(Node).objects if node.name == "gpu-1")
    assert gpu.capacity.scalar_resources == {"nvidia.com/gpu": "1"}
    assert {node.summary.roles for node in cluster.read(Node).objects} == {
        ("control-plane",),
        ("worker",),
        ("gpu", "worker"),
    }
    assert any(
        node.summary.badges == ("Cordoned",) and not node.summary.schedulable for node in cluster.read(Node).objects
    )


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_master_accepts_every_snapshot(seed: int) -> None:
    encoder = SnapshotEncoder()
    async with living(seed) as (cluster, clock):
        collect = CollectSnapshot(cluster, lambda: None, lambda: "demo", clock, initial_sync_timeout_seconds=1).collect
        for _ in range(30):
            body = b"".join(await encoder.encode(collect()))
            judged = json.loads(judge_snapshot(body).document)
            assert len(judged["events"]) == len(cluster.read(Event).objects)
            await clock.advance(20)


@pytest.mark.parametrize("planted", ["hunter2", "s3cr3t-of-the-demo", "swordfish", "not-a-real-key"])
async def test_what_is_secret_in_the_scenario_is_not_shown(planted: str) -> None:
    cluster = await cluster_after(0)
    shown = repr([cluster.read(resource).objects for resource in RESOURCES.values()])
    assert planted not in shown
    assert "[redacted]" in shown
