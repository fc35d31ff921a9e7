"""The controllers of Deployments and of their ReplicaSets.

A rollout gives the new ReplicaSet a surge of a quarter and takes from the old ones what is not needed for three
quarters of the pods to be available (25 % each, rounded as Kubernetes does); pods that do not work go first. Every step
is an Event, as is every pod that is made or ended.
"""

import math
from collections.abc import Iterable

from adapters.memory.world.event_log import DEPLOYMENT_CONTROLLER, REPLICA_SET_CONTROLLER
from adapters.memory.world.kubelet import terminate
from adapters.memory.world.owned import SimReplicaSet
from adapters.memory.world.pod_making import add_replica, replica_set_of
from adapters.memory.world.quotas import RETRY_SECONDS, why_not
from adapters.memory.world.rollout_progress import begin
from adapters.memory.world.state import SimPod, SimWorkload, World
from adapters.memory.world.telling import replica_set_ref, tell, workload_ref
from domain.cluster.kinds import Kind

AT_ONCE = 20
"""Pods that one ReplicaSet makes in one step."""
HISTORY_LIMIT = 10
"""Old ReplicaSets that are kept, as Kubernetes does unless told otherwise."""
_SHARE = 0.25


def most_missing(desired: int) -> int:
    """How many pods may be unavailable in a rollout."""
    return math.floor(desired * _SHARE)


def deploy(world: World, workload: SimWorkload) -> None:
    """Let the Deployment's controller set what each ReplicaSet wants, and let these follow."""
    current = _current_set(world, workload)
    old = [found for found in workload.replica_sets.values() if found is not current and found.desired > 0]
    _scale(world, workload, current, _wanted_of_new(workload, current, old))
    if old:
        _shrink_old(world, workload, current, old)
    for found in (current, *old):
        _match(world, workload, found)
    _forget(world, workload)


def new_replica_set(
    world: World, workload: SimWorkload, number: int, revision: str, images: tuple[str, ...]
) -> SimReplicaSet:
    """The ReplicaSet of a revision of the template; it wants nothing yet."""
    name = replica_set_of(workload, revision)
    found = SimReplicaSet(
        plan=workload.plan,
        name=name,
        uid=world.uid_of(Kind.REPLICA_SET, workload.plan.namespace, name),
        revision=revision,
        number=number,
        images=images,
        created_at=world.now,
    )
    workload.replica_sets[revision] = found
    world.replica_sets[found.key] = found
    world.mark(Kind.REPLICA_SET, found.key)
    return found


def _current_set(world: World, workload: SimWorkload) -> SimReplicaSet:
    known = workload.replica_sets.get(workload.revision)
    if known is not None:
        return known
    number = 1 + max((found.number for found in workload.replica_sets.values()), default=0)
    begin(world, workload, replica_set_of(workload, workload.revision))
    return new_replica_set(world, workload, number, workload.revision, workload.images)


def _wanted_of_new(workload: SimWorkload, current: SimReplicaSet, old: Iterable[SimReplicaSet]) -> int:
    desired, taken = workload.desired, sum(found.desired for found in old)
    if current.desired >= desired or not taken:
        return desired
    surge = math.ceil(desired * _SHARE)
    return min(desired, max(current.desired, desired + surge - taken))


def _shrink_old(world: World, workload: SimWorkload, current: SimReplicaSet, old: list[SimReplicaSet]) -> None:
    least = workload.desired - most_missing(workload.desired)
    ready = {found.revision: sum(pod.is_ready for pod in _pods(workload, found)) for found in (current, *old)}
    spare = current.desired + sum(found.desired for found in old) - least - (current.desired - ready[current.revision])
    for found in old:
        broken = max(0, min(spare, found.desired - ready[found.revision]))
        spare -= broken
        _scale(world, workload, found, found.desired - broken)
    spare = sum(ready.values()) - least
    for found in old:
        surplus = max(0, min(spare, found.desired))
        spare -= surplus
        _scale(world, workload, found, found.desired - surplus)


def _scale(world: World, workload: SimWorkload, found: SimReplicaSet, desired: int) -> None:
    if desired == found.desired:
        return
    verb = "up" if desired > found.desired else "down"
    message = f"Scaled {verb} replica set {found.name} from {found.desired} to {desired}"
    tell(world, workload_ref(world, workload), DEPLOYMENT_CONTROLLER, "ScalingReplicaSet", message)
    found.desired = desired
    workload.needs_count = True
    world.mark(Kind.REPLICA_SET, found.key)


def _pods(workload: SimWorkload, found: SimReplicaSet) -> list[SimPod]:
    return [pod for pod in workload.pods.values() if pod.is_active and pod.revision == found.revision]


def _match(world: World, workload: SimWorkload, found: SimReplicaSet) -> None:
    """Make or end pods until there are as many as the ReplicaSet wants."""
    pods = _pods(workload, found)
    for pod in _first_to_go(pods)[: max(0, len(pods) - found.desired)]:
        message = f"Deleted pod: {pod.name}"
        tell(world, replica_set_ref(found), REPLICA_SET_CONTROLLER, "SuccessfulDelete", message)
        terminate(world, pod)
    if found.revision != workload.revision:
        return
    missing = found.desired - len(pods)
    if missing <= 0:
        _allow(workload)
    for _ in range(min(missing, AT_ONCE)):
        refusal = why_not(world, workload)
        if refusal:
            _refuse(world, workload, found, refusal)
            return
        _allow(workload)
        pod = add_replica(world, workload)
        message = f"Created pod: {pod.name}"
        tell(world, replica_set_ref(found), REPLICA_SET_CONTROLLER, "SuccessfulCreate", message)
    if missing > AT_ONCE:
        workload.needs_look = True


def _first_to_go(pods: Iterable[SimPod]) -> list[SimPod]:
    """What has no node, then what is not ready, then the youngest."""
    return sorted(pods, key=lambda pod: (pod.node is not None, pod.is_ready, -pod.created_at.timestamp(), pod.name))


def _allow(workload: SimWorkload) -> None:
    workload.refusal, workload.retry_seconds = "", math.inf


def _refuse(world: World, workload: SimWorkload, found: SimReplicaSet, refusal: str) -> None:
    if not workload.refusal or workload.retry_seconds <= world.seconds:
        message = f"Error creating: {refusal}"
        tell(world, replica_set_ref(found), REPLICA_SET_CONTROLLER, "FailedCreate", message, is_warning=True)
        workload.retry_seconds = world.seconds + RETRY_SECONDS
    workload.refusal = refusal
    workload.needs_count = True


def _forget(world: World, workload: SimWorkload) -> None:
    """Remove the oldest ReplicaSets that want and have nothing, but for the last few."""
    idle = [
        found
        for found in workload.replica_sets.values()
        if found.revision != workload.revision
        and not found.desired
        and not any(pod.revision == found.revision for pod in workload.pods.values())
    ]
    for found in sorted(idle, key=lambda found: found.number)[: max(0, len(idle) - HISTORY_LIMIT)]:
        del workload.replica_sets[found.revision]
        del world.replica_sets[found.key]
        world.mark(Kind.REPLICA_SET, found.key)
