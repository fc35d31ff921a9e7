"""Jobs and CronJobs as a reader sees them."""

from typing import Final

from adapters.memory.world.batch import schedule_of
from adapters.memory.world.moments import rfc3339
from adapters.memory.world.owned import SimJob
from adapters.memory.world.state import SimWorkload, World
from adapters.memory.world.workload_view import template_of
from domain.cluster.batch import CronJob, Job
from domain.cluster.kinds import Kind
from domain.cluster.templates import WorkloadCondition

_BACKOFF_LIMIT: Final = 6
_FAILED_JOBS_KEPT: Final = 1


def view_job(_world: World, job: SimJob) -> Job:
    """The Job now."""
    plan = job.plan
    finished_at = rfc3339(job.finished_at)
    reached = {"SuccessCriteriaMet": "CompletionsReached", "Complete": "CompletionsReached"} if finished_at else {}
    return Job(
        uid=job.uid,
        name=job.name,
        namespace=plan.namespace,
        owner_kind=Kind.CRON_JOB.value,
        owner_name=plan.name,
        labels=plan.labels,
        created_at=job.created_at,
        active=job.active,
        succeeded=job.succeeded,
        failed=job.failed,
        complete=job.finished_at is not None,
        completions=1,
        parallelism=1,
        backoff_limit=_BACKOFF_LIMIT,
        template=template_of(plan, tuple(container.container.image for container in plan.containers)),
        conditions=tuple(
            WorkloadCondition(
                type=kind,
                status="True",
                reason=reason,
                message="Reached expected number of succeeded pods",
                last_update_time=finished_at,
                last_transition_time=finished_at,
            )
            for kind, reason in reached.items()
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
        failed_jobs_history_limit=_FAILED_JOBS_KEPT,
        template=template_of(plan, workload.images),
        active_jobs=sum(job.finished_at is None for job in jobs),
        last_schedule_time=max((job.created_at for job in jobs), default=None),
        last_successful_time=max((job.finished_at for job in jobs if job.finished_at is not None), default=None),
    )
