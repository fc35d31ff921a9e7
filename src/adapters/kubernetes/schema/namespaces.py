"""Namespaces.

Source: k8s.io/api `core/v1` Namespace.
"""

from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Text


class NamespaceStatusStruct(Partial):
    """Where the namespace stands."""

    phase: Text = None


class NamespaceStruct(Partial):
    """A namespace."""

    metadata: ObjectMeta | None = None
    status: NamespaceStatusStruct | None = None
