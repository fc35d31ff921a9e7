"""How full a node is: joined from the node, its pods and metrics-server.

Source: wire contract 2.4.4, NodeResourceUsage.
"""

from dataclasses import dataclass
from typing import Final

from domain.cluster.nodes import Node
from domain.cluster.quantities import nanocores, whole_units
from domain.cluster.usage import ResourceUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResourceMetric:
    """CPU or memory of a node."""

    usage: str
    """Quantity; empty without metrics-server."""
    allocatable: str = ""
    capacity: str = ""
    util_pct: float = 0.0
    """Usage in percent of allocatable, two decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodCountMetric:
    """Places for pods on a node."""

    used: int
    """Pods on the node that have not ended."""
    capacity: int
    util_pct: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PressureFlags:
    """What the node is short of."""

    memory_pressure: bool = False
    disk_pressure: bool = False
    pid_pressure: bool = False
    network_unavailable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResourceUsage:
    """How full a node is."""

    cpu: NodeResourceMetric
    memory: NodeResourceMetric
    pods: PodCountMetric
    pressure: PressureFlags


def node_usage(node: Node, pods_used: int, usage: ResourceUsage | None) -> NodeResourceUsage:
    """How full one node is; without usage the figures of metrics-server stay empty, the rest does not."""
    capacity = whole_units(node.allocatable.pods) or whole_units(node.capacity.pods)
    return NodeResourceUsage(
        cpu=NodeResourceMetric(
            usage=usage.cpu if usage else "",
            allocatable=node.allocatable.cpu,
            capacity=node.capacity.cpu,
            util_pct=_percent(usage.cpu_nanocores, nanocores(node.allocatable.cpu)) if usage else 0.0,
        ),
        memory=NodeResourceMetric(
            usage=usage.memory if usage else "",
            allocatable=node.allocatable.memory,
            capacity=node.capacity.memory,
            util_pct=_percent(usage.memory_bytes, whole_units(node.allocatable.memory)) if usage else 0.0,
        ),
        pods=PodCountMetric(used=pods_used, capacity=capacity, util_pct=_percent(pods_used, capacity)),
        pressure=_pressure(node),
    )


_NO_PRESSURE: Final = PressureFlags()
"""What nearly every node has; shared, because a thousand nodes are joined every ten seconds."""
_PRESSURES: Final = frozenset({"MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"})


def _pressure(node: Node) -> PressureFlags:
    found = [one.type for one in node.conditions if one.status == "True" and one.type in _PRESSURES]
    if not found:
        return _NO_PRESSURE
    return PressureFlags(
        memory_pressure="MemoryPressure" in found,
        disk_pressure="DiskPressure" in found,
        pid_pressure="PIDPressure" in found,
        network_unavailable="NetworkUnavailable" in found,
    )


def _percent(part: int, whole: int) -> float:
    return round(part / whole * 100, 2) if whole > 0 else 0.0
