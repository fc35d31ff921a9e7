"""What follows from a plan."""

import pytest

from adapters.memory.world.blueprints import Asks
from adapters.memory.world.parts import container, mesh, plan
from adapters.memory.world.scenario import SMALL_CLUSTER
from tests.unit.adapters.memory.world.builders import a_workload

MIB = 1024**2


@pytest.mark.parametrize(
    ("requests", "limits", "expected"),
    [
        ("", "", "BestEffort"),
        ("100m 64Mi", "", "Burstable"),
        ("", "1 64Mi", "Burstable"),
        ("100m 64Mi", "200m 64Mi", "Burstable"),
        ("100m 64Mi", "100m 64Mi", "Guaranteed"),
    ],
)
def test_the_quality_of_service_follows_from_requests_and_limits(requests: str, limits: str, expected: str) -> None:
    what = plan(container("app", "example/app:1", requests=requests, limits=limits), 1, 1)
    assert a_workload(containers=(what,)).qos_class == expected


def test_a_pod_asks_for_what_its_containers_and_sidecars_ask_for() -> None:
    what = plan(container("app", "example/app:1", requests="2 1Gi 1"), 1, 1)
    asks = a_workload(containers=(what,), init_containers=mesh()).asks
    assert asks == Asks(nanocores=2_020_000_000, memory_bytes=(1024 + 32) * MIB, gpus=1)


def test_names_in_the_scenario_are_unique_and_its_namespaces_known() -> None:
    keys = [(plan.kind, plan.namespace, plan.name) for plan in SMALL_CLUSTER.workloads]
    assert len(keys) == len(set(keys))
    assert {plan.namespace for plan in SMALL_CLUSTER.workloads} <= set(SMALL_CLUSTER.namespaces)
    assert SMALL_CLUSTER.cordoned in {node.name for node in SMALL_CLUSTER.nodes}
    assert len({node.pod_network for node in SMALL_CLUSTER.nodes}) == len(SMALL_CLUSTER.nodes)
