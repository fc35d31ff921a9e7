"""A workload of every kind that sets every field which the agent reads, each to something that is no default."""

from tests.support.full_objects import full_container
from tests.support.objects import CREATED, Json, metadata

ENDED = "2026-01-01T01:00:00Z"


def full_template() -> Json:
    """A pod template with everything."""
    return {
        "metadata": {"labels": {"app": "web"}, "annotations": {"example.com/note": "hello"}},
        "spec": {
            "serviceAccountName": "web",
            "nodeSelector": {"disk": "ssd"},
            "tolerations": [
                {"key": "gpu", "operator": "Equal", "value": "a100", "effect": "NoExecute", "tolerationSeconds": 300}
            ],
            "affinity": {"nodeAffinity": {}, "podAffinity": {}, "podAntiAffinity": {}},
            "dnsPolicy": "ClusterFirst",
            "hostNetwork": True,
            "runtimeClassName": "kata",
            "imagePullSecrets": [{"name": "registry"}],
            "containers": [full_container()],
            "volumes": [{"name": "conf", "configMap": {"name": "web-conf"}}],
        },
    }


def full_selector() -> Json:
    """A selector of both kinds."""
    expression = {"key": "tier", "operator": "In", "values": ["front", "back"]}
    return {"matchLabels": {"app": "web"}, "matchExpressions": [expression]}


def full_condition(kind: str = "Available", status: str = "True", **fields: object) -> Json:
    """A condition with everything but a time of its last update, which not every kind has."""
    return {"type": kind, "status": status, "reason": "R", "message": "M", "lastTransitionTime": ENDED, **fields}


def full_metadata(name: str = "web", **fields: object) -> Json:
    """Metadata of a namespaced object."""
    return metadata(
        name, "shop", labels={"app": "web"}, annotations={"example.com/note": "hello"}, generation=3, **fields
    )


def full_deployment() -> Json:
    """A Deployment in the middle of a rollout that somebody stopped."""
    return {
        "metadata": full_metadata(),
        "spec": {
            "replicas": 4,
            "selector": full_selector(),
            "template": full_template(),
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": 1}},
            "minReadySeconds": 5,
            "revisionHistoryLimit": 10,
            "paused": True,
            "progressDeadlineSeconds": 600,
        },
        "status": {
            "observedGeneration": 3,
            "replicas": 5,
            "updatedReplicas": 2,
            "readyReplicas": 4,
            "availableReplicas": 4,
            "unavailableReplicas": 1,
            "collisionCount": 1,
            "conditions": [full_condition(lastUpdateTime=ENDED)],
        },
    }


def full_replica_set() -> Json:
    """A ReplicaSet of a Deployment."""
    return {
        "metadata": metadata(
            "web-5d",
            "shop",
            labels={"app": "web"},
            annotations={"deployment.kubernetes.io/revision": "7"},
            ownerReferences=[{"kind": "Deployment", "name": "web"}],
        ),
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"spec": {"containers": [{"name": "app", "image": "web:7"}]}},
        },
        "status": {"replicas": 3, "readyReplicas": 2, "availableReplicas": 1},
    }


def full_stateful_set() -> Json:
    """A StatefulSet of which a part is being updated."""
    return {
        "metadata": full_metadata("db"),
        "spec": {
            "replicas": 3,
            "serviceName": "db",
            "podManagementPolicy": "OrderedReady",
            "selector": full_selector(),
            "template": full_template(),
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1, "maxUnavailable": 1}},
            "revisionHistoryLimit": 10,
            "minReadySeconds": 5,
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Delete"},
            "volumeClaimTemplates": [
                {
                    "metadata": {"name": "data"},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "storageClassName": "fast",
                        "resources": {"requests": {"storage": "10Gi"}},
                        "selector": {"matchLabels": {"disk": "ssd"}},
                    },
                }
            ],
        },
        "status": {
            "observedGeneration": 3,
            "replicas": 3,
            "readyReplicas": 2,
            "currentReplicas": 2,
            "updatedReplicas": 1,
            "availableReplicas": 2,
            "currentRevision": "db-1",
            "updateRevision": "db-2",
            "collisionCount": 1,
            "conditions": [full_condition(lastUpdateTime=ENDED)],
        },
    }


def full_daemon_set() -> Json:
    """A DaemonSet that is not everywhere yet, and somewhere it should not be."""
    return {
        "metadata": full_metadata("agent"),
        "spec": {
            "selector": full_selector(),
            "template": full_template(),
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%", "maxSurge": 1}},
            "minReadySeconds": 5,
            "revisionHistoryLimit": 10,
        },
        "status": {
            "observedGeneration": 3,
            "desiredNumberScheduled": 6,
            "currentNumberScheduled": 5,
            "numberReady": 4,
            "numberAvailable": 3,
            "numberUnavailable": 3,
            "numberMisscheduled": 1,
            "updatedNumberScheduled": 2,
            "collisionCount": 1,
            "conditions": [full_condition(lastUpdateTime=ENDED)],
        },
    }


def full_job() -> Json:
    """A Job that has completed after a failure."""
    return {
        "metadata": full_metadata("backup-1", ownerReferences=[{"kind": "CronJob", "name": "backup"}]),
        "spec": {"completions": 2, "parallelism": 1, "backoffLimit": 6, "template": full_template()},
        "status": {
            "active": 1,
            "succeeded": 2,
            "failed": 1,
            "startTime": CREATED,
            "completionTime": ENDED,
            "conditions": [full_condition("Complete", lastProbeTime=ENDED)],
        },
    }


def full_cron_job() -> Json:
    """A CronJob that is suspended while a Job of it runs."""
    return {
        "metadata": full_metadata("backup"),
        "spec": {
            "schedule": "*/5 * * * *",
            "suspend": True,
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {"spec": {"template": full_template()}},
        },
        "status": {
            "active": [{"kind": "Job", "name": "backup-1"}],
            "lastScheduleTime": CREATED,
            "lastSuccessfulTime": ENDED,
        },
    }
