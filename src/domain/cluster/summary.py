"""The figures of the Master's overview page; it trusts them and does not count again.

Source: wire contract 2.4.1 ClusterSummary.
"""

from collections import Counter
from dataclasses import dataclass

from domain.cluster.all_readings import Readings
from domain.cluster.deployments import Deployment


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


def summarise(readings: Readings) -> ClusterSummary:
    """Count what a snapshot holds."""
    phases = Counter([pod.status.phase for pod in readings.pods.objects])
    return ClusterSummary(
        total_nodes=len(readings.nodes.objects),
        ready_nodes=sum(node.summary.ready == "True" for node in readings.nodes.objects),
        total_pods=len(readings.pods.objects),
        running_pods=phases["Running"],
        pending_pods=phases["Pending"],
        failed_pods=phases["Failed"],
        total_deployments=len(readings.deployments.objects),
        healthy_deployments=sum(map(_is_healthy, readings.deployments.objects)),
        total_stateful_sets=len(readings.stateful_sets.objects),
        total_daemon_sets=len(readings.daemon_sets.objects),
        total_services=len(readings.services.objects),
        total_ingresses=len(readings.ingresses.objects),
        total_namespaces=len(readings.namespaces.objects),
        total_events=len(readings.events.objects),
        warning_events=sum(event.is_warning for event in readings.events.objects),
    )


def _is_healthy(deployment: Deployment) -> bool:
    """All wanted pods are ready; one that wants none is not healthy, as the Master's page counts."""
    return deployment.summary.ready == deployment.summary.replicas > 0
