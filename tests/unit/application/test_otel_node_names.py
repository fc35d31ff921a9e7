"""Nodes of the OTel summary carry the names of the cluster's nodes."""

import pytest

from domain.cluster.readings import ReadingState
from domain.otel.parts import PartName
from domain.otel.summary import node_metrics_summary
from tests.support.otel_world import ADDRESSES, DOWN, NodesOnly, World, a_node


async def test_nodes_and_their_series_carry_the_clusters_names(world: World) -> None:
    await world.otel.refresh()
    summary = world.known()
    assert [node.node_name for node in summary.nodes.content.nodes] == ["alpha", "beta"]
    assert summary.series is not None
    assert [line.node_name for line in summary.series.content.nodes] == ["alpha", "beta"]


async def test_nodes_without_series_are_named_too(world: World) -> None:
    world.store.fail_with(DOWN, PartName.SERIES)
    await world.otel.refresh()
    assert [node.node_name for node in world.known().nodes.content.nodes] == ["alpha", "beta"]


async def test_the_named_content_is_the_same_instance_until_something_changes(world: World) -> None:
    await world.otel.refresh()
    first, second = world.known(), world.known()
    assert first.nodes.content is second.nodes.content
    assert first.series is not None
    assert second.series is not None
    assert first.series.content is second.series.content


async def test_a_node_that_joins_is_named_without_another_round() -> None:
    world = World(cluster=NodesOnly([a_node("alpha", ADDRESSES[0])]))
    await world.otel.refresh()
    assert [node.node_name for node in world.known().nodes.content.nodes] == [ADDRESSES[1], "alpha"]
    world.cluster.reading = NodesOnly([a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1])]).reading
    summary = world.known()
    assert [node.node_name for node in summary.nodes.content.nodes] == ["alpha", "beta"]
    assert summary.nodes.content.cluster_nodes == ("alpha", "beta")


async def test_nodes_are_found_under_any_of_their_addresses_and_their_host_name() -> None:
    cluster = NodesOnly([a_node(ADDRESSES[0], ""), a_node("gamma", "192.0.2.1", ADDRESSES[1])])
    world = World(cluster=cluster)
    await world.otel.refresh()
    assert [node.node_name for node in world.known().nodes.content.nodes] == [ADDRESSES[0], "gamma"]


async def test_an_internal_address_wins_over_an_external_one_of_another_node() -> None:
    cluster = NodesOnly([a_node("gateway", "192.0.2.1", ADDRESSES[0]), a_node("alpha", ADDRESSES[0])])
    world = World(cluster=cluster)
    await world.otel.refresh()
    assert "alpha" in {node.node_name for node in world.known().nodes.content.nodes}


@pytest.mark.parametrize("state", [ReadingState.SYNCING, ReadingState.FORBIDDEN, ReadingState.ABSENT])
async def test_while_the_cluster_does_not_say_the_nodes_that_report_are_all_there_are(state: ReadingState) -> None:
    world = World(cluster=NodesOnly(state=state))
    await world.otel.refresh()
    summary = node_metrics_summary(world.known())
    assert summary is not None
    assert (summary.total_nodes, summary.online_nodes) == (2, 2)


async def test_online_nodes_are_counted_against_the_clusters() -> None:
    nodes = [a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1]), a_node("gamma", "10.0.0.3")]
    world = World(cluster=NodesOnly(nodes, ReadingState.STALE))
    await world.otel.refresh()
    summary = node_metrics_summary(world.known())
    assert summary is not None
    assert (summary.total_nodes, summary.online_nodes) == (3, 2)
