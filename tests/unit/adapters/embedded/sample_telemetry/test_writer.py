"""The past is written once, oldest first, each moment on the grid of its age."""

from itertools import pairwise

from adapters.embedded.sample_telemetry import writer
from adapters.embedded.sample_telemetry.machines import machine_series
from adapters.embedded.sample_telemetry.requests import ingress_series, mesh_series
from adapters.embedded.sample_telemetry.series import Counter, Gauge, Histogram
from adapters.memory.world.scenario import NODES
from bootstrap.demo_telemetry import sample_plan

NOW = 1_780_000_005 // 15 * 15


def test_moments_ascend_to_the_end_and_get_denser() -> None:
    moments = list(writer._moments(NOW, writer._LONG))
    steps = [later - earlier for earlier, later in pairwise(moments)]
    assert moments[-1] == NOW
    assert moments[0] <= NOW - 60 * 86_400
    assert min(steps) > 0
    assert set(steps[-79:]) == {15}
    assert {30, 60, 900, 6 * 3600} <= set(steps)


def test_no_two_series_have_the_same_name_and_labels() -> None:
    plan = sample_plan(float(NOW))
    gauges, counters = machine_series(plan)
    ingress, histograms = ingress_series(plan)
    series: list[Gauge | Counter | Histogram] = [*gauges, *counters, *ingress, *histograms, *mesh_series(plan)]
    keys = [(one.source.target, one.metric, tuple(sorted(one.labels.items()))) for one in series]
    assert len(keys) == len(set(keys))
    assert {one.source.target for one in gauges} == {f"{node.address}:9100" for node in NODES}
    replicas = {one.source.target for one in ingress}
    labels = [
        {tuple(sorted(one.labels.items())) for one in ingress if one.source.target == target} for target in replicas
    ]
    assert len(replicas) == 2
    assert labels[0] == labels[1]
