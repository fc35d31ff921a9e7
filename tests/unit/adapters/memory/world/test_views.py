"""What a reader sees of nodes and pods, and that it stays the same instance."""

import pytest

from adapters.memory.world.node_trouble import CORDONED, HEARTBEAT_SECONDS, beat, fall_ill, recover
from adapters.memory.world.node_view import view_node
from adapters.memory.world.views import Views
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from tests.unit.adapters.memory.world.builders import NOW, Bench, a_container, a_node_plan, a_workload


@pytest.mark.parametrize(
    ("trouble", "badge", "ready", "taint"),
    [
        ("MemoryPressure", "MemoryPressure", "True", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
        ("Ready", "NotReady", "False", "node.kubernetes.io/not-ready"),
        (CORDONED, "Cordoned", "True", "node.kubernetes.io/unschedulable"),
    ],
)
def test_a_node_in_trouble_shows_it_and_a_well_one_does_not(trouble: str, badge: str, ready: str, taint: str) -> None:
    bench = Bench()
    node = bench.world.nodes["n1"]
    well = view_node(node)
    assert (well.summary.badges, well.summary.ready, well.taints, well.summary.reason) == ((), "True", (), "")
    fall_ill(bench.world, node, trouble)
    ill = view_node(node)
    assert (ill.summary.badges, ill.summary.ready) == ((badge,), ready)
    assert [(found.key, found.effect, found.time_added) for found in ill.taints] == [(taint, "NoSchedule", NOW)]
    assert ill.spec.unschedulable is (not ill.summary.schedulable) is (trouble == CORDONED)
    assert bool(ill.summary.reason) is (ready == "False")
    recover(bench.world, node)
    assert (view_node(node).summary.badges, view_node(node).taints) == ((), ())


def test_a_node_tells_what_it_can_and_what_it_keeps_for_itself() -> None:
    node = view_node(Bench(nodes=(a_node_plan(gpus=2, roles=("gpu", "worker")),)).world.nodes["n1"])
    assert (node.capacity.cpu, node.allocatable.cpu) == ("4", "3800m")
    assert (node.capacity.memory, node.allocatable.memory) == ("8388608Ki", "7340032Ki")
    assert node.capacity.scalar_resources == {"nvidia.com/gpu": "2"}
    assert node.labels["node-role.kubernetes.io/gpu"] == ""
    assert [(address.type, address.address) for address in node.addresses.all] == [
        ("InternalIP", "10.0.0.1"),
        ("Hostname", "n1"),
    ]


def test_a_kubelet_reports_every_five_minutes_unless_it_is_down() -> None:
    bench = Bench()
    node = bench.world.nodes["n1"]
    node.heartbeat_at = bench.world.ago(HEARTBEAT_SECONDS)
    fall_ill(bench.world, node, "Ready")
    node.heartbeat_at = bench.world.ago(HEARTBEAT_SECONDS)
    beat(bench.world, node)
    assert node.heartbeat_at != bench.world.now
    recover(bench.world, node)
    node.heartbeat_at = bench.world.ago(HEARTBEAT_SECONDS - 1)
    beat(bench.world, node)
    assert node.heartbeat_at != bench.world.now
    node.heartbeat_at = bench.world.ago(HEARTBEAT_SECONDS)
    beat(bench.world, node)
    assert node.heartbeat_at == bench.world.now


def test_what_was_touched_but_looks_the_same_stays_the_same_instance() -> None:
    bench = Bench(a_workload(replicas=2))
    views = Views(bench.world)
    pods, nodes = views.of(Pod), views.of(Node)
    for pod in bench.pods():
        bench.world.touch(pod)
    bench.world.touch_node(bench.world.nodes["n1"])
    assert views.of(Pod) is pods
    assert views.of(Node) is nodes


def test_a_pod_that_cannot_be_placed_does_not_change_at_every_try() -> None:
    bench = Bench(a_workload(containers=(a_container(requests="64 1Gi"),)))
    views = Views(bench.world)
    before = views.of(Pod)
    assert before[0].status.reason == "Unschedulable"
    bench.pass_seconds(60)
    assert views.of(Pod) is before


def test_a_pod_that_came_and_went_unseen_changes_nothing() -> None:
    bench = Bench(a_workload(containers=(a_container(requests="64 1Gi"),), replicas=1))
    views = Views(bench.world)
    views.of(Pod)
    bench.world.remove(bench.pod())
    bench.workload().desired = 0
    assert views.of(Pod) == ()
    empty = views.of(Pod)
    assert views.of(Pod) is empty


def test_a_cluster_without_nodes_can_be_looked_at() -> None:
    bench = Bench(a_workload(), nodes=())
    views = Views(bench.world)
    assert views.of(Node) == ()
    assert [namespace.name for namespace in views.of(Namespace)] == ["shop"]
    assert views.of(Pod)[0].status.message == "0/0 nodes are available: ."


def test_a_condition_remembers_since_when_it_says_what_it_says() -> None:
    bench = Bench(a_workload())
    (before,) = Views(bench.world).of(Pod)
    bench.pass_seconds(30)
    bench.world.touch(bench.pod())
    (after,) = Views(bench.world).of(Pod)
    assert after.status.conditions == before.status.conditions
    assert before.status.conditions[0].last_transition_time < "2026-11-24T12:00:00Z"
