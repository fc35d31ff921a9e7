"""NetworkPolicies.

Source: wire contract 2.4.13. Selectors are JSON text on the wire; a peer that names pods and namespaces keeps both.
"""

from dataclasses import dataclass
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import PolicyMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicyPeer:
    """Who may talk, or be talked to."""

    type: str
    """podSelector, namespaceSelector or ipBlock: the first of them that is there."""
    selector: str = ""
    """JSON text of the selector; of an object with `namespaceSelector` and `podSelector` where both are given."""
    cidr: str = ""
    except_: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicyPort:
    """A port, a range of ports, or all of a protocol."""

    protocol: str
    port: str
    """Number or name; empty for every port."""
    end_port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicyRule:
    """What is allowed: these peers on these ports; none of either means all."""

    peers: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPolicy(PolicyMeta):
    """A NetworkPolicy."""

    kind: ClassVar[Kind] = Kind.NETWORK_POLICY

    pod_selector: str = ""
    """JSON text; empty: every pod of the namespace."""
    policy_types: tuple[str, ...] = ()
    ingress_rule_count: int
    egress_rule_count: int
    ingress_rules: tuple[NetworkPolicyRule, ...] = ()
    egress_rules: tuple[NetworkPolicyRule, ...] = ()
