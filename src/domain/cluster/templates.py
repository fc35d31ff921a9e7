"""What workloads share: the pod template, selectors, conditions, strategies, rollouts.

Source: wire contract 2.4.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.cluster.containers import Container
from domain.cluster.metadata import empty_mapping
from domain.cluster.pod_parts import Affinity, Toleration, Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class PodTemplate:
    """The pods that a workload makes."""

    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)
    containers: tuple[Container, ...]
    volumes: tuple[Volume, ...] = ()
    service_account_name: str = ""
    node_selector: Mapping[str, str] = field(default_factory=empty_mapping)
    tolerations: tuple[Toleration, ...] = ()
    affinity: Affinity | None = None
    runtime_class_name: str = ""
    image_pull_secrets: tuple[str, ...] = ()
    host_network: bool = False
    dns_policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelExpr:
    """One requirement on a label."""

    key: str
    operator: str
    """In, NotIn, Exists or DoesNotExist."""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSelector:
    """Which labels are meant."""

    match_labels: Mapping[str, str] = field(default_factory=empty_mapping)
    match_expressions: tuple[LabelExpr, ...] = ()

    def as_text(self) -> str:
        """The labels as `key=value,key=value`, sorted by key; expressions have no place in it (wire contract 2.3)."""
        return ",".join([f"{key}={value}" for key, value in sorted(self.match_labels.items())])


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadCondition:
    """A condition of a workload other than a Deployment; its times are RFC 3339 text on the wire."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_update_time: str = ""
    """When it was last looked at; Jobs call it `lastProbeTime`."""
    last_transition_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStrategy:
    """How pods of a StatefulSet or DaemonSet are replaced."""

    type: str = ""
    """RollingUpdate or OnDelete."""
    partition: int | None = None
    """StatefulSet only: pods with a lower ordinal are left as they are."""
    max_unavailable: str = ""
    """A number or a percentage."""
    max_surge: str = ""
    """DaemonSet only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """How far a change of the template has come; derived by `domain.cluster.rollouts`."""

    phase: str
    message: str = ""
    badges: tuple[str, ...] = ()
