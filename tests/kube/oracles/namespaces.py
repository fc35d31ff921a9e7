"""A namespace as the Master expects it: wire contract 2.4.11 and 2.6."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.kube.oracles.matching import Shape, Unordered
from tests.kube.oracles.metadata import decoration, summary
from tests.kube.oracles.policies import limit_range, resource_quota
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
    name = raw["metadata"]["name"]
    return Shape(
        required={
            "summary": Shape(required=summary(raw, fetched_at)),
            "status": Shape(required={"phase": raw["status"]["phase"]}),
            "resources": Shape(required=_counts(name, lists)),
        },
        optional=decoration(raw)
        | {
            "quotas": Unordered([resource_quota(item, fetched_at) for item in within(name, lists, "resourceQuotas")]),
            "limitRanges": Unordered([limit_range(item, fetched_at) for item in within(name, lists, "limitRanges")]),
        },
    )


def within(name: str, lists: Mapping[str, Sequence[Json]], kind: str) -> list[Json]:
    """The objects of one list that are in the namespace of this name."""
    return [item for item in lists.get(kind, ()) if item["metadata"]["namespace"] == name]


def _counts(name: str, lists: Mapping[str, Sequence[Json]]) -> Json:
    here = {kind: within(name, lists, kind) for kind in COUNTED}
    phases = Counter(item["status"].get("phase") for item in here["pods"])
    return {kind: len(items) for kind, items in here.items()} | {f"pods{phase}": phases[phase] for phase in _PHASES}
