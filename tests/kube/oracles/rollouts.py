"""Phases and badges of rollouts: wire contract 2.5. Messages are free text.

Where the contract gives a precedence instead of the reference's order, that precedence is read here.
"""

from tests.kube.oracles.matching import Anything, Shape
from tests.kube.testbed.errors import Json


def deployment_rollout(raw: Json) -> Shape:
    """Failed before Paused before Progressing before Available, whatever the order of the conditions."""
    spec, status = raw["spec"], raw.get("status") or {}
    conditions: dict[str, Json] = {item["type"]: item for item in status.get("conditions") or []}
    progressing = conditions.get("Progressing", {})
    unfinished = _is_unfinished(raw)
    late = progressing.get("status") != "True" and progressing.get("reason") == "ProgressDeadlineExceeded"
    facts = {
        "Available": conditions.get("Available", {}).get("status") == "True",
        "Progressing": unfinished and progressing.get("status") == "True",
        "Failed": late,
        "ReplicaFailure": conditions.get("ReplicaFailure", {}).get("status") == "True",
        "Paused": bool(spec.get("paused")),
    }
    phases = {
        "Failed": facts["Failed"] or facts["ReplicaFailure"],
        "Paused": facts["Paused"],
        "Progressing": facts["Progressing"],
        "Available": facts["Available"],
    }
    fallback = "Progressing" if unfinished else "Available"
    phase = next((name for name, holds in phases.items() if holds), fallback)
    return _rollout(phase, [name for name, holds in facts.items() if holds])


def _is_unfinished(raw: Json) -> bool:
    status = raw.get("status") or {}
    names = ("replicas", "updatedReplicas", "availableReplicas")
    replicas, updated, available = (status.get(name) or 0 for name in names)
    return bool(
        (status.get("observedGeneration") or 0) < raw["metadata"].get("generation", 0)
        or updated < (raw["spec"].get("replicas") or 0)
        or replicas > updated
        or available < updated
    )


def stateful_set_rollout(raw: Json) -> Shape:
    """Pods that a partition or OnDelete keeps from being updated are not waited for."""
    spec, status = raw["spec"], raw.get("status") or {}
    replicas = 1 if spec.get("replicas") is None else spec["replicas"]
    strategy = spec.get("updateStrategy") or {}
    partition = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    needed = 0 if strategy.get("type") == "OnDelete" else max(0, replicas - partition)
    phase, badges = _progress(replicas, status.get("readyReplicas") or 0, needed, status.get("updatedReplicas") or 0)
    if status.get("currentRevision") != status.get("updateRevision"):
        badges.append("NewRevision")
    return _rollout(phase, badges)


def daemon_set_rollout(raw: Json) -> Shape:
    """As for a StatefulSet, against what is to be scheduled."""
    status = raw.get("status") or {}
    desired = status.get("desiredNumberScheduled") or 0
    on_delete = (raw["spec"].get("updateStrategy") or {}).get("type") == "OnDelete"
    phase, badges = _progress(
        desired,
        status.get("numberReady") or 0,
        0 if on_delete else desired,
        status.get("updatedNumberScheduled") or 0,
    )
    badges += ["Misscheduled"] if status.get("numberMisscheduled") else []
    badges += ["Unavailable"] if status.get("numberUnavailable") else []
    return _rollout(phase, badges)


def _progress(wanted: int, ready: int, needed: int, updated: int) -> tuple[str, list[str]]:
    if updated < needed:
        return "Progressing", ["Updating"]
    if wanted > 0 and ready == 0:
        return "Degraded", []
    if ready < wanted:
        return "Progressing", ["Scaling"]
    return "Complete", []


def _rollout(phase: str, badges: list[str]) -> Shape:
    return Shape(required={"phase": phase}, optional={"message": Anything(), "badges": badges})
