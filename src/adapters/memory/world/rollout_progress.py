"""The status of Deployments: how many pods each ReplicaSet has, and the conditions that follow.

Messages are those of the Deployment controller. A rollout that has not moved for ten minutes has failed; one that was
complete stays so whatever becomes of its pods later, as in Kubernetes.
"""

import math
from collections import Counter
from datetime import datetime
from typing import Final

from adapters.memory.world.owned import PodCounts, SimReplicaSet
from adapters.memory.world.state import SimCondition, SimWorkload, World
from domain.cluster.kinds import Kind

DEADLINE_SECONDS: Final = 600.0
"""progressDeadlineSeconds where nobody says otherwise."""
_COMPLETE: Final = "NewReplicaSetAvailable"
_TOO_LATE: Final = "ProgressDeadlineExceeded"


def begin(world: World, workload: SimWorkload, name: str) -> None:
    """A new ReplicaSet begins to take over."""
    _turn(
        world,
        workload,
        "Progressing",
        SimCondition("True", "NewReplicaSetCreated", f'Created new replica set "{name}"'),
    )
    workload.progress.moved_seconds = world.seconds
    workload.progress.deadline_seconds = world.seconds + DEADLINE_SECONDS


def conclude(world: World, workload: SimWorkload, ended_at: datetime) -> None:
    """Let the last rollout be over since then: complete, or given up if its pods are not all ready."""
    count_deployment(world, workload)
    counts, name = workload.counts, f'"{workload.replica_sets[workload.revision].name}"'
    if counts.made == counts.ready == counts.wanted:
        message = f"ReplicaSet {name} has successfully progressed."
        condition = SimCondition("True", _COMPLETE, message, workload.created_at, ended_at)
    else:
        message = f"ReplicaSet {name} has timed out progressing."
        condition = SimCondition("False", _TOO_LATE, message, ended_at, ended_at)
    available = workload.conditions["Available"]
    available.since = available.updated_at = ended_at if available.status == "True" else workload.created_at
    workload.conditions["Progressing"] = condition


def count_deployment(world: World, workload: SimWorkload) -> None:
    """Bring counts and conditions up to date."""
    made: Counter[str] = Counter()
    ready: Counter[str] = Counter()
    for pod in workload.pods.values():
        if pod.is_active:
            made[pod.revision] += 1
            ready[pod.revision] += pod.is_ready
    for found in workload.replica_sets.values():
        _count_set(world, found, made[found.revision], ready[found.revision])
    counts = PodCounts(wanted=workload.desired, made=made.total(), updated=made[workload.revision], ready=ready.total())
    has_moved = _is_nearer(counts, workload.counts)
    workload.counts = counts
    _progress(world, workload, has_moved=has_moved)
    _judge_availability(world, workload)
    if workload.refusal:
        _turn(world, workload, "ReplicaFailure", SimCondition("True", "FailedCreate", workload.refusal))
    else:
        workload.conditions.pop("ReplicaFailure", None)


def _count_set(world: World, found: SimReplicaSet, made: int, ready: int) -> None:
    if (found.made, found.ready) != (made, ready):
        found.made, found.ready = made, ready
        world.mark(Kind.REPLICA_SET, found.key)


def _is_nearer(now: PodCounts, before: PodCounts) -> bool:
    """More new pods, fewer old ones, or more that are ready."""
    old_now, old_before = now.made - now.updated, before.made - before.updated
    return now.updated > before.updated or old_now < old_before or now.ready > before.ready


def _progress(world: World, workload: SimWorkload, *, has_moved: bool) -> None:
    counts, progress = workload.counts, workload.progress
    current = workload.replica_sets.get(workload.revision)
    known = workload.conditions.get("Progressing")
    if current is None or known is None or known.reason == _COMPLETE:
        return
    name = f'"{current.name}"'
    if counts.made == counts.updated == counts.ready == counts.wanted:
        message = f"ReplicaSet {name} has successfully progressed."
        _turn(world, workload, "Progressing", SimCondition("True", _COMPLETE, message), is_news=True)
        progress.deadline_seconds = math.inf
    elif has_moved:
        message = f"ReplicaSet {name} is progressing."
        _turn(world, workload, "Progressing", SimCondition("True", "ReplicaSetUpdated", message), is_news=True)
        progress.moved_seconds = world.seconds
        progress.deadline_seconds = world.seconds + DEADLINE_SECONDS
    elif progress.deadline_seconds <= world.seconds:
        message = f"ReplicaSet {name} has timed out progressing."
        _turn(world, workload, "Progressing", SimCondition("False", _TOO_LATE, message))
        progress.deadline_seconds = math.inf


def _judge_availability(world: World, workload: SimWorkload) -> None:
    least = workload.desired - math.floor(workload.desired / 4)
    if workload.counts.ready >= least:
        condition = SimCondition("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        condition = SimCondition(
            "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."
        )
    _turn(world, workload, "Available", condition)


def _turn(world: World, workload: SimWorkload, kind: str, wanted: SimCondition, *, is_news: bool = False) -> None:
    """Set a condition; since when it says so is remembered."""
    known = workload.conditions.get(kind)
    is_same = known is not None and known.status == wanted.status
    if (
        known is not None
        and is_same
        and not is_news
        and (known.reason, known.message) == (wanted.reason, wanted.message)
    ):
        return
    wanted.since = known.since if known is not None and is_same else world.now
    wanted.updated_at = world.now
    workload.conditions[kind] = wanted
