"""What is left when somebody deletes something: what belongs to it goes, too, or stays behind without an owner."""

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.kubelet import terminate
from adapters.memory.world.owned import Key, SimJob, SimReplicaSet
from adapters.memory.world.state import SimPod, SimWorkload, World
from domain.cluster.kinds import Kind


def remove_workload(world: World, workload: SimWorkload, *, keeps_dependents: bool, waits: bool) -> None:
    """Somebody deletes a workload.

    Args:
        world: where.
        workload: what.
        keeps_dependents: its ReplicaSets, Jobs and pods stay, and belong to nobody; no controller looks after them.
        waits: it goes when its pods are gone; otherwise it goes first.
    """
    if keeps_dependents:
        _let_go(world, workload)
        return
    workload.is_going = waits
    workload.needs_look = True
    for pod in tuple(workload.pods.values()):
        terminate(world, pod)
    if not waits:
        forget_workload(world, workload)


def forget_workload(world: World, workload: SimWorkload) -> None:
    """A workload is gone, and what its controller made beside pods."""
    for found in tuple(workload.replica_sets.values()):
        _forget_set(world, found)
    for job in tuple(workload.jobs.values()):
        _forget_job(world, job)
    _forget(world, workload)


def remove_set(world: World, found: SimReplicaSet, *, keeps_dependents: bool) -> None:
    """Somebody deletes a ReplicaSet; its Deployment makes another one, which adopts the pods that stayed."""
    if not keeps_dependents:
        _end_pods(world, found.key)
    _forget_set(world, found)


def remove_job(world: World, job: SimJob, *, keeps_dependents: bool) -> None:
    """Somebody deletes a Job."""
    if keeps_dependents:
        for pod in _pods_of(world, job.key):
            _set_free(world, pod)
    else:
        _end_pods(world, job.key)
    _forget_job(world, job)


def remove_declared(world: World, kind: Kind, key: Key) -> None:
    """Somebody deletes what only stands there, or a Service."""
    del world.declared[kind][key]
    world.mark(kind, key)
    service = world.services.pop(key, None) if kind is Kind.SERVICE else None
    if service is not None:
        for workload in world.workloads.values():
            if service in workload.services:
                workload.services.remove(service)
        world.mark(Kind.ENDPOINT_SLICE, (key[0], service.slice_name))


def _let_go(world: World, workload: SimWorkload) -> None:
    for found in workload.replica_sets.values():
        found.is_orphan = True
        world.mark(Kind.REPLICA_SET, found.key)
    for job in workload.jobs.values():
        job.is_orphan = True
        world.mark(Kind.JOB, job.key)
    if not workload.replica_sets and not workload.jobs:
        for pod in workload.pods.values():
            _set_free(world, pod)
    _forget(world, workload)


def _set_free(world: World, pod: SimPod) -> None:
    pod.owner_kind = pod.owner_name = ""
    world.touch(pod)


def _forget(world: World, workload: SimWorkload) -> None:
    del world.workloads[workload.key]
    world.mark(Kind(workload.plan.kind.value), (workload.plan.namespace, workload.plan.name))


def _forget_set(world: World, found: SimReplicaSet) -> None:
    del world.replica_sets[found.key]
    world.mark(Kind.REPLICA_SET, found.key)
    workload = world.find(WorkloadKind.DEPLOYMENT, found.plan.namespace, found.plan.name)
    if workload is not None:
        workload.replica_sets.pop(found.revision, None)
        workload.needs_look = workload.needs_count = True


def _forget_job(world: World, job: SimJob) -> None:
    del world.jobs[job.key]
    world.mark(Kind.JOB, job.key)
    workload = world.find(WorkloadKind.CRON_JOB, job.plan.namespace, job.plan.name)
    if workload is not None:
        workload.jobs.pop(job.name, None)
        workload.needs_look = workload.needs_count = True


def _pods_of(world: World, owner: Key) -> list[SimPod]:
    return [pod for pod in world.pods.values() if (pod.key[0], pod.owner_name) == owner]


def _end_pods(world: World, owner: Key) -> None:
    for pod in _pods_of(world, owner):
        terminate(world, pod)
