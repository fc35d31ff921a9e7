"""The contract of NodeMetricQueries: nodes by address, figures over time, and no node that nobody knows."""

import pytest

from adapters.clickhouse.node_queries import ClickHouseNodeMetricQueries
from adapters.memory.telemetry_metrics import InMemoryNodeMetricQueries
from domain.otel.queries import Period
from ports.errors import NotFound
from ports.telemetry_queries import NodeMetricQueries
from tests.support.query_stores import Asked
from tests.support.telemetry_shop import ADDRESSES

PORT = NodeMetricQueries
ADAPTERS = (InMemoryNodeMetricQueries, ClickHouseNodeMetricQueries)
HALF_HOUR = Period(seconds=1800)


async def test_nodes_go_by_their_addresses(who: Asked) -> None:
    nodes = await who.stores.nodes.list_nodes()
    assert [node.node_ip for node in nodes] == sorted(ADDRESSES)
    assert [node.node_name for node in nodes] == sorted(ADDRESSES)


@pytest.mark.parametrize("metric", ["node_load1", "node_network_receive_bytes_total"])
async def test_a_metric_over_time_ascends(who: Asked, metric: str) -> None:
    points = await who.stores.nodes.get_series(["nobody", ADDRESSES[0]], metric, HALF_HOUR)
    times = [point.timestamp for point in points]
    assert 20 <= len(points) <= 121
    assert times == sorted(times)
    assert all(point.value > 0 for point in points[1:])


async def test_a_metric_that_a_node_does_not_have_is_empty(who: Asked) -> None:
    assert await who.stores.nodes.get_series([ADDRESSES[0]], "node_nothing", HALF_HOUR) == ()
    assert await who.stores.nodes.get_series([ADDRESSES[0]], "' OR 1=1 --", HALF_HOUR) == ()


async def test_a_history_has_four_lines_of_percent_and_degrees(who: Asked) -> None:
    history = await who.stores.nodes.get_history([ADDRESSES[0]], Period(seconds=3600))
    for line in (history.cpu, history.memory, history.disk, history.temp):
        times = [point.timestamp for point in line]
        assert 55 <= len(line) <= 62
        assert times == sorted(times)
        assert all(0 <= point.value <= 100 for point in line)


async def test_an_unknown_node_is_not_found_by_name(who: Asked) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        await who.stores.nodes.get_series(["nobody"], "node_load1", HALF_HOUR)
    with pytest.raises(NotFound, match="'nobody'"):
        await who.stores.nodes.get_history(["nobody"], HALF_HOUR)
