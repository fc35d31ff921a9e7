"""Nodes.

Left out on purpose: the list of images, which is most of a node's bytes.
Source: k8s.io/api `core/v1` Node.
"""

import msgspec

from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Quantities, Text, Texts


class TaintStruct(Partial, frozen=True):
    """A taint."""

    key: Text = None
    value: Text = None
    effect: Text = None
    time_added: Text = None


class NodeSpecStruct(Partial, frozen=True):
    """What the cluster decided about the node."""

    pod_cidr: Text = msgspec.field(default=None, name="podCIDR")
    pod_cidrs: Texts = msgspec.field(default=None, name="podCIDRs")
    provider_id: Text = msgspec.field(default=None, name="providerID")
    unschedulable: bool | None = None
    taints: list[TaintStruct | None] | None = None


class NodeConditionStruct(Partial, frozen=True):
    """A condition of a node."""

    type: Text = None
    status: Text = None
    reason: Text = None
    message: Text = None
    last_heartbeat_time: Text = None
    last_transition_time: Text = None


class NodeAddressStruct(Partial, frozen=True):
    """One address."""

    type: Text = None
    address: Text = None


class NodeInfoStruct(Partial, frozen=True):
    """What the kubelet reports about its machine."""

    os_image: Text = None
    operating_system: Text = None
    architecture: Text = None
    kernel_version: Text = None
    container_runtime_version: Text = None
    kubelet_version: Text = None
    kube_proxy_version: Text = None


class NodeStatusStruct(Partial, frozen=True):
    """What the node reports."""

    capacity: Quantities = None
    allocatable: Quantities = None
    conditions: list[NodeConditionStruct | None] | None = None
    addresses: list[NodeAddressStruct | None] | None = None
    node_info: NodeInfoStruct | None = None


class NodeStruct(Partial, frozen=True):
    """A node."""

    metadata: ObjectMeta | None = None
    spec: NodeSpecStruct | None = None
    status: NodeStatusStruct | None = None
