"""How far a rollout has come: phase, badges and a sentence, derived from what a workload says of itself.

Source: wire contract 2.5. The order of conditions in the API means nothing, so the phases have a fixed precedence: for
Deployments Failed, Paused, Progressing, Available; for StatefulSets and DaemonSets Degraded, Progressing, Complete.
Kubernetes leaves a Deployment's condition `Progressing` true when its rollout is over, so that alone is no progress.
"""

from dataclasses import dataclass
from typing import Final

from domain.cluster.deployments import DeploymentCondition, DeploymentSpec, DeploymentStatus
from domain.cluster.templates import Rollout

FAILED: Final = "Failed"
PAUSED: Final = "Paused"
PROGRESSING: Final = "Progressing"
AVAILABLE: Final = "Available"
DEGRADED: Final = "Degraded"
COMPLETE: Final = "Complete"

_DEADLINE_EXCEEDED: Final = "ProgressDeadlineExceeded"
_ON_DELETE: Final = "OnDelete"


def deployment_rollout(spec: DeploymentSpec, status: DeploymentStatus, *, generation: int, is_paused: bool) -> Rollout:
    """The rollout of a Deployment.

    Args:
        spec: what it asks for.
        status: what became of it.
        generation: of the object; a status that observed an older one tells of an older spec.
        is_paused: whether somebody stopped it.
    """
    conditions = {condition.type: condition for condition in status.conditions}
    progress = conditions.get("Progressing")
    stuck = progress if progress and progress.status != "True" and progress.reason == _DEADLINE_EXCEEDED else None
    failure = _when_true(conditions.get("ReplicaFailure"))
    available = _when_true(conditions.get("Available"))
    open_work = _unfinished(spec, status, generation)
    is_moving = bool(open_work) and not is_paused and stuck is None
    marks = (
        (available is not None, AVAILABLE),
        (is_moving, PROGRESSING),
        (stuck is not None, FAILED),
        (failure is not None, "ReplicaFailure"),
        (is_paused, PAUSED),
    )
    phase, message = _deployment_phase(stuck or failure, open_work, is_paused=is_paused, available=available)
    return Rollout(phase=phase, message=message, badges=tuple([badge for is_true, badge in marks if is_true]))


def _deployment_phase(
    failed: DeploymentCondition | None, open_work: str, *, is_paused: bool, available: DeploymentCondition | None
) -> tuple[str, str]:
    if failed is not None:
        return FAILED, failed.message or failed.reason
    if is_paused:
        return PAUSED, f"paused; {open_work}" if open_work else "paused"
    if open_work:
        return PROGRESSING, open_work
    return AVAILABLE, "" if available is not None else "fewer pods are available than the strategy allows"


def _when_true(condition: DeploymentCondition | None) -> DeploymentCondition | None:
    return condition if condition is not None and condition.status == "True" else None


def _unfinished(spec: DeploymentSpec, status: DeploymentStatus, generation: int) -> str:
    """What is still to be done, as `kubectl rollout status` sees it; empty when nothing is."""
    wanted = spec.replicas or 0
    updated = status.updated_replicas
    if status.observed_generation < generation:
        return "waiting for the controller to see the new spec"
    if updated < wanted:
        return f"{updated} of {wanted} new pods have been created"
    if status.replicas > updated:
        return f"{status.replicas - updated} old pods are to be removed"
    if status.available_replicas < updated:
        return f"{status.available_replicas} of {updated} pods are available"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodCounts:
    """What decides about the rollout of a StatefulSet or DaemonSet."""

    wanted: int
    ready: int
    updated: int
    to_update: int
    """How many pods shall have the new template: fewer than wanted with a partition, none with OnDelete."""


def pods_to_update(wanted: int, strategy: str, partition: int | None = None) -> int:
    """How many pods the controller replaces by itself."""
    if strategy == _ON_DELETE:
        return 0
    return max(0, wanted - max(0, partition or 0))


def workload_rollout(counts: PodCounts, *more_badges: str) -> Rollout:
    """The rollout of a StatefulSet or DaemonSet.

    Args:
        counts: its pods.
        more_badges: what else an operator should notice.
    """
    badges: tuple[str, ...] = ()
    if counts.updated < counts.to_update:
        phase, badges = PROGRESSING, ("Updating",)
        message = f"{counts.updated} of {counts.to_update} pods have the new template"
    elif counts.ready < counts.wanted:
        phase, badges = (DEGRADED, ()) if counts.ready == 0 else (PROGRESSING, ("Scaling",))
        message = f"{counts.ready} of {counts.wanted} pods are ready"
    else:
        phase, message = COMPLETE, ""
    return Rollout(phase=phase, message=message, badges=(*badges, *more_badges))
