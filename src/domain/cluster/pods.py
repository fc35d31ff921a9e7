"""Pods.

Source: wire contract 2.4.3. READY, RESTARTS and the reason are what `kubectl get pods` prints, but for the differences
that the contract calls deliberate; `domain.cluster.pod_status` derives them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from domain.cluster.containers import Container
from domain.cluster.kinds import Kind
from domain.cluster.metadata import NamespacedSummary, Summarised, empty_mapping
from domain.cluster.pod_parts import Affinity, Toleration, Volume

ENDED_PHASES: Final = frozenset({"Succeeded", "Failed"})
"""Phases from which no pod comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodSummary(NamespacedSummary):
    """Head of a pod."""

    node_name: str = ""
    owner_kind: str = ""
    owner_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodSpec:
    """What the pod asks for."""

    restart_policy: str = ""
    service_account_name: str = ""
    node_selector: Mapping[str, str] = field(default_factory=empty_mapping)
    tolerations: tuple[Toleration, ...] = ()
    affinity: Affinity | None = None
    dns_policy: str = ""
    host_network: bool = False
    runtime_class_name: str = ""
    priority_class_name: str = ""
    termination_grace_period_seconds: int | None = None
    image_pull_secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PodCondition:
    """A condition; its time is RFC 3339 text on the wire."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_transition_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodContainer(Container):
    """A declared container merged with its status."""

    state: str
    """`running`, `waiting`, `terminated`, or empty while there is no status."""
    state_reason: str = ""
    state_message: str = ""
    ready: bool
    restart_count: int
    last_termination_reason: str = ""
    last_termination_message: str = ""
    last_termination_time: str = ""
    """RFC 3339 text, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodStatus:
    """What became of the pod. Usage is spliced in on the wire; it is not the pod's own."""

    phase: str
    ready: str
    """`<ready>/<containers>` as kubectl prints it; empty without containers."""
    restarts: int
    qos_class: str = ""
    pod_ip: str = ""
    pod_ips: tuple[str, ...] = ()
    host_ip: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[PodCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod(Summarised):
    """A pod."""

    kind: ClassVar[Kind] = Kind.POD

    summary: PodSummary
    spec: PodSpec
    containers: tuple[PodContainer, ...]
    init_containers: tuple[PodContainer, ...] = ()
    volumes: tuple[Volume, ...] = ()
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)
    status: PodStatus
    """Last on purpose: usage is spliced in at the end of a pod's fragment (docs/adr/0004)."""

    @property
    def has_ended(self) -> bool:
        """Whether the pod will not run again: it occupies no place on its node."""
        return self.status.phase in ENDED_PHASES
