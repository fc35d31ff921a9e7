"""NetworkPolicies.

Source: k8s.io/api `networking/v1` NetworkPolicy.
"""

import msgspec

from adapters.kubernetes.schema.metadata import IntOrString, ObjectMeta, Partial, Text, Texts
from adapters.kubernetes.schema.templates import SelectorStruct


class IPBlock(Partial, frozen=True):
    """A range of addresses with holes."""

    cidr: Text = None
    except_: Texts = msgspec.field(default=None, name="except")


class PeerStruct(Partial, frozen=True):
    """Who may talk, or be talked to."""

    pod_selector: SelectorStruct | None = None
    namespace_selector: SelectorStruct | None = None
    ip_block: IPBlock | None = None


class PolicyPortStruct(Partial, frozen=True):
    """A port, a range, or all of a protocol."""

    protocol: Text = None
    port: IntOrString = None
    end_port: int | None = None


class IngressRuleOfPolicy(Partial, frozen=True):
    """What may come in."""

    from_: list[PeerStruct | None] | None = msgspec.field(default=None, name="from")
    ports: list[PolicyPortStruct | None] | None = None


class EgressRuleOfPolicy(Partial, frozen=True):
    """What may go out."""

    to: list[PeerStruct | None] | None = None
    ports: list[PolicyPortStruct | None] | None = None


class NetworkPolicySpecStruct(Partial, frozen=True):
    """What a policy says."""

    pod_selector: SelectorStruct | None = None
    policy_types: Texts = None
    ingress: list[IngressRuleOfPolicy | None] | None = None
    egress: list[EgressRuleOfPolicy | None] | None = None


class NetworkPolicyStruct(Partial, frozen=True):
    """A NetworkPolicy."""

    metadata: ObjectMeta | None = None
    spec: NetworkPolicySpecStruct | None = None
