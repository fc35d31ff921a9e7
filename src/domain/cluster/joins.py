"""What is computed from several objects, once per snapshot, purely.

Pods per node, usage against what a node can allocate, and counts per namespace. Counts of kinds that are not collected
stay 0. Source: wire contract 2.4.4 (NodeResourceUsage), 2.4.11, 2.6.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.quantities import nanocores, whole_units
from domain.cluster.usage import ResourceUsage, Usage


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceResources:
    """How many objects of each kind a namespace holds."""

    pods: int = 0
    pods_running: int = 0
    pods_pending: int = 0
    pods_failed: int = 0
    pods_succeeded: int = 0
    deployments: int = 0
    stateful_sets: int = 0
    daemon_sets: int = 0
    replica_sets: int = 0
    jobs: int = 0
    cron_jobs: int = 0
    services: int = 0
    ingresses: int = 0
    network_policies: int = 0
    config_maps: int = 0
    secrets: int = 0
    service_accounts: int = 0
    pvcs: int = 0


@dataclass(frozen=True, slots=True)
class Joins:
    """All joins of one snapshot."""

    nodes: Mapping[str, NodeResourceUsage]
    """By node name; one for each node."""
    namespaces: Mapping[str, NamespaceResources]
    """By namespace; one for each namespace that is listed."""


def join(pods: Iterable[Pod], nodes: Iterable[Node], namespaces: Iterable[Namespace], usage: Usage) -> Joins:
    """Compute every join of a snapshot."""
    used: Counter[str] = Counter()
    phases: Counter[tuple[str, str]] = Counter()
    for pod in pods:
        phase = pod.status.phase
        phases[pod.summary.namespace, phase] += 1
        if not pod.has_ended:
            used[pod.summary.node_name] += 1
    totals: Counter[str] = Counter()
    for (namespace, _), count in phases.items():
        totals[namespace] += count
    return Joins(
        nodes={n.summary.name: node_usage(n, used[n.summary.name], usage.nodes.get(n.summary.name)) for n in nodes},
        namespaces={
            name: NamespaceResources(
                pods=totals[name],
                pods_running=phases[name, "Running"],
                pods_pending=phases[name, "Pending"],
                pods_failed=phases[name, "Failed"],
                pods_succeeded=phases[name, "Succeeded"],
            )
            for name in (namespace.summary.name for namespace in namespaces)
        },
    )


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
