"""Usage as metrics-server reports it: live CPU and memory of pods and nodes.

Not to be mixed with the hardware metrics of node_exporter (`domain.otel`).
Source: wire contract 2.4.3 `cpuUsage`, `memoryUsage`: one container keeps its own text; several are summed exactly and
then rounded, to millicores and KiB.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.cluster.quantities import nanocores, readable, whole_units
from domain.cluster.readings import ReadingState

_NANOS_PER_MILLI: Final = 10**6
_KIBIBYTE: Final = 1024


@dataclass(frozen=True, slots=True)
class ResourceUsage:
    """What one pod or node uses, as text for the Master; numbers are made of it where somebody asks.

    Ten thousand of these are made every fifteen seconds, and only those of nodes are ever reckoned with.
    """

    cpu: str
    memory: str

    @property
    def cpu_nanocores(self) -> int:
        """Billionths of a core."""
        return nanocores(self.cpu)

    @property
    def memory_bytes(self) -> int:
        """Bytes."""
        return whole_units(self.memory)


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage of everything that metrics-server knows."""

    nodes: Mapping[str, ResourceUsage] = field(default_factory=dict)
    pods: Mapping[tuple[str, str], ResourceUsage] = field(default_factory=dict)
    """By (namespace, name)."""
    state: ReadingState = ReadingState.SYNCING
    observed_at: datetime | None = None
    reason: str = ""


def usage_of(cpu: str, memory: str) -> ResourceUsage:
    """Usage of one container or node from its two quantities."""
    return ResourceUsage(readable("cpu", cpu), readable("memory", memory))


def usage_of_pod(containers: Sequence[tuple[str, str]]) -> ResourceUsage:
    """Usage of a pod from the (cpu, memory) of its containers."""
    if len(containers) == 1:
        return usage_of(*containers[0])
    nanos = size_bytes = 0
    for cpu, memory in containers:
        nanos += nanocores(cpu)
        size_bytes += whole_units(memory)
    millicores = (nanos + _NANOS_PER_MILLI // 2) // _NANOS_PER_MILLI
    kibibytes = (size_bytes + _KIBIBYTE // 2) // _KIBIBYTE
    return ResourceUsage(f"{millicores}m", f"{kibibytes}Ki")
