"""What happens by itself leaves alone what people have just changed, and what can never be well."""

import pytest

from adapters.memory.world.incidents import Incidents
from adapters.memory.world.life import Life
from adapters.memory.world.node_trouble import CORDONED, TROUBLES
from adapters.memory.world.scenario import SMALL_CLUSTER
from tests.unit.adapters.memory.world.builders import NOW, Bench, a_node_plan, a_workload


def pass_seconds(bench: Bench, seconds: int) -> None:
    bench.life._incidents = Incidents(bench.world)
    bench.pass_seconds(seconds)


def test_a_workload_that_somebody_has_just_changed_is_left_alone() -> None:
    bench = Bench(a_workload(is_rolled=True))
    workload, revision = bench.workload(), bench.workload().revision
    workload.changed_seconds = 1e9
    before = [container.restarts for pod in bench.pods() for container in pod.containers]
    pass_seconds(bench, 900)
    assert workload.revision == revision
    assert [container.restarts for pod in bench.pods() for container in pod.containers] == before
    workload.changed_seconds = 0
    bench.pass_seconds(900)
    assert workload.revision != revision


def test_only_what_is_meant_to_be_deployed_is_deployed() -> None:
    bench = Bench(a_workload("rolled", is_rolled=True), a_workload("kept"))
    before = {name: bench.workload(name).revision for name in ("rolled", "kept")}
    pass_seconds(bench, 900)
    assert bench.workload("kept").revision == before["kept"]
    assert bench.workload("rolled").revision != before["rolled"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nodes_have_trouble_one_at_a_time_and_every_trouble_has_its_turn(seed: int) -> None:
    life = Life(SMALL_CLUSTER, seed, NOW)
    seen = set()
    for _ in range(2400):
        life.step(NOW)
        troubled = [node.trouble for node in life.world.nodes.values() if node.trouble]
        assert len(troubled) <= 1
        seen.update(troubled)
    assert seen == set(TROUBLES)


def test_a_cluster_without_workers_and_workloads_lives_in_peace() -> None:
    bench = Bench(nodes=(a_node_plan(),))
    pass_seconds(bench, 1200)
    assert not any(node.trouble for node in bench.world.nodes.values())
    assert CORDONED in TROUBLES
