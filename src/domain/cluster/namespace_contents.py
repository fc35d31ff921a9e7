"""What a namespace holds: counts of each kind, its quotas and limit ranges.

Source: wire contract 2.4.11, 2.6.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from domain.cluster.metadata import Resource
from domain.cluster.pods import ENDED_PHASES, Pod
from domain.cluster.policy import LimitRange, ResourceQuota


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceResources:
    """How many objects of each kind a namespace holds; fields but those of pods' phases are lists of the snapshot."""

    pods: int = 0
    pods_running: int = 0
    pods_pending: int = 0
    pods_failed: int = 0
    pods_succeeded: int = 0
    deployments: int = 0
    stateful_sets: int = 0
    daemon_sets: int = 0
    replica_sets: int = 0
    jobs: int = 0
    cron_jobs: int = 0
    services: int = 0
    ingresses: int = 0
    network_policies: int = 0
    config_maps: int = 0
    secrets: int = 0
    service_accounts: int = 0
    pvcs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceContents:
    """What other objects say of a namespace."""

    resources: NamespaceResources
    quotas: tuple[ResourceQuota, ...] = ()
    limit_ranges: tuple[LimitRange, ...] = ()


PHASE_FIELDS: Final[Mapping[str, str]] = {
    "Running": "pods_running",
    "Pending": "pods_pending",
    "Failed": "pods_failed",
    "Succeeded": "pods_succeeded",
}
"""A pod in phase Unknown counts as a pod only."""
COUNTED: Final = tuple(
    field.name for field in fields(NamespaceResources) if field.name not in {"pods", *PHASE_FIELDS.values()}
)
"""The lists that are counted by namespace, pods apart."""


def count_by_namespace(objects: Iterable[Resource]) -> Counter[str]:
    """How many of them each namespace holds."""
    return Counter([one.namespace for one in objects])


@dataclass(frozen=True, slots=True)
class PodCounts:
    """Where pods are, from one walk over all of them."""

    by_namespace: Mapping[str, Mapping[str, int]]
    """Field of NamespaceResources to namespace to number."""
    by_node: Mapping[str, int]
    """Those that have not ended and so take a place."""


def count_pods(pods: Iterable[Pod]) -> PodCounts:
    """Count pods by namespace and phase, and by node."""
    places = [(pod.summary.namespace, pod.status.phase, pod.summary.node_name) for pod in pods]
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("pods", *PHASE_FIELDS.values())}
    for (namespace, phase), number in Counter([(namespace, phase) for namespace, phase, _ in places]).items():
        counts["pods"][namespace] += number
        if phase in PHASE_FIELDS:
            counts[PHASE_FIELDS[phase]][namespace] = number
    return PodCounts(counts, Counter([node for _, phase, node in places if phase not in ENDED_PHASES]))


def contents_of(
    namespace: str,
    counts: Mapping[str, Mapping[str, int]],
    quotas: Mapping[str, tuple[ResourceQuota, ...]],
    limit_ranges: Mapping[str, tuple[LimitRange, ...]],
) -> NamespaceContents:
    """Everything about one namespace.

    Args:
        namespace: its name.
        counts: field of NamespaceResources to namespace to number; what is missing is 0.
        quotas: by namespace.
        limit_ranges: by namespace.
    """
    return NamespaceContents(
        resources=NamespaceResources(**{name: of.get(namespace, 0) for name, of in counts.items()}),
        quotas=quotas.get(namespace, ()),
        limit_ranges=limit_ranges.get(namespace, ()),
    )
