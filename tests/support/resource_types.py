"""Builders of what discovery says."""

from domain.cluster.resource_types import ResourceType

_GROUPS = {
    "CustomResourceDefinition": "apiextensions.k8s.io",
    "APIService": "apiregistration.k8s.io",
    "CertificateSigningRequest": "certificates.k8s.io",
    "SealedSecret": "bitnami.com",
    "Deployment": "apps",
}
_CLUSTER_SCOPED = {
    "Namespace",
    "Node",
    "PersistentVolume",
    "CustomResourceDefinition",
    "APIService",
    "CertificateSigningRequest",
}


def a_resource_type(
    kind: str = "Deployment",
    *,
    group: str | None = None,
    version: str = "v1",
    verbs: frozenset[str] = frozenset({"get", "list", "delete"}),
) -> ResourceType:
    return ResourceType(
        group=_GROUPS.get(kind, "") if group is None else group,
        version=version,
        kind=kind,
        plural=f"{kind.lower()}s",
        singular=kind.lower(),
        namespaced=kind not in _CLUSTER_SCOPED,
        verbs=verbs,
    )
