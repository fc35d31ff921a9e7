"""Jobs and CronJobs as the Master expects them: wire contract 2.4.8."""

from tests.kube.oracles.matching import Shape
from tests.kube.oracles.metadata import common, copied, counted, owner, stated, workload_condition
from tests.kube.oracles.templates import template
from tests.kube.oracles.texts import Instant
from tests.kube.testbed.errors import Json


def job(raw: Json) -> Shape:
    """What the wire must say about a Job; a failed one has an end too, the moment at which it was given up."""
    spec, status = raw["spec"], raw.get("status") or {}
    required, optional = common(raw, "Job")
    return Shape(
        required=required
        | counted(status, "active", "succeeded", "failed")
        | {"complete": bool(status.get("completionTime")), "template": template(spec["template"])}
        | stated(spec, "completions", "parallelism", "backoffLimit"),
        optional=optional
        | owner(raw)
        | {
            "conditions": [workload_condition(item) for item in status.get("conditions") or []],
            "startTime": Instant(status.get("startTime")),
            "finishTime": Instant(status.get("completionTime") or _given_up_at(status)),
        },
    )


def _given_up_at(status: Json) -> str | None:
    failed: Json = next(
        (item for item in status.get("conditions") or [] if (item["type"], item["status"]) == ("Failed", "True")), {}
    )
    return failed.get("lastTransitionTime")


def cron_job(raw: Json) -> Shape:
    """What the wire must say about a CronJob."""
    spec, status = raw["spec"], raw.get("status") or {}
    required, optional = common(raw, "CronJob")
    return Shape(
        required=required
        | {
            "schedule": spec["schedule"],
            "suspend": bool(spec.get("suspend")),
            "template": template(spec["jobTemplate"]["spec"]["template"]),
            "activeJobs": len(status.get("active") or []),
        }
        | stated(spec, "successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
        optional=optional
        | copied(spec, "concurrencyPolicy")
        | {name: Instant(status.get(name)) for name in ("lastScheduleTime", "lastSuccessfulTime")},
    )
