"""The controllers of CronJobs and Jobs: a job when it is time, its pod, and only the last few are kept.

A job has one pod and one try: when that has failed, so has the job.
"""

import math
from datetime import datetime

from adapters.memory.world.blueprints import WorkloadPlan
from adapters.memory.world.event_log import CRON_JOB_CONTROLLER, JOB_CONTROLLER, Words
from adapters.memory.world.owned import SimJob
from adapters.memory.world.pod_making import add_run
from adapters.memory.world.quotas import RETRY_SECONDS, why_not
from adapters.memory.world.state import SimPod, SimWorkload, World
from adapters.memory.world.telling import job_ref, tell, workload_ref
from domain.cluster.kinds import Kind

BACKOFF_LIMIT = 0
FAILED_JOBS_KEPT = 1
_MINUTE_SECONDS = 60
_HOUR_MINUTES = 60


def schedule_of(plan: WorkloadPlan) -> str:
    """When it runs, as cron writes it; what is suspended would run on Monday mornings."""
    minutes = plan.every_seconds // _MINUTE_SECONDS
    if not minutes:
        return "0 6 * * 1"
    return f"*/{minutes} * * * *" if minutes < _HOUR_MINUTES else "0 * * * *"


def seconds_to_next_run(plan: WorkloadPlan, now: datetime) -> float:
    """Until the clock shows a time of the schedule; at such a time the next one is meant."""
    return plan.every_seconds - now.timestamp() % plan.every_seconds


def add_job(world: World, workload: SimWorkload, due_at: datetime) -> SimJob:
    """The job that was due at this minute, still without a pod."""
    name = f"{workload.plan.name}-{int(due_at.timestamp() // _MINUTE_SECONDS)}"
    uid = world.uid_of(Kind.JOB, workload.plan.namespace, name)
    job = SimJob(plan=workload.plan, name=name, uid=uid, created_at=world.now)
    workload.jobs[name] = job
    world.jobs[job.key] = job
    world.mark(Kind.JOB, job.key)
    return job


def run_jobs(world: World, workload: SimWorkload) -> None:
    """Start what is due and remove the oldest of what has finished."""
    if workload.next_run_seconds <= world.seconds:
        workload.next_run_seconds = world.seconds + seconds_to_next_run(workload.plan, world.now)
        job = add_job(world, workload, world.now)
        workload.needs_count = True
        tell(world, workload_ref(world, workload), CRON_JOB_CONTROLLER, "SuccessfulCreate", f"Created job {job.name}")
    workload.retry_seconds = math.inf
    served = {pod.owner_name for pod in workload.pods.values()}
    for job in workload.jobs.values():
        if job.finished_at is None and job.name not in served:
            _start(world, workload, job)
    finished = [job for job in workload.jobs.values() if job.finished_at is not None]
    for are_failed, kept in ((False, workload.plan.replicas), (True, FAILED_JOBS_KEPT)):
        alike = [job for job in finished if bool(job.failed) is are_failed]
        for job in alike[: max(0, len(alike) - kept)]:
            _remove(world, workload, job)


def _start(world: World, workload: SimWorkload, job: SimJob) -> None:
    refusal = why_not(world, workload)
    if refusal:
        message = f"Error creating: {refusal}"
        tell(world, job_ref(job), JOB_CONTROLLER, "FailedCreate", message, is_warning=True)
        workload.retry_seconds = world.seconds + RETRY_SECONDS
        return
    pod = add_run(world, workload, job.name)
    tell(world, job_ref(job), JOB_CONTROLLER, "SuccessfulCreate", f"Created pod: {pod.name}")


def count_jobs(world: World, workload: SimWorkload) -> None:
    """Bring the status of every job up to date."""
    pods: dict[str, list[SimPod]] = {name: [] for name in workload.jobs}
    for pod in workload.pods.values():
        if pod.owner_name in pods:  # its job may have been deleted
            pods[pod.owner_name].append(pod)
    for job in workload.jobs.values():
        of_job = pods[job.name]
        succeeded = sum(pod.phase_at_end == "Succeeded" for pod in of_job)
        failed = sum(pod.phase_at_end == "Failed" for pod in of_job)
        counts = (len(of_job) - succeeded - failed, succeeded, failed)
        if counts == (job.active, job.succeeded, job.failed):
            continue
        job.active, job.succeeded, job.failed = counts
        world.mark(Kind.JOB, job.key)
        if succeeded + failed and job.finished_at is None:
            job.finished_at = world.now
            workload.needs_look = True
            for words in words_of_end(world, workload, job):
                world.events.write(words, world.now)


def words_of_end(world: World, workload: SimWorkload, job: SimJob) -> tuple[Words, Words]:
    """What is told when a job has ended."""
    about, writer = job_ref(job), JOB_CONTROLLER
    if job.failed:
        message = "Job has reached the specified backoff limit"
        end = Words(about=about, writer=writer, reason="BackoffLimitExceeded", message=message, is_warning=True)
    else:
        end = Words(about=about, writer=writer, reason="Completed", message="Job completed")
    seen = Words(
        about=workload_ref(world, workload),
        writer=CRON_JOB_CONTROLLER,
        reason="SawCompletedJob",
        message=f"Saw completed job: {job.name}, condition: {'Failed' if job.failed else 'Complete'}",
    )
    return end, seen


def _remove(world: World, workload: SimWorkload, job: SimJob) -> None:
    for pod in [pod for pod in workload.pods.values() if pod.owner_name == job.name]:
        world.remove(pod)
    del workload.jobs[job.name]
    del world.jobs[job.key]
    world.mark(Kind.JOB, job.key)
    message = f"Deleted job {job.name}"
    tell(world, workload_ref(world, workload), CRON_JOB_CONTROLLER, "SuccessfulDelete", message)
