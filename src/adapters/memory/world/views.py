"""What a reader of the simulated cluster sees of every kind, with the identities it may rely on.

A tuple is the same instance while nothing of its kind has changed, and an object in it while it has not; only what the
world marked is looked at again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from typing_extensions import override

from adapters.memory.world.batch_view import view_cron_job, view_job
from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.network import view_slice
from adapters.memory.world.node_view import view_node
from adapters.memory.world.owned import Key
from adapters.memory.world.pod_view import view_pod
from adapters.memory.world.quotas import view_quota
from adapters.memory.world.state import World
from adapters.memory.world.storage import view_claim, view_volume
from adapters.memory.world.workload_view import (
    view_daemon_set,
    view_deployment,
    view_replica_set,
    view_stateful_set,
)
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource

R = TypeVar("R", bound=Resource)

_BY_KEY: Final = attrgetter("namespace", "name")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the objects of a kind that change are found, and how they look."""

    found: Callable[[World], Mapping[Key, Any]]
    """What there is, by the key under which the world marks it; may change as the world lives."""
    view: Callable[[World, Any], Resource]


class _Living(Mapping[Key, Any]):
    """Objects that are kept under other keys, or together with others, as they are at this moment."""

    def __init__(self, now: Callable[[], dict[Key, Any]]) -> None:
        self._now = now

    @override
    def __getitem__(self, key: Key) -> Any:
        return self._now()[key]

    @override
    def __iter__(self) -> Iterator[Key]:
        return iter(self._now())

    @override
    def __len__(self) -> int:
        return len(self._now())


def _workloads(kind: WorkloadKind) -> Callable[[World], Mapping[Key, Any]]:
    def found(world: World) -> Mapping[Key, Any]:
        return _Living(lambda: {key[1:]: one for key, one in world.workloads.items() if one.plan.kind is kind})

    return found


_SOURCES: Final[Mapping[Kind, _Source]] = MappingProxyType(
    {
        Kind.POD: _Source(lambda world: world.pods, lambda _, pod: view_pod(pod)),
        Kind.NODE: _Source(
            lambda world: {("", name): node for name, node in world.nodes.items()}, lambda _, node: view_node(node)
        ),
        Kind.DEPLOYMENT: _Source(_workloads(WorkloadKind.DEPLOYMENT), view_deployment),
        Kind.STATEFUL_SET: _Source(_workloads(WorkloadKind.STATEFUL_SET), view_stateful_set),
        Kind.DAEMON_SET: _Source(_workloads(WorkloadKind.DAEMON_SET), view_daemon_set),
        Kind.CRON_JOB: _Source(_workloads(WorkloadKind.CRON_JOB), view_cron_job),
        Kind.REPLICA_SET: _Source(lambda world: world.replica_sets, view_replica_set),
        Kind.JOB: _Source(lambda world: world.jobs, view_job),
        Kind.ENDPOINT_SLICE: _Source(
            lambda world: _Living(
                lambda: {(key[0], one.slice_name): one for key, one in world.services.items() if one.slice_name}
            ),
            lambda _, found: view_slice(found),
        ),
        Kind.RESOURCE_QUOTA: _Source(
            lambda world: world.declared[Kind.RESOURCE_QUOTA],
            lambda world, quota: view_quota(world, (quota.namespace, quota.name)),
        ),
        Kind.PERSISTENT_VOLUME_CLAIM: _Source(lambda world: world.claims, view_claim),
        Kind.PERSISTENT_VOLUME: _Source(lambda world: world.volumes, view_volume),
        Kind.EVENT: _Source(lambda world: world.events.kept, lambda _, event: event),
    }
)
"""Of every other kind there is only what the scenario declares."""


def _declared(kind: Kind) -> _Source:
    """What only stands there looks as it was declared."""
    return _Source(lambda world: world.declared[kind], lambda _, found: found)


class _Shelf:
    """The objects of one kind, in the order namespace, then name."""

    def __init__(self, world: World, kind: Kind) -> None:
        self._world = world
        self._kind = kind
        self._source = _SOURCES.get(kind) or _declared(kind)
        # Of some kinds the controllers make more than what is declared.
        is_made_anew = kind is Kind.RESOURCE_QUOTA
        self._views: dict[Key, Resource] = {} if is_made_anew else dict(world.declared[kind])
        self._found: Mapping[Key, Any] = self._source.found(world)
        self._is_new = True
        self._ordered: tuple[Resource, ...] = ()
        world.changed[kind].update(self._found)

    def objects(self) -> tuple[Resource, ...]:
        """All of them."""
        is_changed, self._is_new = self._is_new, False
        marked = self._world.changed[self._kind]
        for key in marked:
            is_changed |= self._look(key)
        marked.clear()
        if is_changed:
            self._ordered = tuple(sorted(self._views.values(), key=_BY_KEY))
        return self._ordered

    def _look(self, key: Key) -> bool:
        """Whether what is marked really looks different."""
        known = self._views.get(key)
        found = self._found.get(key)
        if found is None:
            return self._views.pop(key, None) is not None
        view = self._source.view(self._world, found)
        if view == known:
            return False
        self._views[key] = view
        return True


class Views:
    """The views of one world."""

    def __init__(self, world: World) -> None:
        self._shelves = {kind: _Shelf(world, kind) for kind in Kind}

    def of(self, resource: type[R]) -> tuple[R, ...]:
        """All objects of a kind."""
        return cast("tuple[R, ...]", self._shelves[resource.kind].objects())
