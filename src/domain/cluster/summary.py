"""The figures of the Master's overview page; it trusts them and does not count again.

Source: wire contract 2.4.1 ClusterSummary.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSummary:
    """Counts over the whole snapshot."""

    total_nodes: int
    ready_nodes: int
    total_pods: int
    running_pods: int
    pending_pods: int
    failed_pods: int
    total_deployments: int
    healthy_deployments: int
    total_stateful_sets: int
    total_daemon_sets: int
    total_services: int
    total_ingresses: int
    total_namespaces: int
    total_events: int
    warning_events: int


def summarise(pods: Sequence[Pod], nodes: Sequence[Node], namespaces: Sequence[Namespace]) -> ClusterSummary:
    """Count what a snapshot holds; kinds that are not collected count 0."""
    phases = Counter(pod.status.phase for pod in pods)
    return ClusterSummary(
        total_nodes=len(nodes),
        ready_nodes=sum(node.summary.ready == "True" for node in nodes),
        total_pods=len(pods),
        running_pods=phases["Running"],
        pending_pods=phases["Pending"],
        failed_pods=phases["Failed"],
        total_deployments=0,
        healthy_deployments=0,
        total_stateful_sets=0,
        total_daemon_sets=0,
        total_services=0,
        total_ingresses=0,
        total_namespaces=len(namespaces),
        total_events=0,
        warning_events=0,
    )
