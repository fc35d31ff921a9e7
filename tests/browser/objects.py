"""Objects of the kinds beyond pods, nodes and events, in the shapes and with the names of the wire."""

from collections.abc import Sequence
from typing import Any

from tests.browser.snapshots import JsonObject, ago

REVISION = "7c9d8f6b5c"


def flat(kind: str, name: str, namespace: str = "shop", **fields: Any) -> JsonObject:
    """An object of the flat shape: metadata beside its own fields, no summary."""
    meta = {"uid": f"uid-{kind}-{namespace}-{name}", "name": name, "kind": kind, "createdAt": ago(86_400)}
    return {**meta, **({"namespace": namespace} if namespace else {}), **fields}


def listed(name: str, namespace: str, **fields: Any) -> JsonObject:
    """An object of the third shape: policies and service accounts carry an age, but neither uid nor kind."""
    return {"name": name, "namespace": namespace, "createdAt": ago(86_400), "age": "1d", **fields}


def summary(name: str, namespace: str, **fields: Any) -> JsonObject:
    """The summary of an object that has one."""
    return {"name": name, "namespace": namespace, "createdAt": ago(86_400), "age": "1d", **fields}


def a_template(**fields: Any) -> JsonObject:
    """A pod template with one container that reads a config map and a secret."""
    container = {
        "name": "main",
        "image": "registry.example.com/shop/web:1.2.3",
        "envs": [
            {"name": "SETTINGS", "valueFrom": "configmap:web-settings"},
            {"name": "DB_PASSWORD", "valueFrom": "secret:db-login"},
            {"name": "NODE", "valueFrom": "field:spec.nodeName"},
        ],
        "requests": {"cpu": "250m", "memory": "256Mi"},
    }
    return {
        "labels": {"app": "web"},
        "containers": [container],
        "volumes": [{"name": "pages", "type": "ConfigMap", "source": "web-pages"}],
        "serviceAccountName": "web",
        "imagePullSecrets": ["registry-login"],
        **fields,
    }


def a_deployment(
    name: str, namespace: str = "shop", *, replicas: int = 3, ready: int = 2, **overrides: Any
) -> JsonObject:
    """A Deployment in the middle of a rollout, but for what is overridden."""
    sets = overrides.pop("replica_sets", [(f"{name}-{REVISION}", "4", ready), (f"{name}-5d6f7g8h9j", "3", 0)])
    return {
        "summary": summary(
            name,
            namespace,
            strategy="RollingUpdate",
            replicas=replicas,
            updated=replicas,
            ready=ready,
            available=ready,
            unavailable=replicas - ready,
            selector="app=web",
        ),
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "1"}},
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
        },
        "template": a_template(),
        "status": {
            "observedGeneration": 7,
            "replicas": replicas,
            "readyReplicas": ready,
            "conditions": [
                {
                    "type": "Progressing",
                    "status": "True",
                    "reason": "ReplicaSetUpdated",
                    "message": "ReplicaSet is progressing.",
                    "lastUpdateTime": ago(40),
                    "lastTransitionTime": ago(300),
                }
            ],
        },
        "rollout": {"phase": "Progressing", "message": "2 of 3 replicas are ready", "badges": ["Progressing"]},
        "replicaSets": [
            {
                "name": set_name,
                "namespace": namespace,
                "revision": revision,
                "replicas": replicas if set_ready else 0,
                "ready": set_ready,
                "available": set_ready,
                "image": "registry.example.com/shop/web:1.2.3",
                "createdAt": ago(7200),
                "age": "2h",
            }
            for set_name, revision, set_ready in sets
        ],
        "labels": {"app": "web"},
        **overrides,
    }


def a_replica_set(name: str, namespace: str = "shop", *, owner: str = "web", replicas: int = 3) -> JsonObject:
    """A ReplicaSet of a Deployment."""
    return flat(
        "ReplicaSet",
        name,
        namespace,
        ownerKind="Deployment",
        ownerName=owner,
        replicas=replicas,
        readyReplicas=replicas,
        availableReplicas=replicas,
        selector={"app": "web", "pod-template-hash": name.rsplit("-", 1)[-1]},
    )


