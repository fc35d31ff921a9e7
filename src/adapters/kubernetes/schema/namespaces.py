"""Namespaces.

Source: k8s.io/api `core/v1` Namespace.
"""

from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Text


class NamespaceStatusStruct(Partial, frozen=True):
    """Where the namespace stands."""

    phase: Text = None


class NamespaceStruct(Partial, frozen=True):
    """A namespace."""

    metadata: ObjectMeta | None = None
    status: NamespaceStatusStruct | None = None
