"""Nodes under the cluster's names."""

from domain.otel.naming import name_nodes, name_series
from domain.otel.node_metrics import NodeMetrics, NodeMetricsTimeSeries
from domain.otel.parts import NodesContent, SeriesContent
from tests.support.otel import filled

NAMES = {"10.0.0.2": "alpha", "10.0.0.1": "beta"}


def _node(address: str) -> NodeMetrics:
    return filled(NodeMetrics, node_name=address, node_ip=address)


def test_nodes_are_named_by_their_address_and_sorted_by_name() -> None:
    content = NodesContent(nodes=(_node("10.0.0.1"), _node("10.0.0.2")))
    named = name_nodes(content, NAMES, ("alpha", "beta"))
    assert [(node.node_name, node.node_ip) for node in named.nodes] == [("alpha", "10.0.0.2"), ("beta", "10.0.0.1")]
    assert named.cluster_nodes == ("alpha", "beta")


def test_an_address_that_the_cluster_does_not_know_stays_as_it_is() -> None:
    named = name_nodes(NodesContent(nodes=(_node("192.0.2.7"),)), NAMES, None)
    assert [node.node_name for node in named.nodes] == ["192.0.2.7"]
    assert named.cluster_nodes is None


def test_series_are_named_like_the_nodes_and_the_rest_stays() -> None:
    lines = tuple(filled(NodeMetricsTimeSeries, node_name=address) for address in ("10.0.0.1", "10.0.0.2", "other"))
    content = filled(SeriesContent, nodes=lines)
    named = name_series(content, NAMES)
    assert [line.node_name for line in named.nodes] == ["alpha", "beta", "other"]
    assert (named.slo, named.apm) == (content.slo, content.apm)
