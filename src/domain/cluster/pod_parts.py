"""Parts that pods and pod templates share beside containers: volumes, tolerations, affinity.

Source: wire contract 2.4.2.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume by its type; the name of what backs it, never its content."""

    name: str
    type: str
    """ConfigMap, Secret, EmptyDir, PVC, HostPath, Projected, DownwardAPI or Other."""
    source: str = ""
    """Name of the ConfigMap, Secret or claim, or the path on the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration:
    """A taint that the pod accepts."""

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """Which kinds of affinity are declared: short English text where a block exists, empty where not."""

    node_affinity: str = ""
    pod_affinity: str = ""
    pod_anti_affinity: str = ""
