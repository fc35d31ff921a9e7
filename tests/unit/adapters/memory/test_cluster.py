"""InMemoryCluster as a reader and an identity: order, instances, planned trouble."""

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from domain.cluster.all_readings import RESOURCES
from domain.cluster.configuration import ConfigMap, Secret
from domain.cluster.ingresses import Ingress
from domain.cluster.metadata import Resource
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from domain.cluster.services import Service
from domain.cluster.usage import Usage
from ports.errors import AccessDenied, Unavailable
from tests.unit.adapters.memory.living import living
from tests.unit.adapters.memory.relations import by_key

KINDS = tuple(RESOURCES.values())
EMPTY_STATES = (ReadingState.FORBIDDEN, ReadingState.ABSENT, ReadingState.SYNCING)


@pytest.mark.parametrize("resource", KINDS)
def test_objects_come_live_and_in_order(resource: type[Resource]) -> None:
    clock = ManualClock()
    reading = InMemoryCluster(clock).read(resource)
    assert (reading.state, reading.observed_at, reading.reason) == (ReadingState.LIVE, clock.now(), "")
    keys = [(found.namespace, found.name) for found in reading.objects]
    assert keys
    assert keys == sorted(set(keys))
    assert all(found.created_at is not None and found.created_at < clock.now() for found in reading.objects)


@pytest.mark.parametrize("resource", KINDS)
def test_nothing_that_has_not_changed_is_another_instance(resource: type[Resource]) -> None:
    cluster = InMemoryCluster(ManualClock())
    assert cluster.read(resource).objects is cluster.read(resource).objects
    assert cluster.read_usage() is cluster.read_usage()


async def test_of_a_kind_that_changes_only_what_changed_is_another_instance() -> None:
    async with living() as (cluster, clock):
        before = {resource: by_key(cluster.read(resource).objects) for resource in KINDS}
        await clock.advance(180)
        for resource in KINDS:
            after = by_key(cluster.read(resource).objects)
            known = before[resource]
            # What looks the same is the same.
            assert [key for key, one in after.items() if one == known.get(key) and one is not known[key]] == []
        pods = by_key(cluster.read(Pod).objects)
        same = [key for key, pod in pods.items() if pod is before[Pod].get(key)]
        assert len(same) > len(pods) - len(same) > 0


async def test_a_kind_of_which_nothing_changed_is_the_same_tuple() -> None:
    async with living() as (cluster, clock):
        before = {resource: cluster.read(resource).objects for resource in KINDS}
        await clock.advance(180)
        after = {resource: cluster.read(resource).objects for resource in KINDS}
        assert [
            resource
            for resource in KINDS
            if after[resource] == before[resource] and after[resource] is not before[resource]
        ] == []
        assert {Namespace, Service, Ingress, ConfigMap, Secret} < {
            resource for resource in KINDS if after[resource] is before[resource]
        }


async def test_a_cluster_that_nobody_runs_stands_still() -> None:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    pods, nodes, usage = cluster.read(Pod).objects, cluster.read(Node).objects, cluster.read_usage()
    await clock.advance(3600)
    assert cluster.read(Pod).objects is pods
    assert cluster.read(Node).objects is nodes
    assert cluster.read_usage() is usage


async def test_a_process_that_slept_for_hours_does_not_live_through_them() -> None:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    await clock.advance(12 * 3600)
    cluster._catch_up()
    assert cluster._life.world.seconds == 300
    assert cluster._life.world.now == clock.now()


def test_what_it_is_made_of_can_be_asked_for() -> None:
    cluster = InMemoryCluster(ManualClock())
    nodes = cluster.read(Node).objects
    assert cluster.node_names == tuple(node.name for node in nodes)
    assert cluster.node_addresses == tuple(node.addresses.internal_ip for node in nodes)
    assert len(set(cluster.node_addresses)) == len(nodes) == 6
    running = {pod.labels["app.kubernetes.io/name"] for pod in cluster.read(Pod).objects if pod.namespace == "shop"}
    assert set(cluster.service_names) <= running


@pytest.mark.parametrize("resource", KINDS)
@pytest.mark.parametrize("state", EMPTY_STATES)
def test_a_kind_that_cannot_be_read_holds_nothing_and_says_why(resource: type[Resource], state: ReadingState) -> None:
    cluster = InMemoryCluster(ManualClock())
    cluster.set_state(resource, state, "because")
    reading = cluster.read(resource)
    assert (reading.objects, reading.state, reading.reason) == ((), state, "because")


async def test_a_stale_kind_keeps_what_it_had_while_the_others_go_on() -> None:
    async with living() as (cluster, clock):
        before = cluster.read(Pod).objects
        stale_since = clock.now()
        cluster.set_state(Pod, ReadingState.STALE, "connection refused")
        await clock.advance(300)
        reading = cluster.read(Pod)
        assert reading.objects is before
        assert (reading.state, reading.observed_at, reading.reason) == (
            ReadingState.STALE,
            stale_since,
            "connection refused",
        )
        assert cluster.read(Node).observed_at == clock.now()
        cluster.set_state(Pod, ReadingState.LIVE)
        assert cluster.read(Pod).objects is not before
        assert cluster.read(Pod).state is ReadingState.LIVE


@pytest.mark.parametrize("state", [*EMPTY_STATES, ReadingState.STALE])
def test_usage_that_fails_is_empty_and_says_why(state: ReadingState) -> None:
    cluster = InMemoryCluster(ManualClock())
    cluster.set_state(Usage, state, "metrics-server is not installed")
    usage = cluster.read_usage()
    assert (usage.pods, usage.nodes, usage.state) == ({}, {}, state)
    assert usage.reason == "metrics-server is not installed"
    cluster.set_state(Usage, ReadingState.LIVE)
    assert cluster.read_usage().pods


def test_a_kind_that_nobody_follows_is_absent() -> None:
    class Lease(Namespace):
        pass

    reading = InMemoryCluster(ManualClock()).read(Lease)
    assert (reading.objects, reading.state, reading.reason) == (
        (),
        ReadingState.ABSENT,
        "Lease is no kind that is followed",
    )


async def test_a_cluster_is_the_same_for_one_seed_and_another_for_another() -> None:
    first, again, other = [await InMemoryCluster(ManualClock(), seed=seed).cluster_uid() for seed in (1, 1, 2)]
    assert first == again != other
    assert len(first) == 36


async def test_its_identity_can_be_refused_for_a_while() -> None:
    cluster = InMemoryCluster(ManualClock())
    cluster.fail_next("cluster_uid", AccessDenied("read namespace kube-system", "forbidden"))
    with pytest.raises(AccessDenied):
        await cluster.cluster_uid()
    cluster.fail_until_told("cluster_uid", Unavailable("read namespace kube-system", "down"))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await cluster.cluster_uid()
    cluster.fail_until_told("cluster_uid", None)
    assert await cluster.cluster_uid()
