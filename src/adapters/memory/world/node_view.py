"""Nodes and namespaces as a reader sees them.

Source: wire contract 2.4.4, 2.4.11.
"""

from collections.abc import Iterator
from datetime import datetime

from adapters.memory.world.placement import (
    PODS_PER_NODE,
    SYSTEM_MEMORY_KIB,
    SYSTEM_MILLICORES,
    labels_of,
    taints_of,
)
from adapters.memory.world.state import SimNode
from domain.cluster.metadata import Summary
from domain.cluster.namespaces import Namespace, NamespaceStatus
from domain.cluster.nodes import (
    Node,
    NodeAddress,
    NodeAddresses,
    NodeCondition,
    NodeInfo,
    NodeResources,
    NodeSpec,
    NodeSummary,
    NodeTaint,
)
from domain.cluster.quantities import cpu_text

_DISK_KIB = 120 * 1024**2
_INFO = NodeInfo(
    os_image="Ubuntu 24.04.3 LTS",
    operating_system="linux",
    architecture="amd64",
    kernel_version="6.8.0-87-generic",
    container_runtime_version="containerd://2.1.4",
    kubelet_version="v1.34.2",
)


def view_node(node: SimNode) -> Node:
    """The node now."""
    plan = node.plan
    ready = node.conditions["Ready"]
    return Node(
        summary=NodeSummary(
            name=plan.name,
            roles=tuple(sorted(plan.roles)),
            ready=ready.status,
            schedulable=not node.is_cordoned,
            creation_time=node.created_at,
            badges=tuple(_badges(node)),
            reason="" if node.is_ready else ready.reason,
            message="" if node.is_ready else ready.message,
        ),
        spec=NodeSpec(
            pod_cidrs=(f"{plan.pod_network}.0/24",),
            provider_id=f"example://{plan.zone}/{plan.name}",
            unschedulable=node.is_cordoned,
        ),
        capacity=_resources(node, reserved_millicores=0, reserved_kib=0),
        allocatable=_resources(node, reserved_millicores=SYSTEM_MILLICORES, reserved_kib=SYSTEM_MEMORY_KIB),
        addresses=NodeAddresses(
            hostname=plan.name,
            internal_ip=plan.address,
            all=(
                NodeAddress(type="InternalIP", address=plan.address),
                NodeAddress(type="Hostname", address=plan.name),
            ),
        ),
        info=_INFO,
        conditions=tuple(
            NodeCondition(
                type=kind,
                status=condition.status,
                reason=condition.reason,
                message=condition.message,
                last_heartbeat_time=node.heartbeat_at,
                last_transition_time=condition.since,
            )
            for kind, condition in node.conditions.items()
        ),
        taints=tuple(_taints(node)),
        labels=labels_of(node),
    )


def view_namespace(name: str, created_at: datetime) -> Namespace:
    """A namespace; these never change."""
    return Namespace(
        summary=Summary(name=name, created_at=created_at),
        status=NamespaceStatus(phase="Active"),
        labels={"kubernetes.io/metadata.name": name},
    )


def _badges(node: SimNode) -> Iterator[str]:
    if not node.is_ready:
        yield "NotReady"
    if node.is_cordoned:
        yield "Cordoned"
    for kind, condition in node.conditions.items():
        if kind != "Ready" and condition.status == "True":
            yield kind


def _resources(node: SimNode, *, reserved_millicores: int, reserved_kib: int) -> NodeResources:
    plan = node.plan
    return NodeResources(
        cpu=cpu_text((plan.cores * 1000 - reserved_millicores) * 10**6),
        memory=f"{plan.memory_kib - reserved_kib}Ki",
        pods=str(PODS_PER_NODE),
        ephemeral_storage=f"{_DISK_KIB}Ki",
        scalar_resources={"nvidia.com/gpu": str(plan.gpus)} if plan.gpus else {},
    )


def _taints(node: SimNode) -> Iterator[NodeTaint]:
    own = {taint.key for taint in node.plan.taints}
    for taint in taints_of(node):
        yield NodeTaint(
            key=taint.key,
            value=taint.value,
            effect=taint.effect,
            time_added=None if taint.key in own else _since(node, taint.key),
        )


def _since(node: SimNode, taint_key: str) -> datetime | None:
    """When the state began from which a taint follows."""
    if taint_key.endswith("/unschedulable"):
        return node.cordoned_at
    kind = "Ready" if taint_key.endswith("/not-ready") else _CONDITION_OF[taint_key.rpartition("/")[2]]
    return node.conditions[kind].since


_CONDITION_OF = {
    "memory-pressure": "MemoryPressure",
    "disk-pressure": "DiskPressure",
    "pid-pressure": "PIDPressure",
}
