"""What has happened before the simulation begins: revisions, claims, conditions, and the Events of the last hour."""

from datetime import timedelta
from functools import partial
from typing import Final, cast

from adapters.memory.world.batch import words_of_end
from adapters.memory.world.blueprints import Fault, WorkloadKind
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.deployments import new_replica_set
from adapters.memory.world.event_log import (
    CRON_JOB_CONTROLLER,
    JOB_CONTROLLER,
    SCHEDULER,
    Words,
)
from adapters.memory.world.kubelet import LONGEST_BACKOFF_SECONDS
from adapters.memory.world.kubelet_events import words_of_failed_pull, words_of_start, words_of_waiting
from adapters.memory.world.network import follow_pods
from adapters.memory.world.owned import SimJob, SimService
from adapters.memory.world.rollout_progress import conclude
from adapters.memory.world.scheduler_events import REMIND_SECONDS, scheduled_message
from adapters.memory.world.state import SimPod, SimWorkload, Stage, World
from adapters.memory.world.storage import RETRY_SECONDS, bind, claim_storage, words_of_missing_class
from adapters.memory.world.telling import job_ref, words_of_pod, workload_ref
from domain.cluster.kinds import Kind
from domain.cluster.storage import PersistentVolumeClaim

_HASH_LETTERS: Final = 10
_MOST_REVISIONS: Final = 6
_PODS_FOLLOW: Final = timedelta(seconds=2)
_ROLLOUT: Final = timedelta(seconds=35)
_GIVEN_UP: Final = timedelta(seconds=635)


def remember(world: World) -> None:
    """Give every workload the past that its pods tell of."""
    for workload in world.workloads.values():
        match workload.plan.kind:
            case WorkloadKind.DEPLOYMENT:
                _remember_rollouts(world, workload)
            case WorkloadKind.STATEFUL_SET:
                _remember_claims(world, workload)
            case WorkloadKind.CRON_JOB:
                for job in workload.jobs.values():
                    _tell_of_job(world, workload, job)
            case WorkloadKind.DAEMON_SET | WorkloadKind.NODE | WorkloadKind.NONE:
                pass
    for pod in world.pods.values():
        if pod.stage is not Stage.ENDED:
            _tell_of_trouble(world, pod)
    for service in world.services.values():
        _remember_endpoints(world, service)
    _tell_of_claims(world)


def _tell_of_claims(world: World) -> None:
    for declared in world.declared[Kind.PERSISTENT_VOLUME_CLAIM].values():
        claim = cast("PersistentVolumeClaim", declared)
        if claim.phase == "Pending" and claim.created_at is not None:
            times = 1 + int((world.now - claim.created_at).total_seconds() // RETRY_SECONDS)
            world.events.write(words_of_missing_class(claim), world.now, times=times, since=claim.created_at)


def _remember_rollouts(world: World, workload: SimWorkload) -> None:
    """Every revision so far has a ReplicaSet, and the pods are younger than the newest."""
    images = [workload.images]
    while workload.plan.is_rolled and len(images) < _MOST_REVISIONS and (older := _older(images[0][0])):
        images.insert(0, (older, *images[0][1:]))
    born_at = workload.created_at
    first_pod_at = min((pod.created_at for pod in workload.pods.values()), default=world.now)
    newest_at = born_at if len(images) == 1 else max(born_at, first_pod_at - _PODS_FOLLOW)
    for number, of_revision in enumerate(images, start=1):
        is_newest = number == len(images)
        revision = workload.revision if is_newest else world.letters(_HASH_LETTERS)
        found = new_replica_set(world, workload, number, revision, of_revision)
        share = 1.0 if is_newest else (number - 1) / (len(images) - 1)
        found.created_at = (born_at + (newest_at - born_at) * share).replace(microsecond=0)
        found.desired = workload.desired if is_newest else 0
    workload.generation = workload.observed_generation = len(images)
    is_well = sum(pod.is_ready for pod in workload.pods.values()) == workload.desired
    conclude(world, workload, min(world.now, newest_at + (_ROLLOUT if is_well else _GIVEN_UP)))


def _older(image: str) -> str:
    """`shop/web:3.14.2` was `shop/web:3.14.1` before; empty when there was none."""
    head, _, patch = image.rpartition(".")
    return f"{head}.{int(patch) - 1}" if patch.isdecimal() and int(patch) > 0 else ""


def _remember_claims(world: World, workload: SimWorkload) -> None:
    """A volume is as old as its workload, whatever became of the pods that used it."""
    for pod in workload.pods.values():
        for claim in claim_storage(world, pod):
            claim.created_at = workload.created_at
            bind(world, claim)
            claim.bound_at = workload.created_at + _PODS_FOLLOW


def _remember_endpoints(world: World, found: SimService) -> None:
    """They have been the same since the last of the pods became ready, or not."""
    follow_pods(world, found)
    turned_at = [
        pod.conditions["Ready"].since
        for workload in world.workloads.values()
        if found in workload.services
        for pod in workload.pods.values()
        if "Ready" in pod.conditions
    ]
    found.changed_at = max((at for at in turned_at if at is not None), default=found.changed_at)


def _tell_of_job(world: World, workload: SimWorkload, job: SimJob) -> None:
    begun_at, ended_at = job.created_at, job.finished_at
    if ended_at is None or not world.events.is_remembered(begun_at, world.now):
        return
    cron_job = partial(Words, about=workload_ref(world, workload), writer=CRON_JOB_CONTROLLER)
    of_job = partial(Words, about=job_ref(job), writer=JOB_CONTROLLER)
    write = world.events.write
    write(cron_job(reason="SuccessfulCreate", message=f"Created job {job.name}"), begun_at)
    for pod in workload.pods.values():
        if pod.owner_name == job.name:
            write(of_job(reason="SuccessfulCreate", message=f"Created pod: {pod.name}"), begun_at)
            write(words_of_pod(pod, "Scheduled", scheduled_message(pod), writer=SCHEDULER), begun_at)
            for container in pod.containers:
                for words in words_of_start(pod, container):
                    write(words, begun_at + _PODS_FOLLOW)
    for words in words_of_end(world, workload, job):
        write(words, ended_at)


def _tell_of_trouble(world: World, pod: SimPod) -> None:
    """What does not work has not worked since the pod was made."""
    age_seconds = (world.now - pod.created_at).total_seconds()
    if pod.node is None:
        words = words_of_pod(pod, "FailedScheduling", pod.message, writer=SCHEDULER, is_warning=True)
        times = 1 + int(age_seconds // REMIND_SECONDS)
        pod.reminded_seconds = -(age_seconds % REMIND_SECONDS)
        world.events.write(words, world.ago(-pod.reminded_seconds), times=times, since=pod.created_at)
        return
    for container in pod.containers:
        match container.plan.fault:
            case Fault.CRASH:
                _tell_of_crashes(world, pod, container)
            case Fault.IMAGE:
                times = 1 + int(age_seconds // LONGEST_BACKOFF_SECONDS)
                for words in words_of_failed_pull(pod, container):
                    world.events.write(words, world.now, times=times, since=pod.created_at)
            case Fault.NONE:
                pass


def _tell_of_crashes(world: World, pod: SimPod, container: SimContainer) -> None:
    crashed_at = container.last_at or pod.created_at
    for words in words_of_start(pod, container):
        started_at = crashed_at - timedelta(seconds=container.plan.ready_after_seconds)
        world.events.write(words, started_at, times=container.restarts + 1, since=pod.created_at)
    words = words_of_waiting(pod, container)
    world.events.write(words, crashed_at + _PODS_FOLLOW, times=container.restarts, since=pod.created_at)
