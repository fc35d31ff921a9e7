"""Jobs and CronJobs as a reader sees them."""

from typing import Final

from adapters.memory.world.batch import BACKOFF_LIMIT, FAILED_JOBS_KEPT, schedule_of
from adapters.memory.world.owned import SimJob
from adapters.memory.world.pod_view import rfc3339
from adapters.memory.world.state import SimWorkload, World
from adapters.memory.world.workload_view import template_of
from domain.cluster.batch import CronJob, Job
from domain.cluster.kinds import Kind
from domain.cluster.templates import WorkloadCondition

_COMPLETE: Final = (
    ("SuccessCriteriaMet", "Complete"),
    "CompletionsReached",
    "Reached expected number of succeeded pods",
)
_FAILED: Final = (
    ("FailureTarget", "Failed"),
    "BackoffLimitExceeded",
    "Job has reached the specified backoff limit",
)
"""Conditions, reason and message of a job that has ended."""


def view_job(_world: World, job: SimJob) -> Job:
    """The Job now."""
    plan = job.plan
    ended_at = rfc3339(job.finished_at)
    kinds, reason, message = _FAILED if job.failed else _COMPLETE
    return Job(
        uid=job.uid,
        name=job.name,
        namespace=plan.namespace,
        owner_kind="" if job.is_orphan else Kind.CRON_JOB.value,
        owner_name="" if job.is_orphan else plan.name,
        labels=plan.labels,
        created_at=job.created_at,
        active=job.active,
        succeeded=job.succeeded,
        failed=job.failed,
        complete=job.finished_at is not None and not job.failed,
        completions=1,
        parallelism=1,
        backoff_limit=BACKOFF_LIMIT,
        template=template_of(plan, tuple(container.container.image for container in plan.containers)),
        conditions=tuple(
            WorkloadCondition(
                type=kind,
                status="True",
                reason=reason,
                message=message,
                last_update_time=ended_at,
                last_transition_time=ended_at,
            )
            for kind in (kinds if ended_at else ())
        ),
        start_time=job.created_at,
        finish_time=job.finished_at,
    )


def view_cron_job(world: World, workload: SimWorkload) -> CronJob:
    """The CronJob now."""
    plan, jobs = workload.plan, workload.jobs.values()
    return CronJob(
        uid=world.uid_of(Kind.CRON_JOB, plan.namespace, plan.name),
        name=plan.name,
        namespace=plan.namespace,
        labels=plan.labels,
        created_at=workload.created_at,
        schedule=schedule_of(plan),
        suspend=not plan.every_seconds,
        concurrency_policy="Forbid",
        successful_jobs_history_limit=plan.replicas,
        failed_jobs_history_limit=FAILED_JOBS_KEPT,
        template=template_of(plan, workload.images, workload.annotations),
        active_jobs=sum(job.finished_at is None for job in jobs),
        last_schedule_time=max((job.created_at for job in jobs), default=None),
        last_successful_time=max(
            (job.finished_at for job in jobs if job.finished_at is not None and not job.failed), default=None
        ),
    )
