"""Ingresses.

Source: k8s.io/api `networking/v1` Ingress.
"""

from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Text, Texts
from adapters.kubernetes.schema.services import LoadBalancedStatus


class BackendPortStruct(Partial, frozen=True):
    """A port by number or name."""

    name: Text = None
    number: int | None = None


class ServiceBackendStruct(Partial, frozen=True):
    """A port of a Service."""

    name: Text = None
    port: BackendPortStruct | None = None


class ResourceBackendStruct(Partial, frozen=True):
    """An object of another kind."""

    api_group: Text = None
    kind: Text = None
    name: Text = None


class IngressBackendStruct(Partial, frozen=True):
    """Who answers."""

    service: ServiceBackendStruct | None = None
    resource: ResourceBackendStruct | None = None


class IngressPathStruct(Partial, frozen=True):
    """A path of a rule."""

    path: Text = None
    path_type: Text = None
    backend: IngressBackendStruct | None = None


class HttpRules(Partial, frozen=True):
    """The paths of a rule."""

    paths: list[IngressPathStruct | None] | None = None


class IngressRuleStruct(Partial, frozen=True):
    """What holds for a host."""

    host: Text = None
    http: HttpRules | None = None


class IngressTLSStruct(Partial, frozen=True):
    """Hosts and the Secret that holds their certificate."""

    hosts: Texts = None
    secret_name: Text = None


class IngressSpecStruct(Partial, frozen=True):
    """What an Ingress asks for."""

    ingress_class_name: Text = None
    default_backend: IngressBackendStruct | None = None
    rules: list[IngressRuleStruct | None] | None = None
    tls: list[IngressTLSStruct | None] | None = None


class IngressStruct(Partial, frozen=True):
    """An Ingress."""

    metadata: ObjectMeta | None = None
    spec: IngressSpecStruct | None = None
    status: LoadBalancedStatus | None = None
