"""Jobs and CronJobs.

Source: k8s.io/api `batch/v1`.
"""

from adapters.kubernetes.schema.metadata import LeanMeta, Marker, Partial, Text
from adapters.kubernetes.schema.templates import ConditionStruct, PodTemplateStruct


class JobSpecStruct(Partial, frozen=True):
    """What a Job asks for."""

    completions: int | None = None
    parallelism: int | None = None
    backoff_limit: int | None = None
    template: PodTemplateStruct | None = None


class JobStatusStruct(Partial, frozen=True):
    """What became of a Job."""

    active: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    start_time: Text = None
    completion_time: Text = None
    conditions: list[ConditionStruct | None] | None = None


class JobStruct(Partial, frozen=True):
    """A Job."""

    metadata: LeanMeta | None = None
    spec: JobSpecStruct | None = None
    status: JobStatusStruct | None = None


class JobTemplateSpec(Partial, frozen=True):
    """The Job that a CronJob makes: its pods."""

    template: PodTemplateStruct | None = None


class JobTemplateStruct(Partial, frozen=True):
    """The Job that a CronJob makes."""

    spec: JobTemplateSpec | None = None


class CronJobSpecStruct(Partial, frozen=True):
    """What a CronJob asks for."""

    schedule: Text = None
    suspend: bool | None = None
    concurrency_policy: Text = None
    successful_jobs_history_limit: int | None = None
    failed_jobs_history_limit: int | None = None
    job_template: JobTemplateStruct | None = None


class CronJobStatusStruct(Partial, frozen=True):
    """What became of a CronJob."""

    active: list[Marker | None] | None = None
    last_schedule_time: Text = None
    last_successful_time: Text = None


class CronJobStruct(Partial, frozen=True):
    """A CronJob."""

    metadata: LeanMeta | None = None
    spec: CronJobSpecStruct | None = None
    status: CronJobStatusStruct | None = None
