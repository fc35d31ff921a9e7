"""READY, RESTARTS and the reason of a pod, read from its status alone.

READY and RESTARTS are kubectl's; the reason is the table of the wire contract 2.4.3. Where that reason differs from
kubectl's STATUS on purpose, `kubectl.DELIBERATE_DIFFERENCES` says so, and a test holds the two against each other.
"""

from dataclasses import dataclass

from tests.kube.testbed.errors import Json

_ENDED = ("Succeeded", "Failed")
_EMPTY: Json = {}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pod is not simply in its phase."""

    reason: str | None
    message: str | None = None
    """What goes with it, None where the contract leaves that open."""


def is_sidecar(pod: Json, name: str) -> bool:
    """Whether the init container of this name is a native sidecar."""
    containers = pod["spec"].get("initContainers") or []
    return any(item["name"] == name and item.get("restartPolicy") == "Always" for item in containers)


def ready_text(pod: Json) -> str:
    """As kubectl prints it, `1/2`; empty for a pod without containers."""
    total = len(pod["spec"].get("containers") or [])
    total += sum(is_sidecar(pod, item["name"]) for item in pod["spec"].get("initContainers") or [])
    started = _started_sidecars(pod)
    ready = sum(bool(item.get("ready")) for item in started)
    if not _initializing(pod):
        ready += sum(bool(item.get("ready") and "running" in _state(item)) for item in _statuses(pod))
    return f"{ready}/{total}" if total else ""


def restarts(pod: Json) -> int:
    """As kubectl prints it: while initialising those of the init containers so far, then of the rest and sidecars."""
    init = pod["status"].get("initContainerStatuses") or []
    if _initializing(pod):
        upto = init.index(_unfinished_init(pod)) + 1
        return sum(item.get("restartCount", 0) for item in init[:upto])
    counted = [item for item in init if is_sidecar(pod, item["name"])] + _statuses(pod)
    return sum(item.get("restartCount", 0) for item in counted)


def reason(pod: Json) -> Reason:
    """The first of the contract's rules that applies."""
    status = pod["status"]
    if "deletionTimestamp" in pod["metadata"] and status.get("phase") not in _ENDED:
        return Reason("Unknown" if status.get("reason") == "NodeLost" else "Terminating")
    if status.get("reason"):
        return Reason(status["reason"], status.get("message", ""))
    scheduled = _condition(pod, "PodScheduled")
    if scheduled.get("status", "True") != "True" and scheduled.get("reason"):
        return Reason(scheduled["reason"], scheduled.get("message", ""))
    found = _init_reason(pod) or _container_reason(pod)
    if found:
        return found
    ready = _condition(pod, "Ready")
    if ready.get("status", "True") != "True" and ready.get("reason"):
        return Reason(ready["reason"], ready.get("message", ""))
    return Reason(None, "")


def _init_reason(pod: Json) -> Reason | None:
    item = _unfinished_init(pod)
    if not item:
        return None
    name, state = _named_state(item)
    if name == "terminated":
        return Reason(f"Init:{_end(state)}", state.get("message", ""))
    if name == "waiting" and state.get("reason") not in (None, "", "PodInitializing"):
        return Reason(f"Init:{state['reason']}", state.get("message", ""))
    init = pod["status"]["initContainerStatuses"]
    return Reason(f"Init:{init.index(item)}/{len(pod['spec']['initContainers'])}")


def _container_reason(pod: Json) -> Reason | None:
    running = any("running" in _state(item) and item.get("ready") for item in _statuses(pod))
    for item in _statuses(pod):
        name, state = _named_state(item)
        text = _end(state) if name == "terminated" else state.get("reason") if name == "waiting" else None
        if text and not (text == "Completed" and running):
            return Reason(text, state.get("message", ""))
    return None


def _end(state: Json) -> str:
    if state.get("reason"):
        return str(state["reason"])
    return f"Signal:{state['signal']}" if state.get("signal") else f"ExitCode:{state['exitCode']}"


def _unfinished_init(pod: Json) -> Json:
    for item in pod["status"].get("initContainerStatuses") or []:
        succeeded = _state(item).get("terminated", {}).get("exitCode") == 0
        if not succeeded and not (is_sidecar(pod, item["name"]) and item.get("started")):
            found: Json = item
            return found
    return {}


def _started_sidecars(pod: Json) -> list[Json]:
    """Those before the first init container that has not succeeded; kubectl stops counting there."""
    init = pod["status"].get("initContainerStatuses") or []
    unfinished = _unfinished_init(pod)
    seen = init[: init.index(unfinished)] if unfinished else init
    return [item for item in seen if is_sidecar(pod, item["name"]) and item.get("started")]


def _initializing(pod: Json) -> bool:
    return bool(_unfinished_init(pod)) and _condition(pod, "Initialized").get("status") != "True"


def _statuses(pod: Json) -> list[Json]:
    return pod["status"].get("containerStatuses") or []


def _state(status: Json) -> Json:
    return status.get("state") or {}


def _named_state(status: Json) -> tuple[str, Json]:
    return next(iter(_state(status).items()), ("", _EMPTY))


def _condition(pod: Json, kind: str) -> Json:
    return next((item for item in pod["status"].get("conditions") or [] if item["type"] == kind), {})
