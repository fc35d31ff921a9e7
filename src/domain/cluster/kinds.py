"""The 20 kinds of objects that a snapshot carries, and what is followed beside them for joins.

A kind's value is the name that Kubernetes gives it.
"""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of object that the agent follows."""

    POD = "Pod"
    NODE = "Node"
    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"
    REPLICA_SET = "ReplicaSet"
    JOB = "Job"
    CRON_JOB = "CronJob"
    SERVICE = "Service"
    INGRESS = "Ingress"
    NAMESPACE = "Namespace"
    CONFIG_MAP = "ConfigMap"
    SECRET = "Secret"  # noqa: S105 - the name of a kind
    RESOURCE_QUOTA = "ResourceQuota"
    LIMIT_RANGE = "LimitRange"
    NETWORK_POLICY = "NetworkPolicy"
    SERVICE_ACCOUNT = "ServiceAccount"
    PERSISTENT_VOLUME = "PersistentVolume"
    PERSISTENT_VOLUME_CLAIM = "PersistentVolumeClaim"
    EVENT = "Event"
    ENDPOINT_SLICE = "EndpointSlice"
    """Not in the snapshot: the backends of Services are joined from it."""
