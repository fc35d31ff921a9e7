"""Usage follows from what runs."""

from adapters.memory.world.consumption import sample
from adapters.memory.world.kubelet import crash
from adapters.memory.world.node_trouble import fall_ill
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_node_plan, a_workload


def test_a_container_swings_around_its_plan() -> None:
    bench = Bench(a_workload(containers=(a_container(millicores=100.0, mebibytes=200.0),)))
    cpu, memory = [], []
    for _ in range(120):
        bench.pass_seconds(15)
        usage = bench.life.usage.pods[bench.pod().key]
        cpu.append(usage.cpu_nanocores / 10**6)
        memory.append(usage.memory_bytes / 2**20)
    assert 40 < min(cpu) < 80
    assert 120 < max(cpu) < 160
    assert 180 < min(memory) < 195
    assert 205 < max(memory) < 220
    assert 90 < sum(cpu) / len(cpu) < 110


def test_what_does_not_run_uses_nothing() -> None:
    bench = Bench(a_workload())
    pod = bench.pod()
    assert pod.key in sample(bench.world).pods
    crash(bench.world, pod, pod.containers[0], "Error")
    assert sample(bench.world).pods == {}
    assert "n1" in sample(bench.world).nodes


def test_a_node_that_is_down_is_not_heard_of() -> None:
    bench = Bench(a_workload(), nodes=(a_node_plan("n1"), a_node_plan("n2")))
    pod = bench.pod()
    assert pod.node
    fall_ill(bench.world, pod.node, "Ready")
    usage = sample(bench.world)
    assert usage.pods == {}
    assert set(usage.nodes) == {"n1", "n2"} - {pod.node.plan.name}


def test_one_moment_has_one_usage() -> None:
    bench = Bench(a_workload(replicas=3))
    assert sample(bench.world) == sample(bench.world)
