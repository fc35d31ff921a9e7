"""Where a pod may run, and why it may not."""

import pytest

from adapters.memory.world.blueprints import TaintPlan, WorkloadKind, WorkloadPlan
from adapters.memory.world.node_trouble import CORDONED, TROUBLES, fall_ill, recover
from adapters.memory.world.placement import place, taints_of, tolerates
from domain.cluster.pod_parts import Toleration
from domain.cluster.pods import PodSpec
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_node_plan, a_workload

GPU_TAINT = TaintPlan(key="gpu", value="yes")


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        (Toleration(operator="Exists"), True),
        (Toleration(key="gpu", operator="Exists"), True),
        (Toleration(key="gpu", operator="Exists", effect="NoSchedule"), True),
        (Toleration(key="gpu", operator="Exists", effect="NoExecute"), False),
        (Toleration(key="gpu", operator="Equal", value="yes"), True),
        (Toleration(key="gpu", value="yes"), True),
        (Toleration(key="gpu", operator="Equal", value="no"), False),
        (Toleration(key="disk", operator="Exists"), False),
        (Toleration(operator="Exists", effect="NoExecute"), False),
    ],
)
def test_a_toleration_covers_a_taint_as_kubernetes_says(toleration: Toleration, expected: bool) -> None:
    assert tolerates((toleration,), GPU_TAINT) is expected


@pytest.mark.parametrize(
    ("workload", "reason"),
    [
        (a_workload(containers=(a_container(requests="5 64Mi"),)), "1 Insufficient cpu"),
        (a_workload(containers=(a_container(requests="1 80Gi"),)), "1 Insufficient memory"),
        (a_workload(containers=(a_container(requests="1 1Gi 1"),)), "1 Insufficient nvidia.com/gpu"),
        (
            a_workload(spec=PodSpec(node_selector={"disk": "fast"})),
            "1 node(s) didn't match Pod's node affinity/selector",
        ),
    ],
)
def test_a_pod_that_fits_nowhere_says_why_in_the_schedulers_words(workload: WorkloadPlan, reason: str) -> None:
    bench = Bench(workload)
    pod = bench.pod()
    assert pod.node is None
    assert pod.conditions["PodScheduled"].message == f"0/1 nodes are available: {reason}."
    assert list(pod.conditions) == ["PodScheduled"]


def test_a_taint_keeps_pods_away_that_do_not_tolerate_it() -> None:
    nodes = (a_node_plan("n1", taints=(GPU_TAINT,)),)
    assert Bench(a_workload(), nodes=nodes).pod().message == (
        "0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}."
    )
    tolerant = a_workload(spec=PodSpec(tolerations=(Toleration(operator="Exists"),)))
    assert Bench(tolerant, nodes=nodes).pod().node is not None


def test_pods_of_one_workload_spread_over_the_nodes() -> None:
    bench = Bench(a_workload(replicas=4), nodes=(a_node_plan("n1"), a_node_plan("n2")))
    nodes = sorted(pod.node.plan.name for pod in bench.pods() if pod.node)
    assert nodes == ["n1", "n1", "n2", "n2"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_node_in_trouble_takes_no_pods_until_it_is_well(trouble: str) -> None:
    bench = Bench(a_workload())
    node = bench.world.nodes["n1"]
    fall_ill(bench.world, node, trouble)
    assert len(list(taints_of(node))) == 1
    assert place(bench.world, bench.pod())[0] is None
    assert (node.cordoned_at is not None) is (trouble == CORDONED)
    recover(bench.world, node)
    assert list(taints_of(node)) == []
    assert place(bench.world, bench.pod())[0] is node


def test_a_pod_that_did_not_fit_is_placed_when_there_is_room() -> None:
    big = a_container(requests="3 64Mi")
    bench = Bench(a_workload("first", containers=(big,)), a_workload("second", containers=(big,)))
    assert bench.pod("second").node is None
    bench.workload("first").desired = 0
    bench.workload("first").needs_look = True
    bench.pass_until(lambda: bench.pod("second").is_ready, at_most=30)


def test_agents_run_on_every_node_that_matches_even_a_cordoned_one() -> None:
    nodes = (a_node_plan("n1"), a_node_plan("n2", roles=("worker",)), a_node_plan("n3", taints=(GPU_TAINT,)))
    everywhere = PodSpec(tolerations=(Toleration(operator="Exists"),))
    workers = PodSpec(node_selector={"node-role.kubernetes.io/worker": ""})
    bench = Bench(
        a_workload("agent", WorkloadKind.DAEMON_SET, spec=everywhere),
        a_workload("careful", WorkloadKind.DAEMON_SET),
        a_workload("worker-agent", WorkloadKind.DAEMON_SET, spec=workers),
        a_workload("static", WorkloadKind.NODE),
        nodes=nodes,
    )
    found = {
        name: sorted(pod.node.plan.name for pod in bench.pods(name) if pod.node)
        for name in ("agent", "careful", "worker-agent", "static")
    }
    assert found == {
        "agent": ["n1", "n2", "n3"],
        "careful": ["n1", "n2"],
        "worker-agent": ["n2"],
        "static": ["n1", "n2", "n3"],
    }
    fall_ill(bench.world, bench.world.nodes["n2"], CORDONED)
    bench.world.remove(bench.pods("worker-agent")[0])
    bench.pass_until(lambda: any(pod.is_ready for pod in bench.pods("worker-agent")), at_most=20)
