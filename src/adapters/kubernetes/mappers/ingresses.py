"""Ingresses.

Source: wire contract 2.4.10.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, annotations
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32, present, texts
from adapters.kubernetes.mappers.services import load_balancer_addresses
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.schema.ingresses import (
    BackendPortStruct,
    IngressBackendStruct,
    IngressPathStruct,
    IngressRuleStruct,
    IngressSpecStruct,
    IngressStruct,
    IngressTLSStruct,
)
from domain.cluster.ingresses import (
    Ingress,
    IngressBackend,
    IngressPath,
    IngressResourceRef,
    IngressRule,
    IngressServiceBackend,
    IngressSpec,
    IngressStatus,
    IngressSummary,
    IngressTLS,
)

_CLASS_ANNOTATION: Final = "kubernetes.io/ingress.class"
_NO_SPEC: Final = IngressSpecStruct()
_NO_PORT: Final = BackendPortStruct()


def to_ingress(ingress: IngressStruct, _options: MappingOptions) -> Ingress:
    """The Ingress as the domain knows it."""
    meta = ingress.metadata or NO_META
    spec = ingress.spec or _NO_SPEC
    rules = tuple([_rule(item) for item in present(spec.rules)])
    tls = tuple([_tls(item) for item in present(spec.tls)])
    hosts = tuple([rule.host for rule in rules if rule.host])
    own_class = name(spec.ingress_class_name or (meta.annotations or {}).get(_CLASS_ANNOTATION))
    return Ingress(
        summary=IngressSummary(
            name=meta.name or "",
            namespace=name(meta.namespace),
            created_at=instant(meta.creation_timestamp),
            ingress_class=own_class,
            hosts_count=len(hosts),
            paths_count=sum(len(rule.paths) for rule in rules),
            tls_enabled=bool(tls),
            hosts=hosts,
        ),
        spec=IngressSpec(
            ingress_class_name=own_class,
            default_backend=None if spec.default_backend is None else _backend(spec.default_backend),
            rules=rules,
            tls=tls,
        ),
        status=IngressStatus(load_balancer=load_balancer_addresses(ingress.status)),
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
    )


def _rule(rule: IngressRuleStruct) -> IngressRule:
    paths = rule.http.paths if rule.http is not None else None
    return IngressRule(host=rule.host or "", paths=tuple([_path(item) for item in present(paths)]))


def _path(path: IngressPathStruct) -> IngressPath:
    return IngressPath(
        path=path.path or "",
        path_type=name(path.path_type),
        backend=None if path.backend is None else _backend(path.backend),
    )


def _backend(backend: IngressBackendStruct) -> IngressBackend:
    if backend.service is None and backend.resource is not None:
        resource = backend.resource
        reference = IngressResourceRef(
            api_group=name(resource.api_group), kind=name(resource.kind), name=resource.name or ""
        )
        return IngressBackend(type="Resource", resource=reference)
    if backend.service is None:
        return IngressBackend(type="Service")
    port = backend.service.port or _NO_PORT
    service = IngressServiceBackend(
        name=backend.service.name or "", port_name=name(port.name), port_number=int32(port.number)
    )
    return IngressBackend(type="Service", service=service)


def _tls(tls: IngressTLSStruct) -> IngressTLS:
    return IngressTLS(hosts=texts(tls.hosts), secret_name=tls.secret_name or "")
