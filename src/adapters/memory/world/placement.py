"""Finds a node for a pod, or says why there is none, in the words of the Kubernetes scheduler."""

from collections import Counter
from collections.abc import Iterator

from adapters.memory.world.blueprints import TaintPlan
from adapters.memory.world.state import SimNode, SimPod, World
from domain.cluster.pod_parts import Toleration

PODS_PER_NODE = 110
NANOCORES_PER_CORE = 10**9
SYSTEM_MILLICORES = 200
"""What every node keeps for itself."""
SYSTEM_MEMORY_KIB = 1024 * 1024

_PRESSURE_TAINTS = {
    "MemoryPressure": "memory-pressure",
    "DiskPressure": "disk-pressure",
    "PIDPressure": "pid-pressure",
}


def taints_of(node: SimNode) -> Iterator[TaintPlan]:
    """Every taint that a node has now: its own, and those that follow from its state."""
    yield from node.plan.taints
    if node.is_cordoned:
        yield TaintPlan(key="node.kubernetes.io/unschedulable")
    if not node.is_ready:
        yield TaintPlan(key="node.kubernetes.io/not-ready")
    for condition, name in _PRESSURE_TAINTS.items():
        if node.conditions[condition].status == "True":
            yield TaintPlan(key=f"node.kubernetes.io/{name}")


def labels_of(node: SimNode) -> dict[str, str]:
    """The labels of a node."""
    plan = node.plan
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": plan.name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": plan.instance_type,
        "topology.kubernetes.io/region": plan.zone[:-1],
        "topology.kubernetes.io/zone": plan.zone,
    }
    labels |= {f"node-role.kubernetes.io/{role}": "" for role in plan.roles}
    return labels | ({"nvidia.com/gpu.present": "true"} if plan.gpus else {})


def tolerates(tolerations: tuple[Toleration, ...], taint: TaintPlan) -> bool:
    """Whether one of the tolerations covers a taint."""
    return any(
        (not toleration.effect or toleration.effect == taint.effect)
        and (
            (not toleration.key and toleration.operator == "Exists")
            or (toleration.key == taint.key and toleration.operator == "Exists")
            or (toleration.key == taint.key and toleration.value == taint.value)
        )
        for toleration in tolerations
    )


def place(world: World, pod: SimPod) -> tuple[SimNode | None, str]:
    """The emptiest node that takes the pod, or None and why no node does."""
    refusals: Counter[str] = Counter()
    fitting: list[tuple[float, str, SimNode]] = []
    for node in world.nodes.values():
        refusal, load = _look_at(world, node, pod)
        if refusal:
            refusals[refusal] += 1
        else:
            fitting.append((load, node.plan.name, node))
    if fitting:
        return min(fitting)[2], ""
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(refusals.items()))
    return None, f"0/{len(world.nodes)} nodes are available: {reasons}."


def _look_at(world: World, node: SimNode, pod: SimPod) -> tuple[str, float]:
    """Why a node does not take the pod, or an empty text and how full the node is (0..1)."""
    plan = pod.workload.plan
    labels = labels_of(node)
    if pod.pinned_to:
        return ("" if pod.pinned_to == node.plan.name else "node(s) didn't match Pod's node affinity/selector"), 0.0
    if any(labels.get(key) != value for key, value in plan.spec.node_selector.items()):
        return "node(s) didn't match Pod's node affinity/selector", 0.0
    for taint in taints_of(node):
        if not tolerates(plan.spec.tolerations, taint):
            return f"node(s) had untolerated taint {{{taint.key}: {taint.value}}}", 0.0
    others = world.pods_on(node)
    taken = [other.workload.asks for other in others]
    asks = pod.workload.asks
    room_nanocores = node.plan.cores * NANOCORES_PER_CORE - SYSTEM_MILLICORES * 10**6
    room_bytes = (node.plan.memory_kib - SYSTEM_MEMORY_KIB) * 1024
    cpu = sum(one.nanocores for one in taken) + asks.nanocores
    memory = sum(one.memory_bytes for one in taken) + asks.memory_bytes
    shortages = (
        (len(others) >= PODS_PER_NODE, "Too many pods"),
        (asks.gpus > node.plan.gpus - sum(one.gpus for one in taken), "Insufficient nvidia.com/gpu"),
        (cpu > room_nanocores, "Insufficient cpu"),
        (memory > room_bytes, "Insufficient memory"),
    )
    siblings = sum(other.workload is pod.workload for other in others)
    load = cpu / room_nanocores + siblings
    return next((reason for is_short, reason in shortages if is_short), ""), load
