"""What somebody does with the nodes of the simulated cluster lasts, and its incidents leave it alone."""

from collections.abc import AsyncIterator

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.node_operator import InMemoryNodeOperator
from domain.cluster.events import Event
from domain.commands.drain import PodIdentity
from ports.nodes import Eviction, Removal


@pytest.fixture
async def living() -> AsyncIterator[tuple[InMemoryCluster, ManualClock]]:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    async with anyio.create_task_group() as group:
        await group.start(cluster.run)
        yield cluster, clock
        group.cancel_scope.cancel()


async def test_a_node_that_somebody_has_cordoned_stays_so(living: tuple[InMemoryCluster, ManualClock]) -> None:
    cluster, clock = living
    await InMemoryNodeOperator(cluster).cordon("worker-1")
    for _ in range(60):
        await clock.advance(60)
        assert cluster.world.nodes["worker-1"].is_cordoned


async def test_maintenance_ends_when_somebody_uncordons_the_node(living: tuple[InMemoryCluster, ManualClock]) -> None:
    cluster, _ = living
    assert (await InMemoryNodeOperator(cluster).uncordon("worker-4")).changed
    node = cluster.world.nodes["worker-4"]
    assert (node.is_cordoned, node.trouble, node.cordoned_at) == (False, "", None)


async def test_a_change_of_a_node_is_an_event_of_its_own(living: tuple[InMemoryCluster, ManualClock]) -> None:
    cluster, _ = living
    operator = InMemoryNodeOperator(cluster)
    await operator.cordon("worker-1")
    await operator.uncordon("worker-1")
    reasons = {event.reason for event in cluster.read(Event).objects if event.involved_object.name == "worker-1"}
    assert {"NodeNotSchedulable", "NodeSchedulable"} <= reasons


async def test_a_pod_without_time_to_end_is_gone_at_once(living: tuple[InMemoryCluster, ManualClock]) -> None:
    cluster, clock = living
    operator = InMemoryNodeOperator(cluster)
    redis = next(one.pod for one in await operator.drain_candidates("worker-4") if one.pod.name == "redis-0")
    await operator.evict(redis, Removal(grace_period_seconds=0))
    await clock.advance(1)
    assert await operator.remaining("worker-4", [redis]) == {}


async def test_a_budget_says_nothing_about_a_pod_that_does_not_run(
    living: tuple[InMemoryCluster, ManualClock],
) -> None:
    cluster, _ = living
    operator = InMemoryNodeOperator(cluster, budgets={("shop", "recommendations"): 5})
    waiting = next(pod for pod in cluster.world.pods.values() if pod.node is None)
    identity = PodIdentity(namespace=waiting.key[0], name=waiting.name, uid=waiting.uid)
    assert (await operator.evict(identity, Removal())).eviction is Eviction.DONE
