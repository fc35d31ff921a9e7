"""What can be deleted in the simulated cluster, and what is left of it then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.kubelet import terminate
from adapters.memory.world.owned import Key
from adapters.memory.world.removal import remove_declared, remove_job, remove_set, remove_workload
from adapters.memory.world.state import SimPod, SimWorkload, Stage, World
from domain.cluster.kinds import Kind
from domain.commands.workload_requests import DeletionOptions, Propagation

DEFAULT_GRACE_SECONDS: Final = 30
"""terminationGracePeriodSeconds where a pod does not say."""
_NEVER: Final = frozenset({Kind.NODE, Kind.NAMESPACE, Kind.PERSISTENT_VOLUME, Kind.EVENT, Kind.ENDPOINT_SLICE})
"""Kinds whose deletion is not simulated."""
_WORKLOADS: Final = frozenset({Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET, Kind.CRON_JOB})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletable:
    """One object, and how it goes."""

    uid: str
    resource_version: str
    remove: Callable[[DeletionOptions], None]
    is_owned: bool = False
    """Whether a controller makes it again; of interest for pods."""
    grace_seconds: int | None = None
    """What a pod is given that has something to end."""
    is_terminating: bool = False


def find_deletable(world: World, kind: Kind, key: Key) -> Deletable | None:
    """The object under a name; None where there is none, or none whose deletion is simulated."""
    if kind is Kind.POD:
        return _pod(world, world.pods[key]) if key in world.pods else None
    if kind in _WORKLOADS:
        workload = world.find(WorkloadKind(kind.value), *key)
        return _workload(world, kind, workload) if workload is not None else None
    if kind is Kind.REPLICA_SET and key in world.replica_sets:
        found = world.replica_sets[key]
        return Deletable(
            uid=found.uid,
            resource_version="1",
            remove=lambda options: remove_set(world, found, keeps_dependents=_keeps(options)),
        )
    if kind is Kind.JOB and key in world.jobs:
        job = world.jobs[key]
        return Deletable(
            uid=job.uid,
            resource_version="1",
            remove=lambda options: remove_job(world, job, keeps_dependents=_keeps(options)),
        )
    if kind in _NEVER or key not in world.declared[kind]:
        return None
    return Deletable(
        uid=world.uid_of(kind, *key), resource_version="1", remove=lambda _: remove_declared(world, kind, key)
    )


def _pod(world: World, pod: SimPod) -> Deletable:
    own_seconds = pod.workload.plan.spec.termination_grace_period_seconds
    return Deletable(
        uid=pod.uid,
        resource_version="1",
        remove=lambda options: terminate(world, pod, at_once=options.grace_seconds == 0),
        is_owned=bool(pod.owner_kind),
        grace_seconds=(DEFAULT_GRACE_SECONDS if own_seconds is None else own_seconds) if pod.node else None,
        is_terminating=pod.stage is Stage.TERMINATING,
    )


def _workload(world: World, kind: Kind, workload: SimWorkload) -> Deletable:
    def remove(options: DeletionOptions) -> None:
        waits = options.propagation is Propagation.FOREGROUND
        remove_workload(world, workload, keeps_dependents=_keeps(options), waits=waits)

    return Deletable(
        uid=world.uid_of(kind, workload.plan.namespace, workload.plan.name),
        resource_version=str(workload.resource_version),
        remove=remove,
        is_terminating=workload.is_going,
    )


def _keeps(options: DeletionOptions) -> bool:
    return options.propagation is Propagation.ORPHAN
