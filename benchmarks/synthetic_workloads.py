"""Deployments with their ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs, as a controller leaves them."""

from synthetic_parts import LONG_AGO, Json, Owner, app_labels, condition, metadata, pod_template

REVISIONS = 3
"""ReplicaSets of a Deployment: the one in use and two to roll back to."""


def a_deployment(number: int, app: str, namespace: str, replicas: int) -> Json:
    """A Deployment that has finished rolling out."""
    annotations = {"deployment.kubernetes.io/revision": str(REVISIONS), "team.example/contact": f"team of {app}"}
    return {
        "metadata": metadata(app, namespace, number, app_labels(app), managed=50, annotations=annotations),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": app}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            "template": pod_template(app),
        },
        "status": {
            "observedGeneration": 1,
            "replicas": replicas,
            "updatedReplicas": replicas,
            "readyReplicas": replicas,
            "availableReplicas": replicas,
            "conditions": [
                condition("Available", "True", "MinimumReplicasAvailable"),
                condition("Progressing", "True", "NewReplicaSetAvailable"),
            ],
        },
    }


def replica_set_name(app: str, revision: int) -> str:
    """Name of the ReplicaSet of a revision."""
    return f"{app}-{revision:010x}"


def a_replica_set(number: int, app: str, namespace: str, revision: int, replicas: int) -> Json:
    """A ReplicaSet; only the newest revision has pods."""
    labels = {**app_labels(app), "pod-template-hash": f"{revision:010x}"}
    annotations = {
        "deployment.kubernetes.io/desired-replicas": str(replicas),
        "deployment.kubernetes.io/revision": str(revision),
    }
    count = replicas if revision == REVISIONS else 0
    status = {"replicas": count, "fullyLabeledReplicas": count, "readyReplicas": count, "availableReplicas": count}
    return {
        "metadata": metadata(
            replica_set_name(app, revision),
            namespace,
            number,
            labels,
            managed=50,
            owner=Owner("Deployment", app),
            annotations=annotations,
        ),
        "spec": {"replicas": count, "selector": {"matchLabels": labels}, "template": pod_template(app)},
        "status": {"observedGeneration": 1, **(status if count else {"replicas": 0})},
    }


def a_stateful_set(number: int, app: str, namespace: str, replicas: int) -> Json:
    """A StatefulSet with a volume for each pod."""
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "ssd",
            "resources": {"requests": {"storage": "20Gi"}},
        },
    }
    revision = f"{app}-{number:09x}"
    return {
        "metadata": metadata(app, namespace, number, app_labels(app), managed=50),
        "spec": {
            "replicas": replicas,
            "serviceName": app,
            "podManagementPolicy": "OrderedReady",
            "selector": {"matchLabels": {"app": app}},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "volumeClaimTemplates": [claim],
            "template": pod_template(app),
        },
        "status": {
            "observedGeneration": 1,
            "replicas": replicas,
            "readyReplicas": replicas,
            "currentReplicas": replicas,
            "updatedReplicas": replicas,
            "availableReplicas": replicas,
            "currentRevision": revision,
            "updateRevision": revision,
        },
    }


def a_daemon_set(number: int, app: str, namespace: str, pods: int) -> Json:
    """A DaemonSet on so many nodes."""
    return {
        "metadata": metadata(app, namespace, number, app_labels(app), managed=50),
        "spec": {
            "selector": {"matchLabels": {"app": app}},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
            "template": pod_template(app),
        },
        "status": {
            "observedGeneration": 1,
            "desiredNumberScheduled": pods,
            "currentNumberScheduled": pods,
            "numberReady": pods,
            "numberAvailable": pods,
            "updatedNumberScheduled": pods,
            "numberMisscheduled": 0,
        },
    }


def a_job(number: int, name: str, app: str, namespace: str) -> Json:
    """A Job of a CronJob that has succeeded."""
    owner = Owner("CronJob", app, "batch/v1")
    return {
        "metadata": metadata(name, namespace, number, app_labels(app), managed=40, owner=owner),
        "spec": {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 6,
            "selector": {"matchLabels": {"job-name": name}},
            "template": pod_template(app, containers=1),
        },
        "status": {
            "succeeded": 1,
            "startTime": LONG_AGO,
            "completionTime": LONG_AGO,
            "conditions": [condition("Complete", "True")],
        },
    }


def a_cron_job(number: int, app: str, namespace: str) -> Json:
    """A CronJob."""
    job = {"spec": {"backoffLimit": 6, "template": pod_template(app, containers=1)}}
    return {
        "metadata": metadata(app, namespace, number, app_labels(app), managed=40),
        "spec": {
            "schedule": f"{number % 60} */4 * * *",
            "concurrencyPolicy": "Forbid",
            "suspend": number % 20 == 0,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": job,
        },
        "status": {"lastScheduleTime": LONG_AGO, "lastSuccessfulTime": LONG_AGO},
    }
