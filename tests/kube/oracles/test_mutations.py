"""No part of a wire object can be wrong unseen: each of them is changed in turn, for every kind."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.kube.oracles.kinds import KINDS
from tests.kube.oracles.matching import mismatches
from tests.kube.oracles.test_wire import NOW, render
from tests.kube.oracles.world import World, read_world
from tests.kube.testbed.cluster import Cluster

FREE = ("rollout.message", "nodeAffinity", "podAffinity", "podAntiAffinity", "Probe.type")
"""Ends of paths at which the contract accepts any text."""
LIKE_THE_OTHERS = 8
"""So many elements of a list are changed; the others are read alike."""
LOOKED_AT_ELSEWHERE = ("pods", "nodes")
"""Much of these is open without usage; test_wire.py goes through their fields."""


@pytest.fixture(scope="module")
def world(cluster: Cluster, odd: str) -> World:
    return read_world(cluster.api)


def leaves(value: Any, path: str = "$") -> Iterator[tuple[Any, Any, str]]:
    """Each container with a key or index at which it holds something that holds nothing, and the path to it."""
    for key, item in list(value.items() if isinstance(value, dict) else enumerate(value[:LIKE_THE_OTHERS])):
        inner = f"{path}.{key}"
        if isinstance(item, dict | list) and item:
            yield from leaves(item, inner)
        else:
            yield value, key, inner


def another(value: object) -> object:
    """Not the same, and where possible of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case _:
            return "x"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LOOKED_AT_ELSEWHERE])
def test_each_changed_part_is_noticed(world: World, kind: str) -> None:
    unseen = []
    for (namespace, name), raw in world.lists[kind].items():
        expected = KINDS[kind].expect(raw, NOW, world)
        wire = render(expected)
        assert list(mismatches(expected, wire)) == []
        for container, key, path in leaves(wire):
            before, container[key] = container[key], another(container[key])
            if not path.endswith(FREE) and not list(mismatches(expected, wire)):
                unseen.append(f"{namespace}/{name} {path}")
            container[key] = before
    assert unseen == []
    assert world.lists[kind]
