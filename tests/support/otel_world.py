"""RefreshOTelSummary with everything it touches, on a clock that the test moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.memory.clock import ManualClock
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.otel_traffic import Shop
from application.otel_part import OTelTimings
from application.refresh_otel_summary import RefreshOTelSummary
from domain.cluster.nodes import Node, NodeAddress, NodeAddresses, NodeInfo, NodeResources, NodeSpec, NodeSummary
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.usage import Usage
from domain.otel.parts import PartName
from domain.otel.status import PartState, PartStatus
from domain.otel.summary import OTelSummary
from ports.cluster import ClusterReader, R
from ports.errors import Unavailable

ADDRESSES = ("10.0.0.1", "10.0.0.2")
FAST = (PartName.APM, PartName.SLO, PartName.NODES, PartName.SERIES)
SLOW = (PartName.TOPOLOGY, PartName.LOGS, PartName.RECENT_TRACES)
SHORT = (*FAST, *SLOW)
DOWN = Unavailable("read telemetry", "connection refused")


def a_node(name: str, address: str, *others: str) -> Node:
    nothing = NodeResources()
    every = tuple(NodeAddress(type="ExternalIP", address=other) for other in others)
    return Node(
        summary=NodeSummary(name=name, ready="True", schedulable=True),
        spec=NodeSpec(),
        capacity=nothing,
        allocatable=nothing,
        addresses=NodeAddresses(internal_ip=address, all=every),
        info=NodeInfo(),
    )


class NodesOnly(ClusterReader):
    """A cluster that knows its nodes and nothing else."""

    def __init__(self, nodes: Sequence[Node] = (), state: ReadingState = ReadingState.LIVE) -> None:
        self.reading = Reading(objects=tuple(nodes), state=state)

    def read(self, resource: type[R]) -> Reading[R]:
        assert resource is Node
        return self.reading  # type: ignore[return-value] # R is Node here, which the assertion says

    def read_usage(self) -> Usage:
        raise NotImplementedError


@dataclass
class World:
    """The use case with everything it touches."""

    clock: ManualClock = field(default_factory=ManualClock)
    cluster: NodesOnly = field(
        default_factory=lambda: NodesOnly([a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1])])
    )
    timings: OTelTimings = field(default_factory=OTelTimings)
    shop: Shop = field(default_factory=Shop)

    def __post_init__(self) -> None:
        self.store = InMemoryOTelParts(self.clock, lambda: ADDRESSES if self.shop.services else (), shop=self.shop)
        self.otel = RefreshOTelSummary(self.store, self.cluster, self.clock, timings=self.timings)

    async def round_after(self, seconds: float) -> None:
        """One round, this much later."""
        await self.clock.advance(seconds)
        await self.otel.refresh()

    def known(self) -> OTelSummary:
        """The summary; there must be one."""
        summary = self.otel.current()
        assert summary is not None
        return summary

    def status(self, name: PartName) -> PartStatus:
        """How one part is doing."""
        return next(status for status in self.otel.status() if status.name is name)

    def states(self) -> set[PartState]:
        """The states that occur."""
        return {status.state for status in self.otel.status()}


async def keep_trying(world: World, seconds: float) -> None:
    """Let this much time pass with a loop that asks whenever something is due, as the scheduler does."""
    end = world.clock.monotonic() + seconds
    while (now := world.clock.monotonic()) < end:
        await world.round_after(min(end - now, max(1.0, world.otel.seconds_until_due())))
