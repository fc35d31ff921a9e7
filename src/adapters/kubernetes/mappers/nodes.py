"""Nodes.

Source: wire contract 2.4.4.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, quantities
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, present
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.schema.nodes import (
    NodeAddressStruct,
    NodeConditionStruct,
    NodeInfoStruct,
    NodeSpecStruct,
    NodeStatusStruct,
    NodeStruct,
    TaintStruct,
)
from domain.cluster.metadata import EMPTY
from domain.cluster.nodes import (
    Node,
    NodeAddress,
    NodeAddresses,
    NodeCondition,
    NodeInfo,
    NodeResources,
    NodeSpec,
    NodeSummary,
    NodeTaint,
)
from domain.redaction import scrub

_ROLE_PREFIX: Final = "node-role.kubernetes.io/"
_PRESSURES: Final = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
_NAMED_RESOURCES: Final = frozenset({"cpu", "memory", "pods", "ephemeral-storage"})
_NO_SPEC: Final = NodeSpecStruct()
_NO_STATUS: Final = NodeStatusStruct()
_NO_INFO: Final = NodeInfoStruct()
_NEVER_REPORTED: Final = NodeCondition(type="Ready", status="Unknown")


def to_node(node: NodeStruct, _options: MappingOptions) -> Node:
    """The node as the domain knows it."""
    meta = node.metadata or NO_META
    spec = node.spec or _NO_SPEC
    status = node.status or _NO_STATUS
    conditions = tuple([_condition(item) for item in present(status.conditions)])
    ready = next((item for item in conditions if item.type == "Ready"), _NEVER_REPORTED)
    is_ready = ready.status == "True"
    own_labels = labels(meta.labels)
    return Node(
        summary=NodeSummary(
            name=name(meta.name),
            roles=_roles(own_labels),
            ready=ready.status or "Unknown",
            schedulable=not spec.unschedulable,
            creation_time=instant(meta.creation_timestamp),
            badges=_badges(conditions, is_ready=is_ready, is_cordoned=bool(spec.unschedulable)),
            reason="" if is_ready else ready.reason,
            message="" if is_ready else ready.message,
        ),
        spec=NodeSpec(
            pod_cidrs=_pod_cidrs(spec),
            provider_id=spec.provider_id or "",
            unschedulable=bool(spec.unschedulable),
        ),
        capacity=_resources(status.capacity),
        allocatable=_resources(status.allocatable),
        addresses=_addresses(tuple(present(status.addresses))),
        info=_info(status.node_info or _NO_INFO),
        conditions=conditions,
        taints=tuple([_taint(item) for item in present(spec.taints)]),
        labels=own_labels,
    )


def _roles(own_labels: Mapping[str, str]) -> tuple[str, ...]:
    """Any suffix counts, whatever the label's value."""
    suffixes = {key.removeprefix(_ROLE_PREFIX) for key in own_labels if key.startswith(_ROLE_PREFIX)}
    return tuple(map(name, sorted(suffixes - {""})))


def _badges(conditions: tuple[NodeCondition, ...], *, is_ready: bool, is_cordoned: bool) -> tuple[str, ...]:
    """What an operator should notice, the worst first."""
    pressing = {condition.type for condition in conditions if condition.status == "True"}
    return (
        *(() if is_ready else ("NotReady",)),
        *(("Cordoned",) if is_cordoned else ()),
        *(pressure for pressure in _PRESSURES if pressure in pressing),
    )


def _pod_cidrs(spec: NodeSpecStruct) -> tuple[str, ...]:
    """Both families; clusters from before there were two have the singular field only."""
    return tuple(filter(None, spec.pod_cidrs or ())) or ((spec.pod_cidr,) if spec.pod_cidr else ())


def _resources(values: Mapping[str, str | int | float | None] | None) -> NodeResources:
    texts = quantities(values)
    others = {resource: text for resource, text in texts.items() if resource not in _NAMED_RESOURCES}
    return NodeResources(
        cpu=texts.get("cpu", ""),
        memory=texts.get("memory", ""),
        pods=texts.get("pods", ""),
        ephemeral_storage=texts.get("ephemeral-storage", ""),
        scalar_resources=others or EMPTY,
    )


def _addresses(items: Sequence[NodeAddressStruct]) -> NodeAddresses:
    every = tuple([NodeAddress(type=name(item.type), address=item.address or "") for item in items])
    return NodeAddresses(
        hostname=next((item.address for item in every if item.type == "Hostname"), ""),
        internal_ip=_preferred(every, "InternalIP"),
        external_ip=_preferred(every, "ExternalIP"),
        all=every,
    )


def _preferred(every: tuple[NodeAddress, ...], kind: str) -> str:
    """The first IPv4 address of a type, else the first of any family."""
    found = [item.address for item in every if item.type == kind]
    return next((address for address in found if ":" not in address), found[0] if found else "")


def _info(info: NodeInfoStruct) -> NodeInfo:
    return NodeInfo(
        os_image=name(info.os_image),
        operating_system=name(info.operating_system),
        architecture=name(info.architecture),
        kernel_version=name(info.kernel_version),
        container_runtime_version=name(info.container_runtime_version),
        kubelet_version=name(info.kubelet_version),
        kube_proxy_version=name(info.kube_proxy_version),
    )


def _condition(item: NodeConditionStruct) -> NodeCondition:
    return NodeCondition(
        type=name(item.type),
        status=name(item.status),
        reason=name(item.reason),
        message=scrub(item.message) if item.message else "",
        last_heartbeat_time=instant(item.last_heartbeat_time),
        last_transition_time=instant(item.last_transition_time),
    )


def _taint(item: TaintStruct) -> NodeTaint:
    return NodeTaint(
        key=name(item.key), value=name(item.value), effect=name(item.effect), time_added=instant(item.time_added)
    )
