"""Namespaces.

Source: wire contract 2.4.11.
"""

from adapters.kubernetes.mappers.metadata import NO_META, annotations
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.schema.namespaces import NamespaceStruct
from domain.cluster.metadata import Summary
from domain.cluster.namespaces import Namespace, NamespaceStatus


def to_namespace(namespace: NamespaceStruct, _options: MappingOptions) -> Namespace:
    """The namespace as the domain knows it."""
    meta = namespace.metadata or NO_META
    return Namespace(
        summary=Summary(name=name(meta.name), created_at=instant(meta.creation_timestamp)),
        status=NamespaceStatus(phase=name(namespace.status.phase) if namespace.status else ""),
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
    )
