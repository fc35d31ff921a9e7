"""Jobs and CronJobs.

Source: wire contract 2.4.8.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_LEAN_META, common_meta, owner
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32, optional_int32, present
from adapters.kubernetes.mappers.sharing import name
from adapters.kubernetes.mappers.templates import conditions, pod_template
from adapters.kubernetes.schema.batch import (
    CronJobSpecStruct,
    CronJobStatusStruct,
    CronJobStruct,
    JobSpecStruct,
    JobStatusStruct,
    JobStruct,
    JobTemplateSpec,
    JobTemplateStruct,
)
from domain.cluster.batch import CronJob, Job

_NO_SPEC: Final = JobSpecStruct()
_NO_STATUS: Final = JobStatusStruct()
_NO_CRON_SPEC: Final = CronJobSpecStruct()
_NO_CRON_STATUS: Final = CronJobStatusStruct()
_NO_JOB_TEMPLATE: Final = JobTemplateStruct()
_NO_TEMPLATE_SPEC: Final = JobTemplateSpec()


def to_job(job: JobStruct, options: MappingOptions) -> Job:
    """The Job as the domain knows it."""
    meta = job.metadata or NO_LEAN_META
    spec = job.spec or _NO_SPEC
    status = job.status or _NO_STATUS
    completed_at = instant(status.completion_time)
    return Job(
        **common_meta(meta),
        **owner(meta),
        active=int32(status.active),
        succeeded=int32(status.succeeded),
        failed=int32(status.failed),
        complete=completed_at is not None,
        completions=optional_int32(spec.completions),
        parallelism=optional_int32(spec.parallelism),
        backoff_limit=optional_int32(spec.backoff_limit),
        template=pod_template(spec.template, options),
        conditions=conditions(status.conditions),
        start_time=instant(status.start_time),
        finish_time=completed_at or instant(_failed_at(status)),
    )


def _failed_at(status: JobStatusStruct) -> str | None:
    """When a Job was given up; the API sets no completion time for it."""
    failed = (one for one in present(status.conditions) if one.type == "Failed" and one.status == "True")
    return next((one.last_transition_time for one in failed), None)


def to_cron_job(cron_job: CronJobStruct, options: MappingOptions) -> CronJob:
    """The CronJob as the domain knows it."""
    spec = cron_job.spec or _NO_CRON_SPEC
    status = cron_job.status or _NO_CRON_STATUS
    template = (spec.job_template or _NO_JOB_TEMPLATE).spec or _NO_TEMPLATE_SPEC
    return CronJob(
        **common_meta(cron_job.metadata or NO_LEAN_META),
        schedule=spec.schedule or "",
        suspend=bool(spec.suspend),
        concurrency_policy=name(spec.concurrency_policy),
        successful_jobs_history_limit=optional_int32(spec.successful_jobs_history_limit),
        failed_jobs_history_limit=optional_int32(spec.failed_jobs_history_limit),
        template=pod_template(template.template, options),
        active_jobs=len(status.active or ()),
        last_schedule_time=instant(status.last_schedule_time),
        last_successful_time=instant(status.last_successful_time),
    )
