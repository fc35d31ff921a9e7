"""Builders of the cluster's objects: plain ones, ones filled to the brim, any that the types allow, and snapshots."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from itertools import count
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from domain.cluster.all_readings import RESOURCES, Readings
from domain.cluster.deployments import Deployment
from domain.cluster.joins import Joiner, Joins
from domain.cluster.metadata import Resource, Summary
from domain.cluster.namespaces import Namespace, NamespaceStatus
from domain.cluster.nodes import Node, NodeAddresses, NodeInfo, NodeResources, NodeSpec, NodeSummary
from domain.cluster.pods import Pod, PodContainer, PodSpec, PodStatus, PodSummary
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.services import Service
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.summary import ClusterSummary, summarise
from domain.cluster.usage import ResourceUsage, Usage, usage_of
from domain.otel.summary import OTelSummary

T = TypeVar("T")

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
CREATED_AT = NOW - timedelta(days=3, hours=1)
INT32_MAX = 2**31 - 1


def a_pod(
    name: str = "web-1",
    namespace: str = "shop",
    *,
    created_at: datetime | None = CREATED_AT,
    node_name: str = "node-1",
    phase: str = "Running",
    **overrides: Any,
) -> Pod:
    status_fields = {field.name for field in fields(PodStatus)}
    status: dict[str, Any] = {"phase": phase, "ready": "1/1", "restarts": 0} | {
        key: overrides.pop(key) for key in list(overrides) if key in status_fields
    }
    members: dict[str, Any] = {
        "summary": PodSummary(name=name, namespace=namespace, created_at=created_at, node_name=node_name),
        "spec": PodSpec(),
        "containers": (PodContainer(name="app", image="app:1", state="running", ready=True, restart_count=0),),
        "status": PodStatus(**status),
    }
    return Pod(**(members | overrides))


def a_node(name: str = "node-1", *, created_at: datetime | None = CREATED_AT, **overrides: Any) -> Node:
    resources = NodeResources(cpu="4", memory="16384256Ki", pods="110")
    members: dict[str, Any] = {
        "summary": NodeSummary(name=name, ready="True", schedulable=True, creation_time=created_at),
        "spec": NodeSpec(),
        "capacity": resources,
        "allocatable": resources,
        "addresses": NodeAddresses(internal_ip="10.0.0.1"),
        "info": NodeInfo(kubelet_version="v1.34.0"),
    }
    return Node(**(members | overrides))


def a_namespace(name: str = "shop", *, created_at: datetime | None = CREATED_AT, phase: str = "Active") -> Namespace:
    return Namespace(summary=Summary(name=name, created_at=created_at), status=NamespaceStatus(phase=phase))


def a_usage(pods: Sequence[Pod] = (), nodes: Sequence[Node] = (), cpu: str = "250m", memory: str = "64Mi") -> Usage:
    return Usage(
        nodes={node.name: usage_of(cpu, memory) for node in nodes},
        pods={(pod.namespace, pod.name): usage_of(cpu, memory) for pod in pods},
        state=ReadingState.LIVE,
        observed_at=NOW,
    )


def readings_of(objects: Iterable[Resource] = (), state: ReadingState = ReadingState.LIVE) -> Readings:
    """Readings that hold these objects, each kind in the given order, all in one state."""
    every = list(objects)
    return Readings.taken(lambda of: Reading(tuple(one for one in every if type(one) is of), state))


def a_snapshot(
    pods: Sequence[Pod] = (),
    nodes: Sequence[Node] = (),
    namespaces: Sequence[Namespace] = (),
    *,
    others: Iterable[Resource] = (),
    cluster_id: str = "cluster-1",
    collected_at: datetime = NOW,
    usage: Usage | None = None,
    joins: Joins | None = None,
    otel: OTelSummary | None = None,
    summary: ClusterSummary | None = None,
) -> ClusterSnapshot:
    usage = usage or Usage()
    readings = readings_of([*pods, *nodes, *namespaces, *others])
    return ClusterSnapshot(
        cluster_id=cluster_id,
        collected_at=collected_at,
        readings=readings,
        usage=usage,
        joins=joins or Joiner().join(readings, usage),
        otel=otel,
        summary=summary or summarise(readings),
    )


def filled(of: type[T], numbers: "count[int] | None" = None) -> T:
    """An instance of which every field is set to something that is not its default; one element in every list."""
    numbers = numbers or count(1)
    hints = get_type_hints(of)
    assert is_dataclass(of)
    return of(**{field.name: _filled_value(hints[field.name], numbers) for field in fields(of)})


def a_full_snapshot(otel: OTelSummary | None = None) -> ClusterSnapshot:
    """One object of every kind with every field set, with usage and joins."""
    objects = {of: filled(of) for of in RESOURCES.values()}
    pod, node, namespace = objects[Pod], objects[Node], objects[Namespace]
    deployment, service = objects[Deployment], objects[Service]
    joins = filled(Joins)
    return a_snapshot(
        others=objects.values(),
        usage=Usage(pods={(pod.namespace, pod.name): ResourceUsage("1m", "2Ki")}, state=ReadingState.LIVE),
        joins=Joins(
            nodes={node.name: next(iter(joins.nodes.values()))},
            namespaces={namespace.name: next(iter(joins.namespaces.values()))},
            replica_sets={(deployment.namespace, deployment.name): next(iter(joins.replica_sets.values()))},
            backends={(service.namespace, service.name): next(iter(joins.backends.values()))},
        ),
        otel=otel,
        summary=filled(ClusterSummary),
    )


@cache
def any_of(of: type[T], *, is_hostile: bool = False) -> st.SearchStrategy[T]:
    """Any instance that the types allow, within what the wire can carry; a hostile one also beyond that."""
    hints = get_type_hints(of)
    assert is_dataclass(of)
    members = {}
    for field in fields(of):
        strategy = _any_value(hints[field.name], is_hostile=is_hostile)
        if field.default is not MISSING:
            strategy = st.just(field.default) | strategy
        elif field.default_factory is not MISSING:
            strategy = st.builds(field.default_factory) | strategy
        members[field.name] = strategy
    return st.builds(of, **members)


def any_snapshot(*, is_hostile: bool = False) -> st.SearchStrategy[ClusterSnapshot]:
    """Few objects of a few kinds, some with usage, at some time."""

    @st.composite
    def build(draw: st.DrawFn) -> ClusterSnapshot:
        kinds = draw(st.lists(st.sampled_from(list(RESOURCES.values())), max_size=4, unique=True))
        objects = [one for of in kinds for one in draw(st.lists(any_of(of, is_hostile=is_hostile), max_size=2))]
        pods = [one for one in objects if isinstance(one, Pod)]
        nodes = [one for one in objects if isinstance(one, Node)]
        usage = a_usage(pods, nodes, cpu=draw(st.text(max_size=5)), memory="1Mi") if draw(st.booleans()) else Usage()
        return a_snapshot(others=objects, cluster_id=draw(TEXTS), collected_at=draw(TIMES), usage=usage)

    return build()


TEXTS = st.text(max_size=12)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive, results are not


HOSTILE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(), max_size=12),
    int: st.integers(),
    float: st.floats(),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.none() | st.just(UTC) | st.just(timezone(timedelta(hours=9)))),
}


def _any_value(hint: Any, *, is_hostile: bool) -> st.SearchStrategy[Any]:
    harmless: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        int: st.integers(-INT32_MAX - 1, INT32_MAX),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        datetime: TIMES,
    }
    scalars = HOSTILE if is_hostile else harmless
    if hint in scalars:
        return scalars[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return any_of(hint, is_hostile=is_hostile)
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        return st.lists(_any_value(arguments[0], is_hostile=is_hostile), max_size=2).map(tuple)
    if NoneType in arguments:
        inner = next(argument for argument in arguments if argument is not NoneType)
        return st.none() | _any_value(inner, is_hostile=is_hostile)
    assert issubclass(get_origin(hint), Mapping), hint
    return st.dictionaries(scalars[str], scalars[str], max_size=3)


def _filled_value(hint: Any, numbers: "count[int]") -> Any:
    number = next(numbers)
    scalars: dict[Any, Any] = {
        str: f"s{number}",
        int: number,
        float: number + 0.5,
        bool: True,
        datetime: CREATED_AT + timedelta(seconds=number),
    }
    if hint in scalars:
        return scalars[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return filled(hint, numbers)
    arguments = get_args(hint)
    if get_origin(hint) is tuple:
        return (_filled_value(arguments[0], numbers),)
    if NoneType in arguments:
        return _filled_value(next(argument for argument in arguments if argument is not NoneType), numbers)
    assert issubclass(get_origin(hint), Mapping), hint
    if get_origin(arguments[0]) is tuple:
        return {(f"k{number}", f"k{number}"): _filled_value(arguments[1], numbers)}
    return {f"k{number}": _filled_value(arguments[1], numbers)}
