"""Nodes.

Source: wire contract 2.4.4. Usage, pod counts and pressure (`metrics` on the wire) are joined: `domain.cluster.joins`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import empty_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSummary:
    """Head of a node. The wire calls its birth `creationTime` here, unlike everywhere else."""

    name: str
    roles: tuple[str, ...] = ()
    """Suffixes of the `node-role.kubernetes.io/` labels, sorted."""
    ready: str
    """Status of the Ready condition: `True`, `False` or `Unknown`."""
    schedulable: bool
    creation_time: datetime | None = None
    badges: tuple[str, ...] = ()
    """Short labels for what an operator should notice: NotReady, Cordoned, a pressure."""
    reason: str = ""
    """Reason of the Ready condition while the node is not ready."""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSpec:
    """What the cluster decided about the node."""

    pod_cidrs: tuple[str, ...] = ()
    provider_id: str = ""
    unschedulable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResources:
    """Resources as canonical quantities."""

    cpu: str = ""
    memory: str = ""
    pods: str = ""
    ephemeral_storage: str = ""
    scalar_resources: Mapping[str, str] = field(default_factory=empty_mapping)
    """Everything else, for example `nvidia.com/gpu`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAddress:
    """One address of a node."""

    type: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAddresses:
    """Addresses by purpose, IPv4 before IPv6, and all of them in the API's order."""

    hostname: str = ""
    internal_ip: str = ""
    external_ip: str = ""
    all: tuple[NodeAddress, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """What the kubelet reports about its machine."""

    os_image: str = ""
    operating_system: str = ""
    architecture: str = ""
    kernel_version: str = ""
    container_runtime_version: str = ""
    kubelet_version: str = ""
    kube_proxy_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCondition:
    """A condition with real times."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_heartbeat_time: datetime | None = None
    last_transition_time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTaint:
    """A taint."""

    key: str
    value: str = ""
    effect: str
    time_added: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node."""

    kind: ClassVar[Kind] = Kind.NODE

    summary: NodeSummary
    spec: NodeSpec
    capacity: NodeResources
    allocatable: NodeResources
    addresses: NodeAddresses
    info: NodeInfo
    conditions: tuple[NodeCondition, ...] = ()
    taints: tuple[NodeTaint, ...] = ()
    labels: Mapping[str, str] = field(default_factory=empty_mapping)

    @property
    def name(self) -> str:
        """metadata.name."""
        return self.summary.name

    @property
    def namespace(self) -> str:
        """Nodes have none."""
        return ""

    @property
    def created_at(self) -> datetime | None:
        """metadata.creationTimestamp."""
        return self.summary.creation_time
