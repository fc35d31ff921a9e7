"""Names of the cluster's objects on the wire, and which of their numbers are narrow.

A wire name is the camelCase of the Python name, but for one table: acronyms that Kubernetes writes in capitals. One
Python name has one wire name everywhere, because the alias generator sees nothing but the name.
Source: wire contract 2.4.
"""

from collections.abc import Mapping
from typing import Final

from domain.cluster.kinds import Kind

WIRE_NAMES: Final[Mapping[str, str]] = {
    "external_ip": "externalIP",
    "host_ip": "hostIP",
    "internal_ip": "internalIP",
    "pod_cidrs": "podCIDRs",
    "pod_ip": "podIP",
    "pod_ips": "podIPs",
    "provider_id": "providerID",
}

INT32_FIELDS: Final = frozenset(
    {
        "container_port",
        "failure_threshold",
        "host_port",
        "initial_delay_seconds",
        "period_seconds",
        "port",
        "restart_count",
        "restarts",
        "success_threshold",
        "timeout_seconds",
    }
)
"""Python names of the fields that are 32 bits wide on the wire; every other integer has 64."""

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
