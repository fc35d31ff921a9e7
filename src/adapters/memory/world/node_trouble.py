"""What happens to nodes: pressure, a kubelet that fails, maintenance."""

from datetime import datetime

from adapters.memory.world.state import SimCondition, SimNode, World

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
