"""Lets an in-memory cluster live under a manual clock."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import anyio

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from domain.cluster.pods import Pod


@asynccontextmanager
async def living(seed: int = 1) -> AsyncIterator[tuple[InMemoryCluster, ManualClock]]:
    """A cluster whose seconds pass with the clock's."""
    clock = ManualClock()
    cluster = InMemoryCluster(clock, seed=seed)
    async with anyio.create_task_group() as group:
        await group.start(cluster.run)
        yield cluster, clock
        group.cancel_scope.cancel()


def pods_of(cluster: InMemoryCluster, namespace: str, workload: str) -> list[Pod]:
    """The pods of a workload, by the label that all pods of the scenario carry."""
    return [
        pod
        for pod in cluster.read(Pod).objects
        if pod.namespace == namespace and pod.labels.get("app.kubernetes.io/name") == workload
    ]


def reasons(pods: Iterable[Pod]) -> list[str]:
    """Why they are not simply in their phase, sorted."""
    return sorted(pod.status.reason for pod in pods)
