"""Nodes: every derivation that the wire contract names."""

import pytest

from adapters.kubernetes.kinds import NODES
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.nodes import Node
from tests.support.objects import Json, a_condition, a_node, raw


def _read(node: Json) -> Node:
    return NODES.read(raw(node), MappingOptions())


def test_roles_are_any_suffix_sorted() -> None:
    labels = {f"node-role.kubernetes.io/{role}": value for role, value in (("worker", ""), ("gpu", "x"), ("", ""))}
    assert _read(a_node(meta={"labels": {"a": "b", **labels}})).summary.roles == ("gpu", "worker")


@pytest.mark.parametrize(
    ("conditions", "unschedulable", "badges", "ready", "reason"),
    [
        ([a_condition("Ready", reason="KubeletReady")], False, (), "True", ""),
        ([a_condition("Ready", "False", "KubeletNotReady", "m")], False, ("NotReady",), "False", "KubeletNotReady"),
        (
            [a_condition("Ready", "Unknown", "NodeStatusUnknown")],
            True,
            ("NotReady", "Cordoned"),
            "Unknown",
            "NodeStatusUnknown",
        ),
        ([], False, ("NotReady",), "Unknown", ""),
        ([{"type": "Ready"}], False, ("NotReady",), "Unknown", ""),
        (
            [
                a_condition("PIDPressure"),
                a_condition("DiskPressure"),
                a_condition("MemoryPressure"),
                a_condition("NetworkUnavailable"),
                a_condition("Ready"),
                a_condition("KernelDeadlock"),
            ],
            False,
            ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"),
            "True",
            "",
        ),
        ([a_condition("Ready"), a_condition("DiskPressure", "False")], False, (), "True", ""),
    ],
)
def test_badges_and_reason_say_what_is_wrong(
    conditions: list[Json], *, unschedulable: bool, badges: tuple[str, ...], ready: str, reason: str
) -> None:
    summary = _read(a_node(spec={"unschedulable": unschedulable}, status={"conditions": conditions})).summary
    assert (summary.badges, summary.ready, summary.reason) == (badges, ready, reason)
    assert summary.schedulable is not unschedulable


def test_the_message_of_a_ready_node_is_not_repeated_in_its_head() -> None:
    node = _read(a_node())
    assert node.summary.message == ""
    assert node.conditions[0].message == "kubelet is posting ready status"


def test_ipv4_is_preferred_and_every_address_is_kept_in_order() -> None:
    addresses = [
        {"type": "InternalIP", "address": "2001:db8::1"},
        {"type": "InternalIP", "address": "10.0.0.1"},
        {"type": "ExternalIP", "address": "2001:db8::2"},
        {"type": "Hostname", "address": "node-1"},
        {"type": "InternalDNS", "address": "node-1.internal"},
    ]
    mapped = _read(a_node(status={"addresses": addresses})).addresses
    assert (mapped.internal_ip, mapped.external_ip, mapped.hostname) == ("10.0.0.1", "2001:db8::2", "node-1")
    assert [(item.type, item.address) for item in mapped.all] == [tuple(item.values()) for item in addresses]


def test_resources_that_are_not_the_four_are_scalar() -> None:
    node = _read(a_node(status={"capacity": {"cpu": 4, "nvidia.com/gpu": "2", "hugepages-2Mi": "1Gi"}}))
    assert node.capacity.cpu == "4"
    assert node.capacity.scalar_resources == {"hugepages-2Mi": "1Gi", "nvidia.com/gpu": "2"}
    assert node.capacity.memory == ""


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24", "fd00::/64"]}, ("10.0.0.0/24", "fd00::/64")),
        ({"podCIDR": "10.0.0.0/24"}, ("10.0.0.0/24",)),
        ({}, ()),
    ],
)
def test_the_ranges_of_pods(spec: Json, expected: tuple[str, ...]) -> None:
    assert _read(a_node(spec=spec)).spec.pod_cidrs == expected
