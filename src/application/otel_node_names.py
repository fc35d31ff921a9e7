"""Puts the cluster's names of nodes into what the store reports by address.

Done whenever the summary is asked for, not when it is read, so that a node that joins is named at once. The work is
done again only when the nodes or the content have changed, and the result stays the same instance until then:
whoever encodes it may rely on that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.cluster.nodes import Node
from domain.cluster.readings import ReadingState
from domain.otel.naming import name_nodes, name_series
from domain.otel.parts import NodesContent, Part, SeriesContent
from ports.cluster import ClusterReader


class OTelNodeNames:
    """Names by address, as the cluster has them now."""

    def __init__(self, cluster: ClusterReader) -> None:
        self._cluster = cluster
        self._known: tuple[Node, ...] | None = None
        self._names: Mapping[str, str] = {}
        self._nodes: tuple[NodesContent, NodesContent] | None = None
        self._series: tuple[SeriesContent, SeriesContent] | None = None

    def name(
        self, nodes: Part[NodesContent], series: Part[SeriesContent] | None
    ) -> tuple[Part[NodesContent], Part[SeriesContent] | None]:
        """Both parts under the cluster's names."""
        self._look_at_cluster()
        if self._nodes is None or self._nodes[0] is not nodes.content:
            cluster_nodes = None if self._known is None else tuple(node.name for node in self._known)
            self._nodes = (nodes.content, name_nodes(nodes.content, self._names, cluster_nodes))
        named_nodes = replace(nodes, content=self._nodes[1])
        if series is None:
            return named_nodes, None
        if self._series is None or self._series[0] is not series.content:
            self._series = (series.content, name_series(series.content, self._names))
        return named_nodes, replace(series, content=self._series[1])

    def _look_at_cluster(self) -> None:
        reading = self._cluster.read(Node)
        is_said = reading.state in {ReadingState.LIVE, ReadingState.STALE}
        known = reading.objects if is_said else None
        if known is not self._known:
            self._known = known
            self._names = names_by_address(known or ())
            self._nodes = self._series = None


def names_by_address(nodes: Sequence[Node]) -> Mapping[str, str]:
    """Name of each node under every address that it may report from.

    Where two nodes claim one address, an internal address wins over any other, then the earlier node.
    """
    names: dict[str, str] = {}
    for node in nodes:
        names.setdefault(node.addresses.internal_ip, node.name)
    for node in nodes:
        for address in (*(entry.address for entry in node.addresses.all), node.addresses.hostname, node.name):
            names.setdefault(address, node.name)
    names.pop("", None)
    return names
