"""Deployments, ReplicaSets, StatefulSets and DaemonSets as the Master expects them: wire contract 2.4.5 to 2.4.7."""

from collections.abc import Sequence
from datetime import datetime

from tests.kube.oracles.matching import Shape, Unordered
from tests.kube.oracles.metadata import (
    common,
    copied,
    counted,
    decoration,
    owner,
    selector_shape,
    selector_text,
    stated,
    summary,
    workload_condition,
)
from tests.kube.oracles.quantities import Quantity
from tests.kube.oracles.rollouts import daemon_set_rollout, deployment_rollout, stateful_set_rollout
from tests.kube.oracles.templates import template
from tests.kube.oracles.texts import Instant, Redactable, age
from tests.kube.testbed.errors import Json

_DESIRED = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "numberMisscheduled")
_REACHED = ("numberAvailable", "numberUnavailable", "updatedNumberScheduled")


def deployment(raw: Json, fetched_at: datetime, replica_sets: Sequence[Json]) -> Shape:
    """What the wire must say about a Deployment and, briefly, about the ReplicaSets that it controls."""
    spec, status = raw["spec"], raw.get("status") or {}
    strategy = spec.get("strategy") or {}
    numbers = ("updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas")
    return Shape(
        required={
            "summary": Shape(
                required=summary(raw, fetched_at)
                | {
                    "strategy": strategy.get("type", ""),
                    "replicas": spec.get("replicas") or 0,
                    "updated": status.get("updatedReplicas") or 0,
                    "ready": status.get("readyReplicas") or 0,
                    "available": status.get("availableReplicas") or 0,
                },
                optional={
                    "unavailable": status.get("unavailableReplicas"),
                    "paused": spec.get("paused"),
                    "selector": selector_text(spec.get("selector")),
                },
            ),
            "spec": Shape(
                required=stated(spec, "replicas", "revisionHistoryLimit", "progressDeadlineSeconds")
                | {"strategy": _deployment_strategy(strategy)},
                optional={
                    "selector": selector_shape(spec.get("selector")),
                    "minReadySeconds": spec.get("minReadySeconds"),
                },
            ),
            "template": template(spec["template"]),
            "status": Shape(
                required=counted(status, "replicas") | stated(status, "collisionCount"),
                optional=copied(status, "observedGeneration", *numbers)
                | {"conditions": [_deployment_condition(item) for item in status.get("conditions") or []]},
            ),
            "rollout": deployment_rollout(raw),
        },
        optional=decoration(raw)
        | {"replicaSets": Unordered([_brief(item, fetched_at) for item in controlled(raw, replica_sets)])},
    )


def controlled(raw: Json, replica_sets: Sequence[Json]) -> list[Json]:
    """The ReplicaSets that this Deployment is the controller of, by its uid: a name may have been used before."""
    uid = raw["metadata"]["uid"]
    return [
        item
        for item in replica_sets
        if any(ref.get("controller") and ref["uid"] == uid for ref in item["metadata"].get("ownerReferences") or [])
    ]


def _deployment_strategy(raw: Json) -> Shape:
    rolling = raw.get("rollingUpdate") if raw.get("type") == "RollingUpdate" else None
    return Shape(required={"type": raw.get("type", "")}, optional={"rollingUpdate": _rolling_update(rolling)})


def _rolling_update(raw: Json | None) -> Shape | None:
    if raw is None:
        return None
    return Shape(optional={name: _text(raw.get(name)) for name in ("maxUnavailable", "maxSurge")})


def _text(value: int | str | None) -> str | None:
    return None if value is None else str(value)


def _deployment_condition(raw: Json) -> Shape:
    return Shape(
        required={"type": raw["type"], "status": raw["status"]},
        optional={
            "reason": raw.get("reason"),
            "message": Redactable(raw.get("message") or ""),
            "lastUpdateTime": Instant(raw.get("lastUpdateTime")),
            "lastTransitionTime": Instant(raw.get("lastTransitionTime")),
        },
    )


