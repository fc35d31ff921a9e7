"""application.handlers.nodes: over the simulated cluster, whose controllers bring back what a drain has ended."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.node_operator import InMemoryNodeOperator
from application.command_context import CommandContext
from application.handlers.nodes import NodeHandlers
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.commands.actions import Topic
from domain.commands.node_requests import CordonRequest, DrainOptions, DrainRequest, UncordonRequest
from domain.commands.node_results import DrainResult
from domain.commands.policy import Policy
from domain.commands.target import Target

NODE = "worker-2"
TARGET = Target(kind="Node", name=NODE)


@dataclass
class Scene:
    clock: ManualClock
    cluster: InMemoryCluster
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.handlers = NodeHandlers(InMemoryNodeOperator(self.cluster), self.clock)
        self.context = CommandContext(
            command_id="c-1", topic=Topic.OPS, created_at=None, policy=Policy(), tell=self.told.append
        )

    async def drain(self, **options: object) -> DrainResult:
        request = DrainRequest(target=TARGET, options=DrainOptions(**options))  # type: ignore[arg-type] # as written
        results: list[DrainResult] = []

        async def run() -> None:
            results.append(await self.handlers.drain(request, self.context))

        async with anyio.create_task_group() as group:
            group.start_soon(run)
            await self.clock.advance(100)
        return results[0]

    def pods(self) -> dict[str, list[str]]:
        """Names of workloads with the nodes of their pods that are alive."""
        found: dict[str, list[str]] = {}
        for pod in self.cluster.read(Pod).objects:
            if not pod.has_ended:
                found.setdefault(pod.summary.owner_name, []).append(pod.summary.node_name)
        return found

    def is_schedulable(self) -> bool:
        return next(node for node in self.cluster.read(Node).objects if node.name == NODE).summary.schedulable


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = ManualClock()
    cluster = InMemoryCluster(clock)
    async with anyio.create_task_group() as group:
        await group.start(cluster.run)
        yield Scene(clock, cluster)
        group.cancel_scope.cancel()


async def test_a_node_is_taken_out_of_service_and_back(scene: Scene) -> None:
    assert (await scene.handlers.cordon(CordonRequest(target=TARGET), scene.context)).changed
    assert not scene.is_schedulable()
    assert (await scene.handlers.uncordon(UncordonRequest(target=TARGET), scene.context)).changed
    assert scene.is_schedulable()


async def test_what_a_drain_ends_comes_back_on_other_nodes(scene: Scene) -> None:
    before = scene.pods()
    result = await scene.drain(delete_empty_dir_data=True)
    await scene.clock.advance(60)
    after = scene.pods()
    assert result.evicted
    assert {pod.name.rpartition("-")[0] for pod, _ in result.skipped} == {"cilium", "kube-proxy", "node-exporter"}
    assert not scene.is_schedulable()
    for owner in ("postgres", "cilium", "kube-proxy", "node-exporter"):
        assert len(after[owner]) == len(before[owner]), owner
    assert {owner for owner, nodes in after.items() if NODE in nodes} == {"cilium", "kube-proxy", "node-exporter"}
    assert scene.told[0].startswith("0 of ")


async def test_a_dry_run_leaves_everything_where_it_is(scene: Scene) -> None:
    result = await scene.drain(delete_empty_dir_data=True, dry_run=True)
    assert result.dry_run
    assert result.evicted
    assert scene.is_schedulable()
    assert NODE in scene.pods()["postgres"]