def a_stateful_set(name: str, namespace: str = "data", *, replicas: int = 2, ready: int = 1) -> JsonObject:
    """A StatefulSet whose claims are called `store-NAME-N`."""
    return {
        "summary": summary(
            name,
            namespace,
            replicas=replicas,
            ready=ready,
            current=replicas,
            updated=ready,
            available=ready,
            serviceName=name,
            selector=f"app={name}",
        ),
        "spec": {
            "replicas": replicas,
            "serviceName": name,
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "partition": 1},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Delete"},
            "volumeClaimTemplates": [
                {"name": "store", "accessModes": ["ReadWriteOnce"], "storageClass": "fast", "storage": "20Gi"}
            ],
        },
        "template": a_template(labels={"app": name}, serviceAccountName="default", volumes=[], imagePullSecrets=[]),
        "status": {"replicas": replicas, "currentRevision": f"{name}-1", "updateRevision": f"{name}-2"},
        "rollout": {"phase": "Progressing", "message": "1 of 2 updated", "badges": ["Updating", "NewRevision"]},
        "labels": {"app": name},
    }


def a_daemon_set(name: str, namespace: str = "shop", *, desired: int = 3, ready: int = 2) -> JsonObject:
    """A DaemonSet."""
    return {
        "summary": summary(
            name,
            namespace,
            desiredNumberScheduled=desired,
            currentNumberScheduled=desired,
            numberReady=ready,
            numberAvailable=ready,
            numberUnavailable=desired - ready,
            numberMisscheduled=0,
            updatedNumberScheduled=desired,
            selector=f"app={name}",
        ),
        "spec": {"updateStrategy": {"type": "RollingUpdate", "maxUnavailable": "1"}},
        "template": a_template(labels={"app": name}),
        "status": {
            "desiredNumberScheduled": desired,
            "currentNumberScheduled": desired,
            "numberReady": ready,
            "numberMisscheduled": 0,
        },
        "rollout": {"phase": "Progressing", "message": "2 of 3 are ready", "badges": ["Scaling", "Unavailable"]},
    }


def a_job(name: str, namespace: str = "shop", *, owner: str = "", **overrides: Any) -> JsonObject:
    """A finished Job, of a CronJob when `owner` names one."""
    return flat(
        "Job",
        name,
        namespace,
        **({"ownerKind": "CronJob", "ownerName": owner} if owner else {}),
        **{
            "active": 0,
            "succeeded": 1,
            "failed": 0,
            "complete": True,
            "completions": 1,
            "parallelism": 1,
            "backoffLimit": 6,
            "template": a_template(),
            "startTime": ago(700),
            "finishTime": ago(640),
            **overrides,
        },
    )


def a_cron_job(name: str, namespace: str = "shop", **overrides: Any) -> JsonObject:
    """A CronJob that ran five minutes ago."""
    return flat(
        "CronJob",
        name,
        namespace,
        **{
            "schedule": "*/10 * * * *",
            "suspend": False,
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
            "template": a_template(),
            "activeJobs": 0,
            "lastScheduleTime": ago(300),
            "lastSuccessfulTime": ago(240),
            **overrides,
        },
    )


def a_config_map(name: str, namespace: str = "shop", keys: Sequence[str] = ("a.conf", "b.conf")) -> JsonObject:
    """A ConfigMap: names of keys, no values."""
    return flat("ConfigMap", name, namespace, dataKeys=list(keys))


def a_secret(
    name: str, namespace: str = "shop", kind: str = "Opaque", keys: Sequence[str] = ("password",)
) -> JsonObject:
    """A Secret: its type and the names of its keys, no values."""
    return flat("Secret", name, namespace, type=kind, dataKeys=list(keys))


def a_service_account(
    name: str, namespace: str = "shop", *, secrets: Sequence[str] = (), pull_secrets: Sequence[str] = ()
) -> JsonObject:
    """A ServiceAccount."""
    return listed(
        name,
        namespace,
        secretsCount=len(secrets),
        imagePullSecretsCount=len(pull_secrets),
        automountServiceAccountToken=False,
        secretNames=list(secrets),
        imagePullSecretNames=list(pull_secrets),
    )
