"""What is left when somebody deletes something: what belongs to it goes, too, or stays behind without an owner."""

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
        _forget_set(world, workload, found)
    for job in tuple(workload.jobs.values()):
        _forget_job(world, workload, job)
    _forget(world, workload)


def remove_set(world: World, workload: SimWorkload, found: SimReplicaSet, *, keeps_dependents: bool) -> None:
    """Somebody deletes a ReplicaSet; its Deployment makes another one, which adopts the pods that stayed."""
    for pod in [pod for pod in workload.pods.values() if pod.owner_name == found.name]:
        if not keeps_dependents:
            terminate(world, pod)
    _forget_set(world, workload, found)
    workload.needs_look = workload.needs_count = True


def remove_job(world: World, workload: SimWorkload, job: SimJob, *, keeps_dependents: bool) -> None:
    """Somebody deletes a Job."""
    for pod in [pod for pod in workload.pods.values() if pod.owner_name == job.name]:
        if keeps_dependents:
            _set_free(world, pod)
        else:
            terminate(world, pod)
    _forget_job(world, workload, job)
    workload.needs_count = True


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


def _forget_set(world: World, workload: SimWorkload, found: SimReplicaSet) -> None:
    del workload.replica_sets[found.revision]
    del world.replica_sets[found.key]
    world.mark(Kind.REPLICA_SET, found.key)


def _forget_job(world: World, workload: SimWorkload, job: SimJob) -> None:
    del workload.jobs[job.name]
    del world.jobs[job.key]
    world.mark(Kind.JOB, job.key)
