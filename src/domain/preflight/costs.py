"""What a missing right costs: the feature that is gone, in one sentence.

Source: wire contract 1.2.3 (what the Master reads) and the pages that show each list.
"""

from collections.abc import Collection, Mapping
from typing import Final

from domain.preflight.rights import Need, Purpose, Right

KIND_COSTS: Final[Mapping[str, str]] = {
    "Pod": "no pods: no phases, restarts, crashes or out-of-memory kills, and no usage of pods",
    "Node": "no nodes: no capacity, pressure or readiness; hardware metrics cannot be named after their nodes",
    "Deployment": "no Deployments, their rollouts and badges",
    "StatefulSet": "no StatefulSets and their rollouts",
    "DaemonSet": "no DaemonSets and their rollouts",
    "ReplicaSet": "no ReplicaSets: pods cannot be followed to their Deployment, rollouts show no revisions",
    "Job": "no Jobs",
    "CronJob": "no CronJobs",
    "Service": "no Services, and no dependencies through them",
    "Ingress": "no Ingresses; their service levels cannot be matched to Services",
    "Namespace": "no namespaces, their counts and quotas; AGENT_CLUSTER_ID has to be set",
    "ConfigMap": "no ConfigMaps (their names and keys)",
    "Secret": "no Secrets (their names, types and keys; values are never read)",
    "ResourceQuota": "no ResourceQuotas, and no limits beside the counts of namespaces",
    "LimitRange": "no LimitRanges",
    "NetworkPolicy": "no NetworkPolicies",
    "ServiceAccount": "no ServiceAccounts",
    "PersistentVolume": "no PersistentVolumes",
    "PersistentVolumeClaim": "no PersistentVolumeClaims",
    "Event": "no events: Warnings reach neither the Master's history nor its alarms",
    "EndpointSlice": "Services without their backends",
}
"""By kind: what the Master's pages lack when it cannot be followed."""

_FOLLOWING: Final = frozenset({"list", "watch"})


def is_read_somewhere(need: Need, missing: Collection[Right]) -> bool:
    """Whether a kind can be followed in one place at least."""
    lost = {right.namespace for right in missing if right.verb in _FOLLOWING}
    return not {right.namespace for right in need.rights} <= lost


def cost_of(need: Need, missing: Collection[Right]) -> str:
    """Which feature is gone without these rights."""
    match need.purpose:
        case Purpose.KIND:
            lost_in = sorted({right.namespace for right in missing if right.verb in _FOLLOWING})
            if not lost_in:
                return f"commands that read a single {need.subject} are refused; the snapshot is complete"
            lost = KIND_COSTS.get(need.subject, f"no objects of the kind {need.subject}")
            return f"{lost} (of {', '.join(lost_in)})" if all(lost_in) else lost
        case Purpose.USAGE:
            return f"no live CPU and memory: {need.subject} stays empty"
        case Purpose.COMMAND:
            actions = ", ".join(sorted(need.actions))
            return f"the command {actions} is answered with the right that is missing"
