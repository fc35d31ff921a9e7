"""What every ClusterReader promises (ports.cluster)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from adapters.kubernetes.inventory import KubernetesInventory
from adapters.memory.cluster import InMemoryCluster
from domain.cluster.metadata import Resource
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.readings import ReadingState
from ports.cluster import ClusterReader
from tests.support.reader_clusters import CLUSTERS, KINDS, ROWS, Cluster, Opener

PORT = ClusterReader
ADAPTERS = (KubernetesInventory, InMemoryCluster)


@pytest.fixture(params=sorted(CLUSTERS))
def opener(request: pytest.FixtureRequest) -> Opener:
    return CLUSTERS[request.param]


@pytest.fixture
async def cluster(opener: Opener, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with opener(tmp_path) as cluster:
        yield cluster


async def test_objects_of_every_kind_come_by_namespace_then_name(cluster: Cluster) -> None:
    for resource in KINDS:
        objects = cluster.reader.read(resource).objects
        keys = [(one.namespace, one.name) for one in objects]
        assert len(keys) > 1, resource
        assert keys == sorted(set(keys)), resource
        assert all(isinstance(one, resource) for one in objects), resource


async def test_what_is_live_says_since_when_and_has_no_reason(cluster: Cluster) -> None:
    for resource in KINDS:
        reading = cluster.reader.read(resource)
        assert (reading.state, reading.reason) == (ReadingState.LIVE, ""), resource
        assert reading.observed_at is not None, resource
        assert reading.observed_at.utcoffset() == timedelta(0), resource


async def test_the_tuple_is_the_same_instance_while_nothing_has_changed(cluster: Cluster) -> None:
    for resource in KINDS:
        assert cluster.reader.read(resource).objects is cluster.reader.read(resource).objects, resource


async def test_what_changed_is_another_tuple_and_what_did_not_stays(cluster: Cluster) -> None:
    pods, nodes = cluster.reader.read(Pod).objects, cluster.reader.read(Node).objects
    await cluster.change_a_pod()
    after = cluster.reader.read(Pod).objects
    assert after is not pods
    assert after != pods
    kept = {id(one) for one in pods} & {id(one) for one in after}
    assert kept
    assert {one.name for one in cluster.reader.read(Node).objects} == {one.name for one in nodes}


TROUBLE = [
    (resource, state)
    for resource in KINDS
    for state in (ReadingState.FORBIDDEN, ReadingState.ABSENT)
    # Every API server serves the core kinds: who says otherwise is not believed.
    if ROWS[resource.kind].group or state is ReadingState.FORBIDDEN
]


@pytest.mark.parametrize(("resource", "state"), TROUBLE)
async def test_a_kind_that_cannot_be_read_is_empty_settled_and_says_why(
    cluster: Cluster, resource: type[Resource], state: ReadingState
) -> None:
    await cluster.bring(resource, state)
    reading = cluster.reader.read(resource)
    assert (reading.state, reading.objects, reading.is_settled) == (state, (), True)
    assert reading.reason


@pytest.mark.parametrize("resource", KINDS)
async def test_a_kind_that_cannot_be_followed_keeps_its_last_good_objects(
    cluster: Cluster, resource: type[Resource]
) -> None:
    before = cluster.reader.read(resource)
    await cluster.bring(resource, ReadingState.STALE)
    reading = cluster.reader.read(resource)
    assert reading.objects == before.objects
    assert reading.is_settled
    assert reading.reason
    assert reading.observed_at is not None


async def test_trouble_with_one_kind_is_no_trouble_with_another(cluster: Cluster) -> None:
    await cluster.bring(Node, ReadingState.FORBIDDEN)
    assert cluster.reader.read(Pod).state is ReadingState.LIVE
    assert cluster.reader.read(Pod).objects


async def test_what_is_not_complete_yet_holds_nothing(opener: Opener, tmp_path: Path) -> None:
    async with opener(tmp_path, syncing=True) as cluster:
        reading = cluster.reader.read(Pod)
        assert (reading.state, reading.objects, reading.is_settled) == (ReadingState.SYNCING, (), False)


class _Unheard(StrEnum):
    """A kind that no version collects."""

    LEASE = "Lease"


class _Lease:
    """An object of that kind."""

    kind = _Unheard.LEASE
    name = namespace = ""
    created_at = None


async def test_a_kind_that_is_not_collected_is_absent(cluster: Cluster) -> None:
    reading = cluster.reader.read(_Lease)  # type: ignore[type-var] # a kind of its own makes it no Resource
    assert (reading.state, reading.objects) == (ReadingState.ABSENT, ())
    assert reading.reason


async def test_usage_is_given_by_names_with_text_and_numbers(cluster: Cluster) -> None:
    usage = cluster.reader.read_usage()
    assert usage.state is ReadingState.LIVE
    pods = {(pod.namespace, pod.name) for pod in cluster.reader.read(Pod).objects}
    assert usage.pods
    assert set(usage.pods) <= pods
    assert usage.nodes
    assert set(usage.nodes) <= {node.name for node in cluster.reader.read(Node).objects}
    for one in (*usage.nodes.values(), *usage.pods.values()):
        assert one.cpu
        assert one.memory
        assert one.cpu_nanocores >= 0
        assert one.memory_bytes >= 0


async def test_without_metrics_server_usage_is_empty_with_a_reason(opener: Opener, tmp_path: Path) -> None:
    async with opener(tmp_path, usage=False) as cluster:
        await cluster.lose_usage()
        usage = cluster.reader.read_usage()
        assert (usage.nodes, usage.pods) == ({}, {})
        assert usage.state is ReadingState.ABSENT
        assert usage.reason
        assert cluster.reader.read(Pod).state is ReadingState.LIVE