def _brief(raw: Json, fetched_at: datetime) -> Shape:
    metadata, status = raw["metadata"], raw.get("status") or {}
    containers = raw["spec"]["template"]["spec"]["containers"]
    return Shape(
        required={
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "replicas": raw["spec"].get("replicas") or 0,
            "ready": status.get("readyReplicas") or 0,
            "available": status.get("availableReplicas") or 0,
            "createdAt": Instant(metadata["creationTimestamp"]),
            "age": age(metadata["creationTimestamp"], fetched_at),
        },
        optional={
            "revision": (metadata.get("annotations") or {}).get("deployment.kubernetes.io/revision"),
            "image": containers[0].get("image"),
        },
    )


def replica_set(raw: Json) -> Shape:
    """What the wire must say about a ReplicaSet."""
    spec, status = raw["spec"], raw.get("status") or {}
    required, optional = common(raw, "ReplicaSet")
    return Shape(
        required=required
        | {"replicas": spec.get("replicas") or 0}
        | counted(status, "readyReplicas", "availableReplicas"),
        optional=optional | owner(raw) | {"selector": (spec.get("selector") or {}).get("matchLabels") or {}},
    )


def stateful_set(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about a StatefulSet."""
    spec, status = raw["spec"], raw.get("status") or {}
    numbers = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    retention = spec.get("persistentVolumeClaimRetentionPolicy")
    return Shape(
        required={
            "summary": Shape(
                required=summary(raw, fetched_at)
                | {"replicas": 1 if spec.get("replicas") is None else spec["replicas"]}
                | {name.removesuffix("Replicas"): status.get(name) or 0 for name in numbers},
                optional={"serviceName": spec.get("serviceName"), "selector": selector_text(spec.get("selector"))},
            ),
            "spec": Shape(
                required=stated(spec, "replicas", "revisionHistoryLimit"),
                optional=copied(spec, "serviceName", "podManagementPolicy", "minReadySeconds")
                | {
                    "updateStrategy": _update_strategy(spec.get("updateStrategy")),
                    "persistentVolumeClaimRetentionPolicy": retention
                    and Shape(optional=copied(retention, "whenDeleted", "whenScaled")),
                    "selector": selector_shape(spec.get("selector")),
                    "volumeClaimTemplates": [_claim_template(item) for item in spec.get("volumeClaimTemplates") or []],
                },
            ),
            "template": template(spec["template"]),
            "status": Shape(
                required=counted(status, "replicas") | stated(status, "collisionCount"),
                optional=copied(status, "observedGeneration", *numbers, "currentRevision", "updateRevision")
                | {"conditions": [workload_condition(item) for item in status.get("conditions") or []]},
            ),
            "rollout": stateful_set_rollout(raw),
        },
        optional=decoration(raw),
    )


def _update_strategy(raw: Json | None) -> Shape | None:
    if not raw or not raw.get("type"):
        return None
    rolling = raw.get("rollingUpdate") or {}
    return Shape(
        required=stated(rolling, "partition"),
        optional={"type": raw["type"]} | {name: _text(rolling.get(name)) for name in ("maxUnavailable", "maxSurge")},
    )


def _claim_template(raw: Json) -> Shape:
    spec = raw["spec"]
    storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    return Shape(
        required={"name": raw["metadata"]["name"]},
        optional={
            "accessModes": spec.get("accessModes"),
            "storageClass": spec.get("storageClassName"),
            "storage": storage and Quantity(storage, "storage"),
            "selector": (spec.get("selector") or {}).get("matchLabels") or {},
        },
    )


def daemon_set(raw: Json, fetched_at: datetime) -> Shape:
    """What the wire must say about a DaemonSet."""
    spec, status = raw["spec"], raw.get("status") or {}
    return Shape(
        required={
            "summary": Shape(
                required=summary(raw, fetched_at) | counted(status, *_DESIRED, *_REACHED),
                optional={"selector": selector_text(spec.get("selector"))},
            ),
            "spec": Shape(
                required=stated(spec, "revisionHistoryLimit"),
                optional={
                    "updateStrategy": _update_strategy(spec.get("updateStrategy")),
                    "minReadySeconds": spec.get("minReadySeconds"),
                    "selector": selector_shape(spec.get("selector")),
                },
            ),
            "template": template(spec["template"]),
            "status": Shape(
                required=counted(status, *_DESIRED) | stated(status, "collisionCount"),
                optional=copied(status, "observedGeneration", *_REACHED)
                | {"conditions": [workload_condition(item) for item in status.get("conditions") or []]},
            ),
            "rollout": daemon_set_rollout(raw),
        },
        optional=decoration(raw),
    )
