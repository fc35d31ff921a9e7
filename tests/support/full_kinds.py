"""Configuration, policy, storage and Events with every field that the agent reads; and the list of all full objects."""

from collections.abc import Callable, Mapping
from typing import Final

from domain.cluster.kinds import Kind
from tests.support.full_network import full_endpoint_slice, full_ingress, full_network_policy, full_service
from tests.support.full_objects import full_namespace, full_node, full_pod
from tests.support.full_workloads import (
    ENDED,
    full_cron_job,
    full_daemon_set,
    full_deployment,
    full_job,
    full_metadata,
    full_replica_set,
    full_stateful_set,
)
from tests.support.objects import CREATED, Json, metadata


def full_config_map() -> Json:
    """A ConfigMap."""
    return {"metadata": full_metadata(), "data": {"b.yaml": "x: 1", "a.yaml": "y: 2"}, "binaryData": {"z": "AAAA"}}


def full_secret() -> Json:
    """A Secret."""
    return {"metadata": full_metadata(), "type": "Opaque", "data": {"user": "YQ==", "password": "Yg=="}}


def full_service_account() -> Json:
    """A ServiceAccount."""
    return {
        "metadata": full_metadata(),
        "secrets": [{"name": "web-token"}],
        "imagePullSecrets": [{"name": "registry"}],
        "automountServiceAccountToken": True,
    }


def full_resource_quota() -> Json:
    """A ResourceQuota."""
    return {
        "metadata": full_metadata(),
        "spec": {"hard": {"requests.cpu": "4", "pods": "10"}, "scopes": ["NotTerminating"]},
        "status": {"hard": {"pods": "10"}, "used": {"requests.cpu": "1500m", "pods": "3"}},
    }


def full_limit_range() -> Json:
    """A LimitRange."""
    return {
        "metadata": full_metadata(),
        "spec": {
            "limits": [
                {
                    "type": "Container",
                    "default": {"cpu": "500m"},
                    "defaultRequest": {"cpu": "100m"},
                    "max": {"memory": "1Gi"},
                    "min": {"memory": "16Mi"},
                    "maxLimitRequestRatio": {"memory": "1500m"},
                }
            ]
        },
    }


def full_persistent_volume() -> Json:
    """A volume that is bound."""
    return {
        "metadata": metadata("pv-1", labels={"disk": "ssd"}),
        "spec": {
            "capacity": {"storage": "10Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": "fast",
            "claimRef": {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data-db-0"},
            "csi": {"driver": "example.com/csi", "volumeHandle": "vol-1"},
        },
        "status": {"phase": "Bound"},
    }


def full_persistent_volume_claim() -> Json:
    """A claim that is bound."""
    return {
        "metadata": full_metadata("data-db-0"),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "fast",
            "volumeName": "pv-1",
            "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": "8Gi"}},
        },
        "status": {"phase": "Bound", "capacity": {"storage": "10Gi"}},
    }


def full_event() -> Json:
    """A Warning as old writers leave it, with labels."""
    return {
        "metadata": full_metadata("web-1.17a"),
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1", "uid": "uid-web-1"},
        "type": "Warning",
        "reason": "BackOff",
        "message": "Back-off restarting failed container",
        "source": {"component": "kubelet", "host": "node-1"},
        "count": 7,
        "firstTimestamp": CREATED,
        "lastTimestamp": ENDED,
        "eventTime": None,
        "reportingComponent": "",
    }


FULL: Final[Mapping[Kind, Callable[[], Json]]] = {
    Kind.POD: full_pod,
    Kind.NODE: full_node,
    Kind.DEPLOYMENT: full_deployment,
    Kind.STATEFUL_SET: full_stateful_set,
    Kind.DAEMON_SET: full_daemon_set,
    Kind.REPLICA_SET: full_replica_set,
    Kind.JOB: full_job,
    Kind.CRON_JOB: full_cron_job,
    Kind.SERVICE: full_service,
    Kind.INGRESS: full_ingress,
    Kind.NAMESPACE: full_namespace,
    Kind.CONFIG_MAP: full_config_map,
    Kind.SECRET: full_secret,
    Kind.RESOURCE_QUOTA: full_resource_quota,
    Kind.LIMIT_RANGE: full_limit_range,
    Kind.NETWORK_POLICY: full_network_policy,
    Kind.SERVICE_ACCOUNT: full_service_account,
    Kind.PERSISTENT_VOLUME: full_persistent_volume,
    Kind.PERSISTENT_VOLUME_CLAIM: full_persistent_volume_claim,
    Kind.EVENT: full_event,
    Kind.ENDPOINT_SLICE: full_endpoint_slice,
}
"""A full object of every kind that is followed."""
