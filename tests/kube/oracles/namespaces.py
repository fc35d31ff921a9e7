"""A namespace as the Master expects it: wire contract 2.4.11 and 2.6."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.kube.oracles.matching import Anything, Shape
from tests.kube.oracles.texts import Annotations, Instant, age
from tests.kube.testbed.errors import Json

COUNTED = (
    "pods",
    "deployments",
    "statefulSets",
    "daemonSets",
    "replicaSets",
    "jobs",
    "cronJobs",
    "services",
    "ingresses",
    "networkPolicies",
    "configMaps",
    "secrets",
    "serviceAccounts",
    "pvcs",
)
"""Lists that are counted by namespace, by their names on the wire."""
_PHASES = ("Running", "Pending", "Failed", "Succeeded")


def namespace(raw: Json, fetched_at: datetime, lists: Mapping[str, Sequence[Json]]) -> Shape:
    """What the wire must say about this namespace.

    Args:
        raw: the object as the API server gives it.
        fetched_at: the snapshot's own time, from which it counts ages.
        lists: the API server's objects of each list that the agent collects; the others count nothing.
    """
    metadata = raw["metadata"]
    return Shape(
        required={
            "summary": Shape(
                required={
                    "name": metadata["name"],
                    "createdAt": Instant(metadata["creationTimestamp"]),
                    "age": age(metadata["creationTimestamp"], fetched_at),
                }
            ),
            "status": Shape(required={"phase": raw["status"]["phase"]}),
            "resources": Shape(required=_counts(metadata["name"], lists)),
        },
        optional={
            "quotas": Anything(),
            "limitRanges": Anything(),
            "labels": metadata.get("labels") or {},
            "annotations": Annotations(metadata.get("annotations") or {}),
        },
    )


def _counts(name: str, lists: Mapping[str, Sequence[Json]]) -> Json:
    here = {kind: [item for item in lists.get(kind, ()) if item["metadata"]["namespace"] == name] for kind in COUNTED}
    phases = Counter(item["status"].get("phase") for item in here["pods"])
    return {kind: len(items) for kind, items in here.items()} | {f"pods{phase}": phases[phase] for phase in _PHASES}
