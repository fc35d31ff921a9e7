"""Holds a snapshot against two readings of the API server, one before and one after it was taken.

What is the same in both is what the snapshot must say; what changed in between is left out of this round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.kube.oracles.matching import Shape, mismatches
from tests.kube.oracles.namespaces import namespace
from tests.kube.oracles.nodes import node, utilisation_problems
from tests.kube.oracles.pods import pod
from tests.kube.oracles.texts import parse_time
from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import ApiError, Json

Key: TypeAlias = tuple[str, str]
"""Namespace, empty for objects without one, and name."""


@dataclass(frozen=True, slots=True)
class World:
    """What the API server says at one moment."""

    pods: Mapping[Key, Json]
    nodes: Mapping[Key, Json]
    namespaces: Mapping[Key, Json]
    pod_metrics: Mapping[Key, Json]
    node_metrics: Mapping[Key, Json]


@dataclass(slots=True)
class Verdict:
    """What was compared, and what was wrong."""

    compared: dict[str, set[Key]] = field(default_factory=dict)
    """By list of the snapshot."""
    problems: list[str] = field(default_factory=list)


def read_world(api: Api) -> World:
    """Lists everything; usage is empty while metrics-server does not answer."""
    return World(
        _by_key(api.items("/api/v1/pods")),
        _by_key(api.items("/api/v1/nodes")),
        _by_key(api.items("/api/v1/namespaces")),
        _by_key(_usage(api, "pods")),
        _by_key(_usage(api, "nodes")),
    )


def judge(snapshot: Json, before: World, after: World) -> Verdict:
    """Compares every pod, node and namespace that did not change between the two readings."""
    verdict = Verdict()
    fetched_at = parse_time(snapshot["fetchedAt"])
    pods = {key: pod(raw, fetched_at) for key, raw in _unchanged(before.pods, after.pods).items()}
    _compare(verdict, "pods", pods, snapshot["pods"], after.pods.keys() | before.pods.keys())
    settled = _same_places(before.pods, after.pods)
    nodes = {
        key: node(raw, fetched_at, list(after.pods.values()))
        for key, raw in _unchanged(before.nodes, after.nodes).items()
        if settled
    }
    _compare(verdict, "nodes", nodes, snapshot["nodes"], after.nodes.keys() | before.nodes.keys())
    namespaces = {
        key: namespace(raw, fetched_at, {"pods": list(after.pods.values())})
        for key, raw in _unchanged(before.namespaces, after.namespaces).items()
        if settled
    }
    known = after.namespaces.keys() | before.namespaces.keys()
    _compare(verdict, "namespaces", namespaces, snapshot["namespaces"], known)
    return verdict


def judge_usage(snapshot: Json, before: World, after: World) -> Verdict:
    """Compares usage where metrics.k8s.io had it in both readings."""
    verdict = Verdict()
    fetched_at = parse_time(snapshot["fetchedAt"])
    pods = {
        key: pod(raw, fetched_at, [before.pod_metrics[key], after.pod_metrics[key]])
        for key, raw in _unchanged(before.pods, after.pods).items()
        if key in before.pod_metrics and key in after.pod_metrics
    }
    _compare(verdict, "pods", pods, snapshot["pods"], after.pods.keys() | before.pods.keys())
    nodes = {
        key: node(raw, fetched_at, list(after.pods.values()), [before.node_metrics[key], after.node_metrics[key]])
        for key, raw in _unchanged(before.nodes, after.nodes).items()
        if key in before.node_metrics and key in after.node_metrics and _same_places(before.pods, after.pods)
    }
    _compare(verdict, "nodes", nodes, snapshot["nodes"], after.nodes.keys() | before.nodes.keys())
    for item in snapshot["nodes"]:
        verdict.problems += utilisation_problems(item)
    return verdict


def _compare(verdict: Verdict, name: str, expected: Mapping[Key, Shape], wire: Sequence[Json], known: set[Key]) -> None:
    given = {(item["summary"].get("namespace", ""), item["summary"]["name"]): item for item in wire}
    if len(given) != len(wire):
        verdict.problems.append(f"{name}: {len(wire)} elements, {len(given)} of them different")
    verdict.problems += [f"{name}: {key} does not exist" for key in given.keys() - known]
    for key, shape in expected.items():
        path = f"{name}[{'/'.join(filter(None, key))}]"
        if key in given:
            verdict.problems += mismatches(shape, given[key], path)
        else:
            verdict.problems.append(f"{path} is missing")
    verdict.compared[name] = set(expected)


def _unchanged(before: Mapping[Key, Json], after: Mapping[Key, Json]) -> dict[Key, Json]:
    return {
        key: raw
        for key, raw in after.items()
        if key in before and _version(before[key]) == _version(raw) and _uid(before[key]) == _uid(raw)
    }


def _same_places(before: Mapping[Key, Json], after: Mapping[Key, Json]) -> bool:
    """Whether counts are the same in both: the same pods, on the same nodes, in the same phases."""

    def places(pods: Mapping[Key, Json]) -> set[tuple[str, object, object]]:
        return {(_uid(raw), raw["spec"].get("nodeName"), raw["status"].get("phase")) for raw in pods.values()}

    return places(before) == places(after)


def _by_key(items: Sequence[Json]) -> dict[Key, Json]:
    return {(item["metadata"].get("namespace", ""), item["metadata"]["name"]): item for item in items}


def _usage(api: Api, kind: str) -> list[Json]:
    try:
        return api.items(f"/apis/metrics.k8s.io/v1beta1/{kind}")
    except ApiError:
        return []


def _version(raw: Json) -> str:
    return str(raw["metadata"]["resourceVersion"])


def _uid(raw: Json) -> str:
    return str(raw["metadata"]["uid"])
