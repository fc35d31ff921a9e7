"""Secrets where people put them, in the kinds beside pods; a pod's are in manifests/hostile.yaml.

Every planted secret contains the canary of hostile.py, and nothing else here does. No pod runs: nothing is scaled up,
and every job is suspended.
"""

from datetime import UTC, datetime

from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json
from tests.kube.testbed.hostile import NAMESPACE

NAME = "leaky"
_ANNOTATIONS = {
    "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"canary-last-applied"}}',
    "example.com/webhook": "https://hooks.example.com/in?token=canary-query-token",
    "example.com/dsn": "postgres://app:canary-annotation-url@db.example.com:5432/shop",
    "example.com/api-token": "canary-annotation-by-name",
}
_LABELS = {"app": NAME}
_SELECTOR: Json = {"matchLabels": _LABELS}
_MESSAGE = "cannot reach postgres://app:canary-message-url@db.example.com:5432/shop"
_CONTAINER: Json = {
    "name": "app",
    "image": "registry.example/app:1",
    "command": ["/bin/server", "--password=canary-argument-glued", "--api-token", "canary-argument-apart"],
    "args": ["--dsn=mysql://root:canary-argument-url@db/shop"],
    "env": [
        {"name": "DB_PASSWORD", "value": "canary-db-password"},
        {"name": "PLAIN_URL", "value": "postgres://app:canary-url-password@db.example.com:5432/shop?sslmode=require"},
        {"name": "PEM", "value": "-----BEGIN EC PRIVATE KEY-----\ncanaryMHcCAQEEIA\n-----END EC PRIVATE KEY-----"},
    ],
    "livenessProbe": {"exec": {"command": ["/bin/check", "--token=canary-probe-argument"]}},
    "readinessProbe": {"httpGet": {"path": "/ready?access_token=canary-probe-path", "port": 8080}},
}


def _template(restart_policy: str = "Always") -> Json:
    annotations = {"example.com/dsn": "mysql://root:canary-template-url@db/shop", "example.com/password": "canary-name"}
    return {
        "metadata": {"labels": _LABELS, "annotations": annotations},
        "spec": {"restartPolicy": restart_policy, "containers": [_CONTAINER]},
    }


def _specs() -> dict[str, Json]:
    """By path below the namespace, what an object of that kind needs beside its metadata."""
    apps, batch, network = "/apis/apps/v1", "/apis/batch/v1", "/apis/networking.k8s.io/v1"
    job = {"suspend": True, "template": _template("Never")}
    unscaled = {"replicas": 0, "selector": _SELECTOR, "template": _template()}
    daemons = _template()
    daemons["spec"]["nodeSelector"] = {"disk": "none"}
    event = {
        "type": "Warning",
        "reason": "Failed",
        "message": _MESSAGE,
        "lastTimestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "involvedObject": {"kind": "Pod", "namespace": NAMESPACE, "name": NAME},
    }
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": ""}
    return {
        f"{apps} deployments": {"spec": unscaled},
        f"{apps} replicasets": {"spec": unscaled},
        f"{apps} statefulsets": {"spec": unscaled},
        f"{apps} daemonsets": {"spec": {"selector": _SELECTOR, "template": daemons}},
        f"{batch} jobs": {"spec": job},
        f"{batch} cronjobs": {"spec": {"suspend": True, "schedule": "@yearly", "jobTemplate": {"spec": job}}},
        f"{network} ingresses": {"spec": {"defaultBackend": {"service": {"name": NAME, "port": {"number": 80}}}}},
        f"{network} networkpolicies": {"spec": {"podSelector": _SELECTOR}},
        "/api/v1 services": {"spec": {"ports": [{"port": 80}]}},
        "/api/v1 resourcequotas": {"spec": {"hard": {"count/widgets.example.com": "1"}}},
        "/api/v1 limitranges": {"spec": {"limits": []}},
        "/api/v1 serviceaccounts": {},
        "/api/v1 persistentvolumeclaims": {"spec": claim},
        "/api/v1 events": event,
    }


def plant_secrets(api: Api) -> None:
    """Creates an object of each kind in the namespace, which is there already, and annotates that too."""
    annotations = {name: text for name, text in _ANNOTATIONS.items() if "last-applied" not in name}
    api.patch(f"/api/v1/namespaces/{NAMESPACE}", {"metadata": {"annotations": annotations}})
    metadata = {"name": NAME, "namespace": NAMESPACE, "annotations": _ANNOTATIONS}
    for place, body in _specs().items():
        root, plural = place.split()
        api.ensure(f"{root}/namespaces/{NAMESPACE}/{plural}", {"metadata": metadata, **body})
    condition = {"type": "example.com/Reachable", "status": "False", "reason": "Refused", "message": _MESSAGE}
    status = {"status": {"conditions": [condition]}}
    for path in ("/apis/apps/v1 statefulsets", "/apis/apps/v1 daemonsets", "/apis/batch/v1 jobs"):
        root, plural = path.split()
        api.patch(f"{root}/namespaces/{NAMESPACE}/{plural}/{NAME}/status", status)
