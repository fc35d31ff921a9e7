"""What happens to nodes: pressure, a kubelet that fails, maintenance."""

from datetime import datetime
from typing import Final

from adapters.memory.world.conditions import settle
from adapters.memory.world.event_log import NODE_CONTROLLER
from adapters.memory.world.state import SimCondition, SimNode, World
from adapters.memory.world.telling import tell_of_node, tell_of_pod

HEARTBEAT_SECONDS = 300.0
"""How often a kubelet reports conditions that have not changed."""

_WELL = {
    "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
}
_ILL = {
    "MemoryPressure": ("True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
    "DiskPressure": ("True", "KubeletHasDiskPressure", "kubelet has disk pressure"),
    "Ready": ("False", "KubeletNotReady", "container runtime is down"),
}
_EVENTS: Final = {
    ("MemoryPressure", True): "NodeHasInsufficientMemory",
    ("MemoryPressure", False): "NodeHasSufficientMemory",
    ("DiskPressure", True): "NodeHasDiskPressure",
    ("DiskPressure", False): "NodeHasNoDiskPressure",
    ("Ready", True): "NodeNotReady",
    ("Ready", False): "NodeReady",
    ("Cordoned", True): "NodeNotSchedulable",
    ("Cordoned", False): "NodeSchedulable",
}
"""What the kubelet calls it when a condition turns."""
_RECLAIMED: Final = {"MemoryPressure": "memory", "DiskPressure": "ephemeral-storage"}
CORDONED = "Cordoned"
TROUBLES = ("MemoryPressure", "DiskPressure", "Ready", CORDONED)
"""What a node can suffer from: a condition that turns, or that somebody takes it out of service."""


def well_conditions(since: datetime) -> dict[str, SimCondition]:
    """The conditions of a healthy node, in the API's order."""
    return {kind: SimCondition(*words, since=since) for kind, words in _WELL.items()}


def fall_ill(world: World, node: SimNode, trouble: str) -> None:
    """Trouble begins."""
    node.trouble = trouble
    _turn(world, node, trouble, is_ill=True)


def recover(world: World, node: SimNode) -> None:
    """Trouble ends; does nothing to a node that is well."""
    if node.trouble:
        _turn(world, node, node.trouble, is_ill=False)
    node.trouble = ""


def take_out_of_service(world: World, node: SimNode) -> None:
    """Somebody cordons the node; it stays so until somebody says otherwise."""
    _turn(world, node, CORDONED, is_ill=True)


def take_into_service(world: World, node: SimNode) -> None:
    """Somebody uncordons the node; maintenance that was going on is over with it."""
    if node.trouble == CORDONED:
        node.trouble = ""
    _turn(world, node, CORDONED, is_ill=False)


def beat(world: World, node: SimNode) -> None:
    """The kubelet reports, if it is time; one that is down does not."""
    if node.is_ready and (world.now - node.heartbeat_at).total_seconds() >= HEARTBEAT_SECONDS:
        node.heartbeat_at = world.now
        world.touch_node(node)


def _turn(world: World, node: SimNode, trouble: str, *, is_ill: bool) -> None:
    if trouble == CORDONED:
        node.is_cordoned = is_ill
        node.cordoned_at = world.now if is_ill else None
    else:
        words = (_ILL if is_ill else _WELL)[trouble]
        node.conditions[trouble] = SimCondition(*words, since=world.now)
        node.heartbeat_at = world.now
    world.touch_node(node)
    _tell(world, node, trouble, is_ill=is_ill)
    if trouble == "Ready":
        for pod in world.pods_on(node):
            settle(world, pod)


def _tell(world: World, node: SimNode, trouble: str, *, is_ill: bool) -> None:
    reason = _EVENTS[trouble, is_ill]
    tell_of_node(world, node, reason, f"Node {node.plan.name} status is now: {reason}")
    if not is_ill:
        return
    if trouble in _RECLAIMED:
        message = f"Attempting to reclaim {_RECLAIMED[trouble]}"
        tell_of_node(world, node, "EvictionThresholdMet", message, is_warning=True)
    if trouble == "Ready":
        message = f"Node {node.plan.name} status is now: NodeNotReady"
        tell_of_node(world, node, "NodeNotReady", message, writer=NODE_CONTROLLER)
        for pod in world.pods_on(node):
            tell_of_pod(world, pod, "NodeNotReady", "Node is not ready", writer=NODE_CONTROLLER, is_warning=True)
