"""Pods per node, utilisation, counts per namespace."""

import pytest

from domain.cluster.joins import Joiner
from domain.cluster.namespace_contents import NamespaceContents, NamespaceResources
from domain.cluster.node_usage import NodeResourceMetric, PodCountMetric, node_usage
from domain.cluster.nodes import NodeCondition, NodeResources
from domain.cluster.usage import Usage, usage_of
from tests.support.domain_objects import a_namespace, a_node, a_pod, readings_of


def _resources(cpu: str = "4", memory: str = "8Gi", pods: str = "110") -> NodeResources:
    return NodeResources(cpu=cpu, memory=memory, pods=pods)


def test_only_pods_that_have_not_ended_take_a_place() -> None:
    phases = ["Running", "Pending", "Unknown", "Succeeded", "Failed"]
    pods = [a_pod(f"web-{phase}", node_name="node-1", phase=phase) for phase in phases]
    elsewhere = [a_pod("other", node_name="node-2"), a_pod("nowhere", node_name="")]
    joins = Joiner().join(readings_of([*pods, *elsewhere, a_node("node-1"), a_node("node-3")]), Usage())
    assert {name: usage.pods.used for name, usage in joins.nodes.items()} == {"node-1": 3, "node-3": 0}


def test_namespaces_count_their_pods_by_phase() -> None:
    phases = ["Running", "Running", "Pending", "Failed", "Succeeded", "Unknown"]
    pods = [a_pod(f"web-{number}", "shop", phase=phase) for number, phase in enumerate(phases)]
    joins = Joiner().join(readings_of([*pods, a_pod("x", "gone"), a_namespace("shop"), a_namespace("empty")]), Usage())
    assert joins.namespaces == {
        "shop": NamespaceContents(
            resources=NamespaceResources(pods=6, pods_running=2, pods_pending=1, pods_failed=1, pods_succeeded=1)
        ),
        "empty": NamespaceContents(resources=NamespaceResources()),
    }


def test_usage_is_joined_by_name_and_set_against_what_can_be_allocated() -> None:
    node = a_node(allocatable=_resources("3920m", "6Gi"), capacity=_resources())
    usage = Usage(nodes={"node-1": usage_of("980m", "2Gi"), "other": usage_of("1", "1Gi")})
    joined = Joiner().join(readings_of([node]), usage).nodes["node-1"]
    assert joined.cpu == NodeResourceMetric(usage="980m", allocatable="3920m", capacity="4", util_pct=25.0)
    assert joined.memory == NodeResourceMetric(usage="2Gi", allocatable="6Gi", capacity="8Gi", util_pct=33.33)


def test_without_usage_the_rest_is_told() -> None:
    joined = node_usage(a_node(allocatable=_resources()), 11, None)
    assert joined.cpu == NodeResourceMetric(usage="", allocatable="4", capacity="4")
    assert joined.memory.util_pct == 0.0
    assert joined.pods == PodCountMetric(used=11, capacity=110, util_pct=10.0)


@pytest.mark.parametrize(
    ("allocatable", "capacity", "expected"), [("1k", "2", 1000), ("", "250", 250), ("0", "250", 250), ("", "", 0)]
)
def test_places_for_pods(allocatable: str, capacity: str, expected: int) -> None:
    node = a_node(allocatable=_resources(pods=allocatable), capacity=_resources(pods=capacity))
    pods = node_usage(node, 1, None).pods
    assert pods.capacity == expected
    assert (pods.util_pct == 0.0) is (expected == 0)


def test_nothing_allocatable_is_no_division() -> None:
    node = a_node(allocatable=NodeResources())
    assert node_usage(node, 0, usage_of("1", "1Gi")).cpu.util_pct == 0.0


@pytest.mark.parametrize(
    ("condition", "flag"),
    [
        ("MemoryPressure", "memory_pressure"),
        ("DiskPressure", "disk_pressure"),
        ("PIDPressure", "pid_pressure"),
        ("NetworkUnavailable", "network_unavailable"),
    ],
)
def test_pressure_is_told_without_metrics_server(condition: str, flag: str) -> None:
    for status in ("True", "False", "Unknown"):
        node = a_node(conditions=(NodeCondition(type=condition, status=status),))
        pressure = node_usage(node, 0, None).pressure
        flags = ("memory_pressure", "disk_pressure", "pid_pressure", "network_unavailable")
        assert [name for name in flags if getattr(pressure, name)] == ([flag] if status == "True" else [])


def test_a_node_of_which_nothing_changed_keeps_its_join() -> None:
    node, other = a_node("node-1"), a_node("node-2")
    usage = Usage(nodes={"node-1": usage_of("980m", "2Gi"), "node-2": usage_of("1", "1Gi")})
    joiner = Joiner()
    before = joiner.join(readings_of([node, other, a_pod("a", node_name="node-1")]), usage).nodes
    same = joiner.join(readings_of([node, other, a_pod("b", node_name="node-1")]), usage).nodes
    assert same["node-1"] is before["node-1"]
    newer = Usage(nodes={**usage.nodes, "node-2": usage_of("2", "1Gi")})
    after = joiner.join(readings_of([node, other]), newer).nodes
    assert (after["node-1"].pods.used, after["node-2"].cpu.usage) == (0, "2")
    assert joiner.join(readings_of([other]), newer).nodes.keys() == {"node-2"}
