"""Nodes report under an address; the cluster knows their names. This puts the names in.

Source: wire contract 3.1.2: the identity of a node's samples is the host that was scraped, in most clusters the
node's InternalIP, in some its host name. An address that the cluster does not know stays as it is.
"""

from collections.abc import Mapping
from dataclasses import replace

from domain.otel.parts import NodesContent, SeriesContent


def name_nodes(content: NodesContent, names: Mapping[str, str], cluster_nodes: tuple[str, ...] | None) -> NodesContent:
    """The same nodes under the cluster's names, sorted by name.

    Args:
        content: as the store reported it.
        names: name of a node by the address it reports from.
        cluster_nodes: names of all nodes of the cluster; None while the cluster has not said.
    """
    named = (replace(node, node_name=names.get(node.node_ip, node.node_name)) for node in content.nodes)
    return NodesContent(nodes=tuple(sorted(named, key=lambda node: node.node_name)), cluster_nodes=cluster_nodes)


def name_series(content: SeriesContent, names: Mapping[str, str]) -> SeriesContent:
    """The same series with nodes under the cluster's names, sorted by name."""
    named = (replace(line, node_name=names.get(line.node_name, line.node_name)) for line in content.nodes)
    return replace(content, nodes=tuple(sorted(named, key=lambda line: line.node_name)))
