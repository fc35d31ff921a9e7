"""Brings the objects of manifests/odd-*.yaml about as far as a manifest cannot: what controllers and writers do.

Statuses that a load balancer or another controller would set, templates that change under pods that stay, a Job with an
owner, and events of today from old writers and new ones.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

NAMESPACE = "odd"
MANIFESTS = ("odd-workloads.yaml", "odd-jobs.yaml", "odd-objects.yaml", "odd-volumes.yaml")
_APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
_JOBS = f"/apis/batch/v1/namespaces/{NAMESPACE}"
_NETWORK = f"/apis/networking.k8s.io/v1/namespaces/{NAMESPACE}"
_CORE = f"/api/v1/namespaces/{NAMESPACE}"
_WHEN = "2026-01-01T00:00:00Z"

_BALANCED: Json = {"loadBalancer": {"ingress": [{"ip": "203.0.113.5"}, {"hostname": "lb.example.com"}]}}
_CONDITION: Json = {
    "type": "example.com/Watched",
    "status": "Unknown",
    "reason": "NobodyLooked",
    "message": "nobody has looked yet",
    "lastTransitionTime": _WHEN,
}
_STATUSES: Mapping[str, Json] = {
    f"{_CORE}/services/balanced": _BALANCED,
    f"{_NETWORK}/ingresses/old": _BALANCED,
    f"{_APPS}/statefulsets/nothing": {"conditions": [_CONDITION]},
    f"{_APPS}/daemonsets/nowhere": {"conditions": [_CONDITION], "collisionCount": 2},
    f"{_APPS}/deployments/extremes": {"collisionCount": 1},
    f"{_JOBS}/jobs/suspended": {"conditions": [{**_CONDITION, "lastProbeTime": _WHEN}]},
}
_LEAVING = (f"{_CORE}/configmaps/leaving", f"{_CORE}/services/leaving", f"{_APPS}/deployments/leaving")
"""Held by a finalizer of nobody, so they stay."""
_NOT_STARTED: Json = {"metadata": {"annotations": {"testbed/start-after": "24h"}}}
_CHANGES: Mapping[str, Json] = {
    "deployments/halfway": {"template": _NOT_STARTED},
    "deployments/halted": {"paused": True, "template": _NOT_STARTED},
    "statefulsets/by-hand": {"template": _NOT_STARTED},
    "statefulsets/held-back": {"template": {"metadata": {"annotations": {"version": "two"}}}},
    "daemonsets/by-hand": {"template": _NOT_STARTED},
    "daemonsets/misplaced": {"template": {"spec": {"tolerations": []}}},
}
"""By path, what is changed of the `spec` once the first pods run."""
_READY = {
    "deployments/halfway": ("readyReplicas", 2),
    "deployments/halted": ("readyReplicas", 1),
    "statefulsets/by-hand": ("readyReplicas", 1),
    "statefulsets/held-back": ("readyReplicas", 2),
    "daemonsets/by-hand": ("numberReady", 1),
    "daemonsets/misplaced": ("numberReady", 1),
}


def settle_odd_objects(api: Api, *, timeout_seconds: float = 60) -> None:
    """Call after the manifests are applied; returns when every object has got where it should be.

    Raises:
        ClusterError: the controllers did not get there in time.
    """
    wait_for("pods of odd workloads", lambda: _all_ready(api), timeout_seconds)
    for path, change in _CHANGES.items():
        api.patch(f"{_APPS}/{path}", {"spec": change})
    for path, status in _STATUSES.items():
        api.patch(f"{path}/status", {"status": status})
    _give_job_to_cron_job(api)
    for path in _LEAVING:
        api.request("DELETE", path)
    for event in odd_events(datetime.now(UTC)):
        api.ensure(f"/api/v1/namespaces/{event['metadata']['namespace']}/events", event)
    wait_for("odd workloads", lambda: all(_reached(api).values()), timeout_seconds)


def _all_ready(api: Api) -> bool:
    return all(api.get(f"{_APPS}/{path}")["status"].get(name) == count for path, (name, count) in _READY.items())


def _give_job_to_cron_job(api: Api) -> None:
    """A CronJob with all of its times and a Job, which says whose it is; both are suspended and stay as they are."""
    path = f"{_JOBS}/cronjobs/zeroes"
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "zeroes", "uid": api.get(path)["metadata"]["uid"]}
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "job", "image": "registry.example/job:1"}]}}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "owned", "namespace": NAMESPACE, "ownerReferences": [{**owner, "controller": True}]},
        "spec": {"suspend": True, "template": template},
    }
    api.ensure(f"{_JOBS}/jobs", job)
    uid = api.get(f"{_JOBS}/jobs/owned")["metadata"]["uid"]
    active = [{"apiVersion": "batch/v1", "kind": "Job", "namespace": NAMESPACE, "name": "owned", "uid": uid}]
    status = {"lastScheduleTime": _WHEN, "lastSuccessfulTime": _WHEN, "active": active}
    api.patch(f"{path}/status", {"status": status})


def _reached(api: Api) -> Mapping[str, bool]:
    """What the controllers have brought about, by what it is good for."""

    def conditions(namespace: str, name: str) -> dict[str, str]:
        status = api.get(f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}")["status"]
        return {item["type"]: item.get("reason", "") for item in status.get("conditions") or []}

    sets = {path: api.get(f"{_APPS}/{path}")["status"] for path in (*_CHANGES, "daemonsets/degraded")}
    jobs = {name: api.get(f"{_JOBS}/jobs/{name}")["status"] for name in ("overdue",)}
    return {
        "a failed rollout": conditions(NAMESPACE, "late").get("Progressing") == "ProgressDeadlineExceeded",
        "refused pods": "ReplicaFailure" in conditions("tight", "refused"),
        "refused pods too late": conditions("tight", "refused-late").get("Progressing") == "ProgressDeadlineExceeded",
        "half a rollout": sets["deployments/halfway"].get("updatedReplicas") == 1,
        "a paused rollout": conditions(NAMESPACE, "halted").get("Progressing") == "DeploymentPaused",
        "another revision": all(
            sets[path].get("currentRevision") != sets[path].get("updateRevision")
            for path in ("statefulsets/by-hand", "statefulsets/held-back")
        ),
        "a pod that should not be there": sets["daemonsets/misplaced"].get("numberMisscheduled") == 1,
        "a daemon that is not ready": sets["daemonsets/degraded"].get("numberUnavailable") == 1,
        "a job past its deadline": any(item["type"] == "Failed" for item in jobs["overdue"].get("conditions") or []),
    }


def odd_events(now: datetime) -> list[Json]:
    """Events within the last hour, each as another writer leaves it; the API server gives nulls for missing times."""
    recent = {name: _time(now - timedelta(minutes=age)) for name, age in (("first", 50), ("middle", 20), ("last", 2))}
    old = {"source": {"component": "kubelet", "host": "gpu-1"}, "type": "Warning"}
    new = {"reportingComponent": "example.com/new", "reportingInstance": "new-1", "action": "Look", "type": "Normal"}
    micro = {name: text.replace("Z", ".123456Z") for name, text in recent.items()}
    bodies: Mapping[str, Json] = {
        "old-writer": {**old, "firstTimestamp": recent["first"], "lastTimestamp": recent["last"], "count": 2147483647},
        "old-writer-once": {**old, "firstTimestamp": recent["first"], "lastTimestamp": recent["first"], "count": 1},
        "new-writer": {**new, "eventTime": micro["middle"]},
        "new-writer-series": {
            **new,
            "eventTime": micro["first"],
            "series": {"count": 2147483647, "lastObservedTime": micro["last"]},
        },
        "both-writers": {
            **old,
            **new,
            "eventTime": micro["middle"],
            "firstTimestamp": recent["first"],
            "lastTimestamp": recent["last"],
            "count": 3,
        },
        "series-without-a-time": {
            **old,
            "firstTimestamp": recent["first"],
            "lastTimestamp": recent["middle"],
            "count": 9,
            "series": {"count": 5},
        },
        "no-times": {"message": "", "reason": ""},
        "only-last": {**old, "lastTimestamp": recent["last"]},
        "labelled": {**old, "metadata": {"labels": {"team": "web"}}},
        "long": {**old, "message": "\u2713" * 340 + "a\u0085b\u2028c\n\t</script>"},
    }
    return [_event(name, body) for name, body in bodies.items()]


def _event(name: str, body: Json) -> Json:
    involved = {"apiVersion": "v1", "kind": "Pod", "namespace": NAMESPACE, "name": "web-0", "uid": f"uid-of-{name}"}
    metadata = {"name": name, "namespace": NAMESPACE, **body.get("metadata", {})}
    return {"reason": "Looked", "message": "somebody looked", "involvedObject": involved, **body, "metadata": metadata}


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
