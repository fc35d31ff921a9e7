"""Events of about 1.2 KB, as old and new writers write them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from synthetic_parts import Json, metadata

NORMAL: Final = (
    ("Scheduled", "Successfully assigned {pod} to {node}"),
    ("Pulled", "Container image for {pod} already present on machine {node}"),
    ("Created", "Created container of {pod}"),
    ("Started", "Started container of {pod}"),
)
WARNINGS: Final = (
    ("BackOff", "Back-off restarting failed container of {pod} on {node}"),
    ("Unhealthy", "Readiness probe of {pod} failed: HTTP probe failed with statuscode: 503"),
)
WARNING_EVERY: Final = 5
NEW_WRITER_EVERY: Final = 3
"""A third come from writers of events.k8s.io: zero times, `eventTime` and `series` instead."""


def an_event(number: int, pod: str, namespace: str, node: str, at: datetime, *, is_warning: bool) -> Json:
    """An event about a pod."""
    reason, text = (WARNINGS if is_warning else NORMAL)[number % (2 if is_warning else 4)]
    is_new = number % NEW_WRITER_EVERY == 0
    seen = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    made: Json = {
        "metadata": metadata(f"{pod}.{number:016x}", namespace, number, {}, managed=16),
        "involvedObject": {
            "kind": "Pod",
            "namespace": namespace,
            "name": pod,
            "uid": f"uid-of-{pod}",
            "apiVersion": "v1",
            "resourceVersion": str(number),
            "fieldPath": "spec.containers{app}",
        },
        "reason": reason,
        "message": text.format(pod=pod, node=node),
        "type": "Warning" if is_warning else "Normal",
        "reportingComponent": "kubelet",
        "reportingInstance": node,
    }
    made["metadata"]["creationTimestamp"] = seen
    if is_new:
        precise = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        series = {"count": number % 7 + 2, "lastObservedTime": precise} if number % 2 else None
        return (
            made
            | {"eventTime": precise, "action": "Binding", "firstTimestamp": None, "lastTimestamp": None}
            | ({"series": series} if series else {})
        )
    source = {"component": "kubelet", "host": node}
    return made | {
        "source": source,
        "firstTimestamp": seen,
        "lastTimestamp": seen,
        "count": number % 9 + 1,
        "eventTime": None,
    }


def seen_again(event: Json, at: datetime) -> Json:
    """The same event once more."""
    if event.get("eventTime"):
        series = event.get("series") or {"count": 1}
        last = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        event["series"] = {"count": series["count"] + 1, "lastObservedTime": last}
    else:
        event["count"] += 1
        event["lastTimestamp"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return event


def moments_ago(seconds: float) -> datetime:
    """A time in the past, counted from now: the agent keeps events for an hour."""
    return datetime.now(UTC) - timedelta(seconds=seconds)
