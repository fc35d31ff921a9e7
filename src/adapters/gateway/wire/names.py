"""Names of the cluster's objects on the wire, and which of their numbers are narrow.

A wire name is the camelCase of the Python name, but for one table: acronyms that Kubernetes writes in capitals. One
Python name has one wire name everywhere, because the alias generator sees nothing but the name.
Source: wire contract 2.4.
"""

from collections.abc import Mapping
from typing import Final

from domain.cluster.deployments import ReplicaSet
from domain.cluster.kinds import Kind

WIRE_NAMES: Final[Mapping[str, str]] = {
    "cluster_ip": "clusterIP",
    "cluster_ips": "clusterIPs",
    "external_ip": "externalIP",
    "external_ips": "externalIPs",
    "host_ip": "hostIP",
    "internal_ip": "internalIP",
    "pod_cidrs": "podCIDRs",
    "pod_ip": "podIP",
    "pod_ips": "podIPs",
    "provider_id": "providerID",
}

INT32_FIELDS: Final = frozenset(
    {
        "active",
        "active_jobs",
        "available",
        "available_replicas",
        "backoff_limit",
        "collision_count",
        "completions",
        "container_port",
        "count",
        "current",
        "current_number_scheduled",
        "current_replicas",
        "desired_number_scheduled",
        "end_port",
        "failed",
        "failed_jobs_history_limit",
        "failure_threshold",
        "health_check_node_port",
        "host_port",
        "initial_delay_seconds",
        "min_ready_seconds",
        "node_port",
        "number_available",
        "number_misscheduled",
        "number_ready",
        "number_unavailable",
        "parallelism",
        "partition",
        "period_seconds",
        "port",
        "port_number",
        "progress_deadline_seconds",
        "ready",
        "ready_replicas",
        "replicas",
        "restart_count",
        "restarts",
        "revision_history_limit",
        "session_affinity_timeout_seconds",
        "succeeded",
        "success_threshold",
        "successful_jobs_history_limit",
        "timeout_seconds",
        "unavailable",
        "unavailable_replicas",
        "updated",
        "updated_number_scheduled",
        "updated_replicas",
    }
)
"""Python names of the fields that are 32 bits wide on the wire; every other integer has 64."""

NARROWED: Final = frozenset({("BackendSummary", "ready")})
"""Fields that the wire gives 64 bits, and their Python name 32: no Service has two billion endpoints."""

NOT_SENT: Final[Mapping[type, frozenset[str]]] = {ReplicaSet: frozenset({"revision", "image"})}
"""Fields of the domain that another object carries on the wire: these two stand in the Deployment's list."""

LIST_NAMES: Final[Mapping[Kind, str]] = {
    Kind.POD: "pods",
    Kind.DEPLOYMENT: "deployments",
    Kind.STATEFUL_SET: "statefulSets",
    Kind.DAEMON_SET: "daemonSets",
    Kind.REPLICA_SET: "replicaSets",
    Kind.JOB: "jobs",
    Kind.CRON_JOB: "cronJobs",
    Kind.SERVICE: "services",
    Kind.INGRESS: "ingresses",
    Kind.NAMESPACE: "namespaces",
    Kind.CONFIG_MAP: "configMaps",
    Kind.SECRET: "secrets",
    Kind.RESOURCE_QUOTA: "resourceQuotas",
    Kind.LIMIT_RANGE: "limitRanges",
    Kind.NETWORK_POLICY: "networkPolicies",
    Kind.SERVICE_ACCOUNT: "serviceAccounts",
    Kind.PERSISTENT_VOLUME: "pvs",
    Kind.PERSISTENT_VOLUME_CLAIM: "pvcs",
    Kind.NODE: "nodes",
    Kind.EVENT: "events",
}
"""The lists of the envelope, in the order in which they are sent; every one is always there."""


def wire_name(name: str) -> str:
    """Wire name of a field."""
    head, *rest = name.split("_")
    return WIRE_NAMES.get(name) or head + "".join(word[:1].upper() + word[1:] for word in rest)
