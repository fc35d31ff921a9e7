"""InMemoryTargetEvents: what commands have changed in the simulated cluster says so in its Events."""

from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from domain.cluster.events import ResourceRef
from domain.commands.target_events import TargetEvent
from ports.errors import PortError
from ports.resource_types import KindResolver
from ports.target_events import TargetEvents


class InMemoryTargetEvents(TargetEvents):
    """Writes into the Events of the simulated cluster; granted until somebody takes that away."""

    def __init__(self, cluster: InMemoryCluster, resolver: KindResolver) -> None:
        self._cluster = cluster
        self._resolver = resolver
        self._left: set[str] = set()
        self.is_granted = True

    @override
    async def leave(self, event: TargetEvent) -> None:
        try:
            kind = await self._resolver.resolve(event.target.kind)
        except PortError:
            return
        if self.is_granted and event.command_id not in self._left:
            self._left.add(event.command_id)
            namespace, name = event.target.namespace if kind.namespaced else "", event.target.name
            uid = self._cluster.uid_of(kind.kind, namespace, name)
            about = ResourceRef(kind=kind.kind, namespace=namespace, name=name, uid=uid)
            self._cluster.tell_of(about, event.reason, event.note, is_warning=event.is_warning)
