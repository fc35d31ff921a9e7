"""What is computed from several objects, once per snapshot.

Pods per node and usage against what a node can allocate, contents of namespaces, ReplicaSets of Deployments, backends
of Services. A joiner gives what the same readings always give; it only remembers what it computed from tuples that are
still the same instances, because most kinds do not change within ten seconds. Source: wire contract 2.4, 2.6.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from domain.cluster.all_readings import Readings
from domain.cluster.backends import NO_BACKENDS, backends_of, service_of
from domain.cluster.deployments import ReplicaSet, ReplicaSetBrief, brief_of
from domain.cluster.groups import Groups, Key
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.namespace_contents import COUNTED, NamespaceContents, contents_of, count_by_namespace, count_pods
from domain.cluster.node_usage import NodeResourceUsage, node_usage
from domain.cluster.nodes import Node
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.services import EndpointSlice, Service, ServiceBackends
from domain.cluster.usage import ResourceUsage, Usage

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

_EXTERNAL_NAME: Final = "ExternalName"
_MAX_REVISION_DIGITS: Final = 19
"""The deployment controller reads a revision as int64; whoever may write annotations can write more."""


@dataclass(frozen=True, slots=True)
class Joins:
    """All joins of one snapshot."""

    nodes: Mapping[str, NodeResourceUsage]
    """By node name; one for each node."""
    namespaces: Mapping[str, NamespaceContents]
    """By namespace; one for each namespace that is listed."""
    replica_sets: Mapping[Key, tuple[ReplicaSetBrief, ...]]
    """By Deployment; the newest revision first. None for a Deployment that has none."""
    backends: Mapping[Key, ServiceBackends]
    """By Service; none at all while EndpointSlices cannot be read, and none for an ExternalName."""


class _Remembered(Generic[T]):
    """A function that is not called again while its arguments are the very objects of the last call."""

    def __init__(self, compute: Callable[..., T]) -> None:
        self._compute = compute
        self._arguments: tuple[Any, ...] = ()
        self._result: T | None = None

    def __call__(self, *arguments: object) -> T:
        result = self._result
        if result is None or not all(map(_is_same, arguments, self._arguments)):
            result = self._compute(*arguments)
            self._arguments, self._result = arguments, result
        return result


def _is_same(one: object, other: object) -> bool:
    return one is other


class Joiner:
    """Computes the joins of snapshot after snapshot."""

    def __init__(self) -> None:
        self._counts = {name: _Remembered(count_by_namespace) for name in COUNTED}
        self._pods = _Remembered(count_pods)
        self._nodes: dict[str, _JoinedNode] = {}
        self._quotas = _Remembered(_by_namespace)
        self._limit_ranges = _Remembered(_by_namespace)
        self._replica_sets = Groups(_deployment_of, briefs_of)
        self._slices = Groups(service_of, backends_of)
        self._backends = _Remembered(_of_services)

    def join(self, readings: Readings, usage: Usage) -> Joins:
        """Every join of a snapshot."""
        pod_counts = self._pods(readings.pods.objects)
        counts = dict(pod_counts.by_namespace)
        for name, count in self._counts.items():
            counts[name] = count(getattr(readings, name).objects)
        quotas = self._quotas(readings.resource_quotas.objects)
        limit_ranges = self._limit_ranges(readings.limit_ranges.objects)
        return Joins(
            nodes=self._join_nodes(readings.nodes.objects, pod_counts.by_node, usage),
            namespaces={
                one.summary.name: contents_of(one.summary.name, counts, quotas, limit_ranges)
                for one in readings.namespaces.objects
            },
            replica_sets=self._replica_sets.of(readings.replica_sets.objects),
            backends=self._join_backends(readings.services, readings.endpoint_slices),
        )

    def _join_nodes(
        self, nodes: Iterable[Node], used: Mapping[str, int], usage: Usage
    ) -> Mapping[str, NodeResourceUsage]:
        known, self._nodes = self._nodes, {}
        for node in nodes:
            name = node.summary.name
            pods, uses, before = used.get(name, 0), usage.nodes.get(name), known.get(name)
            if before is None or before.node is not node or before.pods != pods or before.uses is not uses:
                before = _JoinedNode(node, pods, uses, node_usage(node, pods, uses))
            self._nodes[name] = before
        return {name: joined.result for name, joined in self._nodes.items()}

    def _join_backends(
        self, services: Reading[Service], slices: Reading[EndpointSlice]
    ) -> Mapping[Key, ServiceBackends]:
        if slices.state not in _KNOWN:
            return {}
        return self._backends(services.objects, self._slices.of(slices.objects))


_KNOWN: Final = frozenset({ReadingState.LIVE, ReadingState.STALE})


@dataclass(frozen=True, slots=True)
class _JoinedNode:
    """What was computed of a node, and from what."""

    node: Node
    pods: int
    uses: ResourceUsage | None
    result: NodeResourceUsage


def _deployment_of(replica_set: ReplicaSet) -> Key | None:
    is_of_one = replica_set.owner_kind == Kind.DEPLOYMENT.value
    return (replica_set.namespace, replica_set.owner_name) if is_of_one else None


def briefs_of(replica_sets: Iterable[ReplicaSet]) -> tuple[ReplicaSetBrief, ...]:
    """The ReplicaSets of one Deployment, the newest revision first."""
    return tuple([brief_of(one) for one in sorted(replica_sets, key=_revision, reverse=True)])


def _revision(replica_set: ReplicaSet) -> tuple[int, str]:
    text = replica_set.revision
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_REVISION_DIGITS
    return int(text) if is_number else 0, replica_set.name


def _by_namespace(objects: Iterable[R]) -> Mapping[str, tuple[R, ...]]:
    found: defaultdict[str, list[R]] = defaultdict(list)
    for one in objects:
        found[one.namespace].append(one)
    return {namespace: tuple(those) for namespace, those in found.items()}


def _of_services(services: Iterable[Service], backends: Mapping[Key, ServiceBackends]) -> Mapping[Key, ServiceBackends]:
    """For each Service that can have backends, those it has."""
    return {
        (one.summary.namespace, one.summary.name): backends.get((one.summary.namespace, one.summary.name), NO_BACKENDS)
        for one in services
        if one.spec.type != _EXTERNAL_NAME
    }
