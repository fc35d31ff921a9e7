"""NetworkPolicies.

Source: wire contract 2.4.13. A peer that names pods and namespaces keeps both halves.
"""

from collections.abc import Sequence
from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, policy_meta
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import int_or_string, optional_int32, present, texts
from adapters.kubernetes.mappers.sharing import name
from adapters.kubernetes.mappers.templates import json_of, selector_object
from adapters.kubernetes.schema.network_policies import (
    NetworkPolicySpecStruct,
    NetworkPolicyStruct,
    PeerStruct,
    PolicyPortStruct,
)
from domain.cluster.network_policies import NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicyRule

_NO_SPEC: Final = NetworkPolicySpecStruct()


def to_network_policy(policy: NetworkPolicyStruct, _options: MappingOptions) -> NetworkPolicy:
    """The NetworkPolicy as the domain knows it."""
    spec = policy.spec or _NO_SPEC
    ingress = tuple([_rule(rule.from_, rule.ports) for rule in present(spec.ingress)])
    egress = tuple([_rule(rule.to, rule.ports) for rule in present(spec.egress)])
    pods = selector_object(spec.pod_selector) if spec.pod_selector is not None else {}
    return NetworkPolicy(
        **policy_meta(policy.metadata or NO_META),
        pod_selector=json_of(pods) if pods else "",
        policy_types=tuple(map(name, texts(spec.policy_types))),
        ingress_rule_count=len(ingress),
        egress_rule_count=len(egress),
        ingress_rules=ingress,
        egress_rules=egress,
    )


def _rule(
    peers: Sequence[PeerStruct | None] | None, ports: Sequence[PolicyPortStruct | None] | None
) -> NetworkPolicyRule:
    return NetworkPolicyRule(
        peers=tuple([_peer(item) for item in present(peers)]), ports=tuple([_port(item) for item in present(ports)])
    )


def _peer(peer: PeerStruct) -> NetworkPolicyPeer:
    pods, namespaces, block = peer.pod_selector, peer.namespace_selector, peer.ip_block
    if pods is not None and namespaces is not None:
        both = {"namespaceSelector": selector_object(namespaces), "podSelector": selector_object(pods)}
        return NetworkPolicyPeer(type="podSelector", selector=json_of(both))
    if pods is not None:
        return NetworkPolicyPeer(type="podSelector", selector=json_of(selector_object(pods)))
    if namespaces is not None:
        return NetworkPolicyPeer(type="namespaceSelector", selector=json_of(selector_object(namespaces)))
    if block is None:
        return NetworkPolicyPeer(type="")
    return NetworkPolicyPeer(type="ipBlock", cidr=block.cidr or "", except_=texts(block.except_))


def _port(port: PolicyPortStruct) -> NetworkPolicyPort:
    return NetworkPolicyPort(
        protocol=name(port.protocol) or "TCP",
        port=int_or_string(port.port),
        end_port=optional_int32(port.end_port),
    )
