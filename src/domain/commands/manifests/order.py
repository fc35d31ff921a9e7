"""In which order a set is applied: what others need comes first, whatever the order it was written in.

As Helm and kustomize do it; priorities and runtime classes, which pods need, come before them, and webhooks, which
could refuse the rest of the set, at the end of what Kubernetes itself knows. A kind counts together with its group:
another group's `Service` is a custom resource. Among equals the written order stays.

Source: helm.sh/helm `pkg/releaseutil/kind_sorter.go` InstallOrder.
"""

from collections.abc import Iterable
from typing import Final

from domain.commands.manifests.objects import Manifest, mapping

APIEXTENSIONS: Final = "apiextensions.k8s.io"
CUSTOM_RESOURCE_DEFINITION: Final = (APIEXTENSIONS, "CustomResourceDefinition")

_APPS: Final = "apps"
_BATCH: Final = "batch"
_NETWORKING: Final = "networking.k8s.io"
_RBAC: Final = "rbac.authorization.k8s.io"
_STORAGE: Final = "storage.k8s.io"
_ADMISSION: Final = "admissionregistration.k8s.io"

INSTALL_ORDER: Final = (
    ("", "Namespace"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("node.k8s.io", "RuntimeClass"),
    (_NETWORKING, "NetworkPolicy"),
    ("", "ResourceQuota"),
    ("", "LimitRange"),
    ("policy", "PodDisruptionBudget"),
    ("", "ServiceAccount"),
    ("", "Secret"),
    ("", "ConfigMap"),
    (_STORAGE, "StorageClass"),
    ("", "PersistentVolume"),
    ("", "PersistentVolumeClaim"),
    CUSTOM_RESOURCE_DEFINITION,
    (_RBAC, "ClusterRole"),
    (_RBAC, "ClusterRoleBinding"),
    (_RBAC, "Role"),
    (_RBAC, "RoleBinding"),
    ("", "Service"),
    (_APPS, "DaemonSet"),
    ("", "Pod"),
    ("", "ReplicationController"),
    (_APPS, "ReplicaSet"),
    (_APPS, "Deployment"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    (_APPS, "StatefulSet"),
    (_BATCH, "Job"),
    (_BATCH, "CronJob"),
    (_NETWORKING, "IngressClass"),
    (_NETWORKING, "Ingress"),
    ("apiregistration.k8s.io", "APIService"),
    (_ADMISSION, "MutatingWebhookConfiguration"),
    (_ADMISSION, "ValidatingWebhookConfiguration"),
)
"""(group, kind); what is not among them comes last."""

_RANKS: Final = {key: rank for rank, key in enumerate(INSTALL_ORDER)}


def in_order(manifests: Iterable[Manifest]) -> tuple[tuple[int, Manifest], ...]:
    """The same objects in the order in which they are applied, each with its number in the order it was written in."""
    return tuple(sorted(enumerate(manifests), key=lambda one: _rank(one[1])))


def _rank(manifest: Manifest) -> int:
    return _RANKS.get((manifest.group, manifest.kind), len(_RANKS))


def defined_kind(manifest: Manifest) -> tuple[str, str] | None:
    """(group, kind) of what a CustomResourceDefinition defines; None for anything else."""
    if (manifest.group, manifest.kind) != CUSTOM_RESOURCE_DEFINITION:
        return None
    spec = mapping(manifest.content, "spec")
    group, kind = spec.get("group"), mapping(spec, "names").get("kind")
    return (group, kind) if isinstance(group, str) and isinstance(kind, str) else None
