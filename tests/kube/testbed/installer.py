"""Objects that a cluster has from its installer: classes, and metrics-server's registration and rights."""

from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json
from tests.kube.testbed.layout import Site

_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_READ = {"verbs": ["get", "list", "watch"]}
_METRICS_USER = {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "system:metrics-server"}


def install_classes(api: Api) -> None:
    """The default storage class, whose volumes kwok.yaml provides, and an ingress class."""
    api.ensure(
        "/apis/storage.k8s.io/v1/storageclasses",
        {
            "metadata": {
                "name": "standard",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "testbed/standard",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
            "allowVolumeExpansion": True,
        },
    )
    api.ensure(
        "/apis/networking.k8s.io/v1/ingressclasses",
        {"metadata": {"name": "nginx"}, "spec": {"controller": "k8s.io/ingress-nginx"}},
    )


def install_metrics(api: Api, site: Site) -> None:
    """The aggregated API metrics.k8s.io and what metrics-server may read."""
    api.ensure(
        f"{_RBAC}/clusterroles",
        {
            "metadata": {"name": "system:metrics-server"},
            "rules": [
                {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
                {"apiGroups": [""], "resources": ["pods", "nodes"], **_READ},
            ],
        },
    )
    api.ensure(
        f"{_RBAC}/clusterroles",
        {
            "metadata": {
                "name": "system:aggregated-metrics-reader",
                "labels": {f"rbac.authorization.k8s.io/aggregate-to-{r}": "true" for r in ("view", "edit", "admin")},
            },
            "rules": [{"apiGroups": ["metrics.k8s.io"], "resources": ["pods", "nodes"], **_READ}],
        },
    )
    for role in ("system:metrics-server", "system:auth-delegator"):
        api.ensure(f"{_RBAC}/clusterrolebindings", _binding(f"metrics-server:{role}", "ClusterRole", role))
    api.ensure(
        f"{_RBAC}/namespaces/kube-system/rolebindings",
        _binding("metrics-server-auth-reader", "Role", "extension-apiserver-authentication-reader"),
    )
    # There is no network to a cluster IP here. The API server follows an ExternalName instead.
    port = site.ports["metrics-server"]
    api.ensure(
        "/api/v1/namespaces/kube-system/services",
        {
            "metadata": {"name": "metrics-server"},
            "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
        },
    )
    api.ensure(
        "/apis/apiregistration.k8s.io/v1/apiservices",
        {
            "metadata": {"name": "v1beta1.metrics.k8s.io"},
            "spec": {
                "group": "metrics.k8s.io",
                "version": "v1beta1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "caBundle": site.pki.base64("ca.crt"),
                "service": {"namespace": "kube-system", "name": "metrics-server", "port": port},
            },
        },
    )


def _binding(name: str, kind: str, role: str) -> Json:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
    return {"metadata": {"name": name}, "roleRef": reference, "subjects": [_METRICS_USER]}
