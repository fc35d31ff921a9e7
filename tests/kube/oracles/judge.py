"""Holds a snapshot against two readings of the API server, one before and one after it was taken.

What is the same in both is what the snapshot must say; what changed in between is left out of this round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.kube.oracles.kinds import KINDS, Kind
from tests.kube.oracles.matching import Shape, mismatches
from tests.kube.oracles.nodes import node, utilisation_problems
from tests.kube.oracles.pods import pod
from tests.kube.oracles.texts import parse_time
from tests.kube.oracles.world import Key, World, version
from tests.kube.testbed.errors import Json


@dataclass(slots=True)
class Verdict:
    """What was compared, and what was wrong."""

    compared: dict[str, set[Key]] = field(default_factory=dict)
    """By list of the snapshot."""
    problems: list[str] = field(default_factory=list)


def judge(snapshot: Json, before: World, after: World, kinds: Mapping[str, Kind] = KINDS) -> Verdict:
    """Compares every object that did not change between the two readings, nor anything that it is joined with."""
    verdict = Verdict()
    fetched_at = parse_time(snapshot["fetchedAt"])
    for name, kind in kinds.items():
        wire = by_key(snapshot[name])
        if len(wire) != len(snapshot[name]):
            verdict.problems.append(f"{name}: {len(snapshot[name])} elements, {len(wire)} of them different")
        known = after.lists[name].keys() | before.lists[name].keys()
        verdict.problems += [f"{name}: {key} does not exist" for key in wire.keys() - known]
        compared = verdict.compared.setdefault(name, set())
        for key, raw in unchanged(name, before, after):
            if key in wire or not kind.may_be_missing(raw, fetched_at):
                verdict.problems += _compare(kind.expect(raw, fetched_at, after), wire.get(key), name, key)
            compared.add(key)
    return verdict


def judge_usage(snapshot: Json, before: World, after: World) -> Verdict:
    """Compares usage where metrics.k8s.io had it in both readings."""
    verdict = Verdict()
    fetched_at = parse_time(snapshot["fetchedAt"])
    for name in ("pods", "nodes"):
        wire = by_key(snapshot[name])
        compared = verdict.compared.setdefault(name, set())
        for key, raw in unchanged(name, before, after):
            if key in before.usage[name] and key in after.usage[name]:
                usages = [before.usage[name][key], after.usage[name][key]]
                expected = (
                    pod(raw, fetched_at, usages)
                    if name == "pods"
                    else node(raw, fetched_at, after.every("pods"), usages)
                )
                verdict.problems += _compare(expected, wire.get(key), name, key)
                compared.add(key)
    for item in snapshot["nodes"]:
        verdict.problems += utilisation_problems(item)
    return verdict


def by_key(wire: Sequence[Json]) -> dict[Key, Json]:
    """The elements of a list of the snapshot by what they are named; some kinds have their name in a summary."""
    heads = ((item.get("summary", item), item) for item in wire)
    return {(head.get("namespace") or "", head["name"]): item for head, item in heads}


def unchanged(name: str, before: World, after: World) -> Iterator[tuple[Key, Json]]:
    """The objects of a list that are the same in both readings, with all that they are joined with."""
    joined = KINDS[name].joined
    for key, raw in after.lists[name].items():
        earlier = before.lists[name].get(key)
        same = earlier is not None and version(earlier) == version(raw)
        if same and joined(raw, before) == joined(raw, after):
            yield key, raw


def _compare(expected: Shape, given: Json | None, name: str, key: Key) -> list[str]:
    path = f"{name}[{'/'.join(filter(None, key))}]"
    return [f"{path} is missing"] if given is None else list(mismatches(expected, given, path))
