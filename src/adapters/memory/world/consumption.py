"""What pods and nodes of the simulated cluster use, as metrics-server would say it.

Every container swings around its plan's figures: a slow wave of its own, and a little noise that follows from seed, pod
and moment. A node uses what its pods use and something for itself. A node that is down is not heard of.
"""

import math
from random import Random
from typing import Final

from adapters.memory.world.blueprints import ContainerPlan
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.state import SimPod, Stage, World
from domain.cluster.readings import ReadingState
from domain.cluster.usage import ResourceUsage, Usage, usage_of, usage_of_pod

SAMPLE_SECONDS: Final = 15
"""Resolution of metrics-server."""
_NANOS_PER_MILLI = 10**6
_KIB_PER_MIB = 1024
_CPU_WAVE_SECONDS, _CPU_SWING, _CPU_NOISE = 420.0, 0.35, 0.12
_MEMORY_WAVE_SECONDS, _MEMORY_SWING, _MEMORY_NOISE = 1800.0, 0.06, 0.01
_NODE_NANOCORES = 130 * _NANOS_PER_MILLI
_NODE_KIB = 850 * _KIB_PER_MIB


def sample(world: World) -> Usage:
    """Usage at this moment; only what runs is in it."""
    pods: dict[tuple[str, str], ResourceUsage] = {}
    totals = {name: [_NODE_NANOCORES, _NODE_KIB] for name, node in world.nodes.items() if node.is_ready}
    for key in sorted(world.pods):
        pod = world.pods[key]
        if pod.node is None or not pod.node.is_ready or pod.stage not in {Stage.STARTED, Stage.TERMINATING}:
            continue
        figures = _figures(world, pod)
        if not figures:
            continue
        pods[key] = usage_of_pod([(f"{nanos}n", f"{kib}Ki") for nanos, kib in figures])
        total = totals[pod.node.plan.name]
        total[0] += sum(nanos for nanos, _ in figures)
        total[1] += sum(kib for _, kib in figures)
    return Usage(
        nodes={name: usage_of(f"{nanos}n", f"{kib}Ki") for name, (nanos, kib) in sorted(totals.items())},
        pods=pods,
        state=ReadingState.LIVE,
        observed_at=world.now,
    )


def _figures(world: World, pod: SimPod) -> list[tuple[int, int]]:
    """Nanocores and KiB of each running container."""
    noise = Random(f"{world.seed}:{pod.uid}:{world.seconds}")  # noqa: S311 - a simulation, no secret
    phase = int(pod.uid[:4], 16)
    running: list[SimContainer] = [
        container for container in (*pod.init_containers, *pod.containers) if container.state == "running"
    ]
    return [_figure(container.plan, world.seconds, phase, noise) for container in running]


def _figure(plan: ContainerPlan, seconds: float, phase: int, noise: Random) -> tuple[int, int]:
    cpu = 1.0 + _CPU_SWING * math.sin(2 * math.pi * seconds / _CPU_WAVE_SECONDS + phase)
    cpu += noise.uniform(-_CPU_NOISE, _CPU_NOISE)
    memory = 1.0 + _MEMORY_SWING * math.sin(2 * math.pi * seconds / _MEMORY_WAVE_SECONDS + phase)
    memory += noise.uniform(-_MEMORY_NOISE, _MEMORY_NOISE)
    return round(plan.millicores * cpu * _NANOS_PER_MILLI), round(plan.mebibytes * memory * _KIB_PER_MIB)
