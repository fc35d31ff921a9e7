"""Quotas, limit ranges, persistent volumes and claims as a snapshot carries them."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.browser.objects import flat, listed
from tests.browser.snapshots import JsonObject


def a_resource_quota(name: str, namespace: str = "shop", **overrides: Any) -> JsonObject:
    """A quota that is full in one resource, half full in others, and has no number yet in one."""
    hard = {"pods": "10", "requests.cpu": "4", "requests.memory": "8Gi", "services": "5", "count/jobs.batch": "20"}
    used = {"pods": "10", "requests.cpu": "1750m", "requests.memory": "6656Mi", "services": "0"}
    return listed(name, namespace, **{"scopes": ["NotTerminating"], "hard": hard, "used": used, **overrides})


def a_limit_range(name: str, namespace: str = "shop", items: Sequence[Mapping[str, Any]] | None = None) -> JsonObject:
    """A LimitRange for containers and claims."""
    container = {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "512Mi"},
        "defaultRequest": {"cpu": "100m", "memory": "128Mi"},
        "max": {"cpu": "2", "memory": "4Gi"},
        "min": {"cpu": "50m"},
        "maxLimitRequestRatio": {"cpu": "10"},
    }
    claim = {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "100Gi"}}
    return listed(name, namespace, items=[container, claim] if items is None else list(items))


def a_volume(name: str, *, claim: str = "", namespace: str = "data", phase: str = "Bound") -> JsonObject:
    """A PersistentVolume, bound to a claim when one is named."""
    bound = {"claimRefName": claim, "claimRefNamespace": namespace} if claim else {}
    return flat(
        "PersistentVolume",
        name,
        "",
        capacity="20Gi",
        phase=phase,
        storageClass="fast",
        accessModes=["ReadWriteOnce"],
        reclaimPolicy="Delete",
        volumeSourceType="CSI",
        **bound,
    )


def a_claim(name: str, namespace: str = "data", *, volume: str = "", phase: str = "Bound") -> JsonObject:
    """A PersistentVolumeClaim, bound to a volume when one is named."""
    return flat(
        "PersistentVolumeClaim",
        name,
        namespace,
        phase=phase,
        volumeName=volume,
        storageClass="fast",
        accessModes=["ReadWriteOnce"],
        requestedCapacity="20Gi",
        actualCapacity="20Gi" if volume else "",
        volumeMode="Filesystem",
    )
