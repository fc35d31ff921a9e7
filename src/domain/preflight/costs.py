"""What a missing right costs: the feature that is gone, in one sentence.

Source: wire contract 1.2.3 (what the Master reads) and the pages that show each list.
"""

from collections.abc import Collection, Mapping
from typing import Final

from domain.cluster.kinds import Kind
from domain.preflight.rights import Need, Purpose, Right

KIND_COSTS: Final[Mapping[Kind, str]] = {
    Kind.POD: "no pods: no phases, restarts, crashes or out-of-memory kills, and no usage of pods",
    Kind.NODE: "no nodes: no capacity, pressure or readiness; hardware metrics cannot be named after their nodes",
    Kind.DEPLOYMENT: "no Deployments, their rollouts and badges",
    Kind.STATEFUL_SET: "no StatefulSets and their rollouts",
    Kind.DAEMON_SET: "no DaemonSets and their rollouts",
    Kind.REPLICA_SET: "no ReplicaSets: pods cannot be followed to their Deployment, rollouts show no revisions",
    Kind.JOB: "no Jobs",
    Kind.CRON_JOB: "no CronJobs",
    Kind.SERVICE: "no Services, and no dependencies through them",
    Kind.INGRESS: "no Ingresses; their service levels cannot be matched to Services",
    Kind.NAMESPACE: "no namespaces, their counts and quotas; AGENT_CLUSTER_ID has to be set",
    Kind.CONFIG_MAP: "no ConfigMaps (their names and keys)",
    Kind.SECRET: "no Secrets (their names, types and keys; values are never read)",
    Kind.RESOURCE_QUOTA: "no ResourceQuotas, and no limits beside the counts of namespaces",
    Kind.LIMIT_RANGE: "no LimitRanges",
    Kind.NETWORK_POLICY: "no NetworkPolicies",
    Kind.SERVICE_ACCOUNT: "no ServiceAccounts",
    Kind.PERSISTENT_VOLUME: "no PersistentVolumes",
    Kind.PERSISTENT_VOLUME_CLAIM: "no PersistentVolumeClaims",
    Kind.EVENT: "no events: Warnings reach neither the Master's history nor its alarms",
    Kind.ENDPOINT_SLICE: "Services without their backends",
}
"""By kind: what the Master's pages lack when it cannot be followed."""

_FOLLOWING: Final = frozenset({"list", "watch"})


def is_read_somewhere(need: Need, missing: Collection[Right]) -> bool:
    """Whether a kind can be followed in one place at least."""
    lost = {right.namespace for right in missing if right.verb in _FOLLOWING}
    return not {right.namespace for right in need.rights} <= lost


def cost_of(need: Need, missing: Collection[Right]) -> str:
    """Which feature is gone without these rights."""
    if need.kind is not None:
        return _cost_of_kind(need.kind, missing)
    if need.purpose is Purpose.USAGE:
        return f"no live CPU and memory: {need.subject} stays empty"
    if need.purpose is Purpose.TARGET_EVENTS:
        return "what a command has changed carries no Event that tells so; the agent's log does"
    actions = ", ".join(sorted(need.actions))
    return f"the command {actions} is answered with the right that is missing"


def _cost_of_kind(kind: Kind, missing: Collection[Right]) -> str:
    lost_in = sorted({right.namespace for right in missing if right.verb in _FOLLOWING})
    if not lost_in:
        return f"commands that read a single {kind} are refused; the snapshot is complete"
    return f"{KIND_COSTS[kind]} (of {', '.join(lost_in)})" if all(lost_in) else KIND_COSTS[kind]
