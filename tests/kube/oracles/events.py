"""An event as the Master expects it: wire contract 2.4.15, the new fields first, then the deprecated ones."""

from datetime import datetime, timedelta

from tests.kube.oracles.matching import Shape
from tests.kube.oracles.metadata import common, copied
from tests.kube.oracles.texts import Instant, Redactable, parse_time
from tests.kube.testbed.errors import Json

KEPT = timedelta(hours=1)
"""As long as the API server keeps events itself; what is older may have been let go."""


def event(raw: Json) -> Shape:
    """What the wire must say about a core/v1 Event."""
    required, optional = common(raw, "Event")
    series, source = raw.get("series") or {}, raw.get("source") or {}
    involved = raw["involvedObject"]
    created = raw["metadata"]["creationTimestamp"]
    return Shape(
        required=required
        | {
            "type": raw.get("type", ""),
            "reason": raw.get("reason", ""),
            "message": Redactable(raw.get("message", "")),
            "involvedObject": Shape(
                required={"kind": involved.get("kind", ""), "name": involved.get("name", "")},
                optional=copied(involved, "namespace", "uid"),
            ),
            "count": series.get("count") or raw.get("count") or 1,
            "firstTimestamp": Instant(raw.get("eventTime") or raw.get("firstTimestamp") or created),
            "lastTimestamp": Instant(last_seen(raw)),
        },
        optional=optional
        | {
            "source": raw.get("reportingComponent") or source.get("component"),
            "nodeName": source.get("host"),
        },
    )


def last_seen(raw: Json) -> str:
    """When it happened last."""
    series = raw.get("series") or {}
    choices = (series.get("lastObservedTime"), raw.get("eventTime"), raw.get("lastTimestamp"))
    return next((text for text in choices if text), str(raw["metadata"]["creationTimestamp"]))


def may_be_gone(raw: Json, fetched_at: datetime) -> bool:
    """Whether it is so old that a collector need not have it any more."""
    return fetched_at - parse_time(last_seen(raw)) >= KEPT
