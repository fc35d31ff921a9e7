"""Brings the pods of manifests/pods.yaml into the states that kwok does not simulate.

They run with the behaviour `hang`, so that kwok leaves them alone once they are Running; then a patch of their status
says what a kubelet would.
"""

from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

NAMESPACE = "states"
_PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
_WHEN = "2026-01-01T00:00:00Z"
_RUNNING: Json = {"running": {"startedAt": _WHEN}}

EXPECTED = {
    "crash-loop": "CrashLoopBackOff",
    "oom": "CrashLoopBackOff",
    "image-pull": "ImagePullBackOff",
    "init-crash": "Init:CrashLoopBackOff",
    "evicted": "Error",
    "unschedulable": "Pending",
    "gated": "SchedulingGated",
    "sidecar": "Running",
    "terminating": "Terminating",
    "completed": "Completed",
    "failed": "Error",
    "unready": "Running",
    "init-running": "Init:1/2",
    "init-exit-code": "Init:ExitCode:3",
    "signal": "Signal:9",
    "half-completed": "NotReady",
    "sidecar-restarted": "Running",
    "node-lost": "Unknown",
}
"""What `kubectl get pods` prints in STATUS once a pod has reached its state. The first two come and go."""


def _terminated(**fields: object) -> Json:
    return {"terminated": {"startedAt": _WHEN, "finishedAt": _WHEN, **fields}}


def _container(name: str, state: Json, *, ready: bool = False, started: bool = False, restarts: int = 0) -> Json:
    return {
        "name": name,
        "image": f"registry.example/{name}:1",
        "imageID": "",
        "ready": ready,
        "started": started,
        "restartCount": restarts,
        "state": state,
    }


def _conditions(*, initialized: bool, ready: bool) -> list[Json]:
    texts = {True: "True", False: "False"}
    return [
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": _WHEN},
        {"type": "Initialized", "status": texts[initialized], "lastTransitionTime": _WHEN},
        {
            "type": "Ready",
            "status": texts[ready],
            "lastTransitionTime": _WHEN,
            **({} if ready else {"reason": "ContainersNotReady", "message": "containers with unready status: [app]"}),
        },
    ]


_waiting_for_init = _container("app", {"waiting": {"reason": "PodInitializing"}})

_STATUSES: dict[str, Json] = {
    "init-running": {
        "phase": "Pending",
        "conditions": _conditions(initialized=False, ready=False),
        "initContainerStatuses": [
            _container("setup", _terminated(exitCode=0, reason="Completed"), ready=True, restarts=1),
            _container("next", _RUNNING, restarts=2),
        ],
        "containerStatuses": [_waiting_for_init],
    },
    "init-exit-code": {
        "phase": "Pending",
        "conditions": _conditions(initialized=False, ready=False),
        "initContainerStatuses": [_container("setup", _terminated(exitCode=3, message="no such table"))],
        "containerStatuses": [_waiting_for_init],
    },
    "signal": {
        "phase": "Failed",
        "conditions": _conditions(initialized=True, ready=False),
        "containerStatuses": [_container("app", _terminated(exitCode=137, signal=9))],
    },
    "half-completed": {
        "conditions": _conditions(initialized=True, ready=False),
        "containerStatuses": [
            _container("once", _terminated(exitCode=0, reason="Completed")),
            _container("app", _RUNNING, ready=True, started=True),
        ],
    },
    "sidecar-restarted": {
        "conditions": _conditions(initialized=True, ready=True),
        "initContainerStatuses": [_container("proxy", _RUNNING, ready=True, started=True, restarts=3)],
        "containerStatuses": [
            _container("app", _RUNNING, ready=True, started=True, restarts=1)
            | {"lastState": _terminated(exitCode=1, reason="Error", message="no such table")}
        ],
    },
    "node-lost": {
        "reason": "NodeLost",
        "message": "Node node-0009 which was running pod node-lost is unresponsive",
        "conditions": _conditions(initialized=True, ready=False),
        "containerStatuses": [_container("app", _RUNNING, ready=True, started=True)],
    },
}


def settle_states(api: Api, *, timeout_seconds: float = 60) -> None:
    """Call after pods.yaml is applied; returns when every pod has been seen on its way to its state.

    Raises:
        ClusterError: kwok did not start the pods in time.
    """
    running = {*_STATUSES, "terminating"}
    wait_for("pods to patch", lambda: running <= _in_phase(api, "Running"), timeout_seconds)
    for name, status in _STATUSES.items():
        api.patch(f"{_PODS}/{name}/status", {"status": status})
    for name in ("terminating", "node-lost"):
        api.request("DELETE", f"{_PODS}/{name}")
    wait_for("ended pods", lambda: {"completed"} <= _in_phase(api, "Succeeded"), timeout_seconds)
    wait_for("failed pods", lambda: {"failed", "evicted"} <= _in_phase(api, "Failed"), timeout_seconds)
    wait_for("crashed pods", lambda: {"crash-loop", "oom"} <= _restarted(api), timeout_seconds)


def _in_phase(api: Api, phase: str) -> set[str]:
    return {pod["metadata"]["name"] for pod in api.items(_PODS) if pod["status"].get("phase") == phase}


def _restarted(api: Api) -> set[str]:
    statuses = {pod["metadata"]["name"]: pod["status"].get("containerStatuses", []) for pod in api.items(_PODS)}
    return {name for name, items in statuses.items() if any(item["restartCount"] for item in items)}
