"""Jobs and CronJobs.

Source: wire contract 2.4.8.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta
from domain.cluster.templates import PodTemplate, WorkloadCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(CommonMeta):
    """A Job."""

    kind: ClassVar[Kind] = Kind.JOB

    active: int
    succeeded: int
    failed: int
    complete: bool
    """Whether it ended well."""
    completions: int | None = None
    parallelism: int | None = None
    backoff_limit: int | None = None
    template: PodTemplate
    conditions: tuple[WorkloadCondition, ...] = ()
    start_time: datetime | None = None
    finish_time: datetime | None = None
    """When it ended, well or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CronJob(CommonMeta):
    """A CronJob."""

    kind: ClassVar[Kind] = Kind.CRON_JOB

    schedule: str
    suspend: bool
    concurrency_policy: str = ""
    successful_jobs_history_limit: int | None = None
    failed_jobs_history_limit: int | None = None
    template: PodTemplate
    active_jobs: int
    last_schedule_time: datetime | None = None
    last_successful_time: datetime | None = None
