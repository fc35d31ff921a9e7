"""The in-memory cluster lives: what happens in some minutes that pass in a moment."""

from itertools import pairwise

import pytest

from adapters.memory.cluster import InMemoryCluster
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.usage import Usage
from tests.unit.adapters.memory.living import living, pods_of

SEEDS = (1, 2, 3)
TEN_MINUTES = range(0, 600, 5)


def restarts(cluster: InMemoryCluster) -> dict[str, int]:
    return {pod.name: pod.status.restarts for pod in cluster.read(Pod).objects}


def hashes(cluster: InMemoryCluster, service: str) -> set[str]:
    return {pod.labels["pod-template-hash"] for pod in pods_of(cluster, "shop", service)}


@pytest.mark.parametrize("seed", SEEDS)
async def test_within_ten_minutes_pods_restart_a_rollout_completes_and_a_node_has_trouble(seed: int) -> None:
    async with living(seed) as (cluster, clock):
        first_restarts = restarts(cluster)
        first_hashes = {service: hashes(cluster, service) for service in cluster.service_names}
        restarted: set[str] = set()
        rolled: set[str] = set()
        troubles: set[str] = set()
        for _ in TEN_MINUTES:
            await clock.advance(5)
            restarted |= {name for name, count in restarts(cluster).items() if count > first_restarts.get(name, count)}
            troubles |= {badge for node in cluster.read(Node).objects for badge in node.summary.badges}
            for service in cluster.service_names:
                pods = pods_of(cluster, "shop", service)
                is_whole = all(pod.status.ready == "2/2" and not pod.status.reason for pod in pods)
                if is_whole and not hashes(cluster, service) & first_hashes[service]:
                    rolled.add(service)
        assert any(name.startswith("notifications-") for name in restarted)
        assert any(not name.startswith("notifications-") for name in restarted)
        assert rolled
        assert "Cordoned" in troubles
        assert len(troubles) > 1


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_rollout_never_leaves_a_service_without_a_pod(seed: int) -> None:
    async with living(seed) as (cluster, clock):
        for _ in TEN_MINUTES:
            await clock.advance(5)
            for service in cluster.service_names:
                pods = pods_of(cluster, "shop", service)
                assert any(pod.status.ready == "2/2" and pod.status.phase == "Running" for pod in pods), service


async def test_a_rollout_changes_the_image_and_the_replica_set() -> None:
    async with living() as (cluster, clock):
        before = {service: pods_of(cluster, "shop", service)[0] for service in cluster.service_names}
        await clock.advance(600)
        after = {service: pods_of(cluster, "shop", service)[0] for service in cluster.service_names}
        changed = [
            service for service in before if before[service].containers[0].image != after[service].containers[0].image
        ]
        assert changed
        for service in cluster.service_names:
            is_other = before[service].summary.owner_name != after[service].summary.owner_name
            assert is_other is (service in changed)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_same_seed_has_the_same_history_however_time_is_cut(seed: int) -> None:
    async with living(seed) as (one, one_clock), living(seed) as (other, other_clock):
        await one_clock.advance(400)
        for piece in (0.4, 99.6, 250.3, 49.7):
            await other_clock.advance(piece)
        assert one_clock.now() == other_clock.now()
        for resource in (Pod, Node):
            assert one.read(resource) == other.read(resource)
        assert one.read_usage() == other.read_usage()


async def test_another_seed_has_another_history() -> None:
    async with living(1) as (one, one_clock), living(2) as (other, other_clock):
        await one_clock.advance(60)
        await other_clock.advance(60)
        assert one.read(Pod) != other.read(Pod)


async def test_usage_is_sampled_every_fifteen_seconds_and_wobbles() -> None:
    async with living() as (cluster, clock):
        samples: list[Usage] = []
        for _ in range(120):
            usage = cluster.read_usage()
            if not samples or samples[-1] is not usage:
                samples.append(usage)
            await clock.advance(1)
        assert len(samples) == 8
        taken_at = [sample.observed_at for sample in samples if sample.observed_at]
        gaps = {(later - earlier).total_seconds() for earlier, later in pairwise(taken_at)}
        assert gaps == {15}
        for node in samples[0].nodes:
            assert len({sample.nodes[node].cpu_nanocores for sample in samples}) == 8


async def test_jobs_run_to_their_end_and_only_the_last_three_stay() -> None:
    async with living() as (cluster, clock):
        for _ in range(40):
            await clock.advance(30)
            jobs = pods_of(cluster, "data", "backup-postgres")
            assert 3 <= len(jobs) <= 4
            for pod in jobs:
                assert pod.summary.owner_kind == "Job"
                ended = pod.status.phase == "Succeeded"
                assert (pod.status.reason == "Completed") is ended
        # The last of those steps began a job.
        await clock.advance(60)
        assert len({pod.name for pod in pods_of(cluster, "data", "backup-postgres")}) == 3


async def test_no_pod_moves_or_changes_its_birth_in_its_life() -> None:
    async with living() as (cluster, clock):
        seen: dict[str, Pod] = {}
        for _ in TEN_MINUTES:
            await clock.advance(5)
            for pod in cluster.read(Pod).objects:
                before = seen.setdefault(pod.name, pod)
                assert pod.created_at == before.created_at
                assert pod.status.restarts >= before.status.restarts
                if before.summary.node_name:
                    assert pod.summary.node_name == before.summary.node_name
                seen[pod.name] = pod
