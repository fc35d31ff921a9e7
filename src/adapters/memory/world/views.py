"""What a reader of the simulated cluster sees, with the identities it may rely on.

A tuple is the same instance while nothing of its kind has changed, and an object in it while it has not; only what the
world says was touched is looked at again.
"""

from datetime import datetime
from operator import attrgetter

from adapters.memory.world.node_view import view_namespace, view_node
from adapters.memory.world.pod_view import view_pod
from adapters.memory.world.state import World
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod

_BY_KEY = attrgetter("namespace", "name")


class Views:
    """The views of one world, each in the order namespace, then name."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pods: dict[tuple[str, str], Pod] = {}
        self._nodes: dict[str, Node] = {}
        self._ordered_pods: tuple[Pod, ...] = ()
        self._ordered_nodes: tuple[Node, ...] = ()
        self.namespaces: tuple[Namespace, ...] = _namespaces(world)
        """Never change."""
        world.changed_nodes.update(world.nodes)

    def pods(self) -> tuple[Pod, ...]:
        """All pods."""
        touched, self._world.changed_pods = self._world.changed_pods, set()
        is_changed = False
        for key in touched:
            known = self._pods.get(key)
            pod = self._world.pods.get(key)
            if pod is None:
                is_changed |= self._pods.pop(key, None) is not None
                continue
            view = view_pod(pod)
            if view != known:
                self._pods[key] = view
                is_changed = True
        if is_changed:
            self._ordered_pods = tuple(sorted(self._pods.values(), key=_BY_KEY))
        return self._ordered_pods

    def nodes(self) -> tuple[Node, ...]:
        """All nodes."""
        touched, self._world.changed_nodes = self._world.changed_nodes, set()
        is_changed = False
        for name in touched:
            view = view_node(self._world.nodes[name])
            if view != self._nodes.get(name):
                self._nodes[name] = view
                is_changed = True
        if is_changed:
            self._ordered_nodes = tuple(sorted(self._nodes.values(), key=_BY_KEY))
        return self._ordered_nodes


def _namespaces(world: World) -> tuple[Namespace, ...]:
    born: dict[str, datetime] = dict.fromkeys(world.scenario.namespaces, _oldest(world))
    return tuple(view_namespace(name, born[name]) for name in sorted(born))


def _oldest(world: World) -> datetime:
    """As old as the oldest node, or born now in a cluster without nodes."""
    return min((node.created_at for node in world.nodes.values()), default=world.now)
