"""Ingresses.

Source: wire contract 2.4.10.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.cluster.kinds import Kind
from domain.cluster.metadata import NamespacedSummary, Summarised, empty_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressSummary(NamespacedSummary):
    """Head of an Ingress."""

    ingress_class: str = ""
    hosts_count: int
    """Rules with a host; the same host twice counts twice."""
    paths_count: int
    tls_enabled: bool
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressServiceBackend:
    """A port of a Service, by number or by name."""

    name: str
    port_name: str = ""
    port_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressResourceRef:
    """An object of another kind that answers."""

    api_group: str = ""
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressBackend:
    """Who answers."""

    type: str
    """Service or Resource."""
    service: IngressServiceBackend | None = None
    resource: IngressResourceRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressPath:
    """A path of a rule."""

    path: str
    path_type: str
    """Exact, Prefix or ImplementationSpecific."""
    backend: IngressBackend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressRule:
    """What holds for one host, or for all where none is named."""

    host: str = ""
    paths: tuple[IngressPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressTLS:
    """Hosts and the Secret that holds their certificate."""

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressSpec:
    """What the Ingress asks for."""

    ingress_class_name: str = ""
    default_backend: IngressBackend | None = None
    rules: tuple[IngressRule, ...] = ()
    tls: tuple[IngressTLS, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressStatus:
    """Where it is reached."""

    load_balancer: tuple[str, ...] = ()
    """Addresses, or host names where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress(Summarised):
    """An Ingress."""

    kind: ClassVar[Kind] = Kind.INGRESS

    summary: IngressSummary
    spec: IngressSpec
    status: IngressStatus
    labels: Mapping[str, str] = field(default_factory=empty_mapping)
    annotations: Mapping[str, str] = field(default_factory=empty_mapping)
