"""What an API server says that it serves, in both forms of discovery: aggregated, and a document per version."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from tests.support.api_answers import Json, Request

CORE: Final = frozenset(
    {
        "configmaps",
        "events",
        "limitranges",
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    }
)
SERVED: Final[Mapping[str, frozenset[str]]] = {
    "apps/v1": frozenset({"deployments", "statefulsets", "daemonsets", "replicasets"}),
    "batch/v1": frozenset({"jobs", "cronjobs"}),
    "autoscaling/v2": frozenset({"horizontalpodautoscalers"}),
    "autoscaling/v1": frozenset({"horizontalpodautoscalers"}),
    "networking.k8s.io/v1": frozenset({"ingresses", "networkpolicies"}),
    "discovery.k8s.io/v1": frozenset({"endpointslices"}),
    "storage.k8s.io/v1": frozenset({"storageclasses"}),
}
"""Kinds by group and version, without the core; of a group the preferred version first."""

_VERBS: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_CLUSTER_WIDE: Final = frozenset({"namespaces", "nodes", "persistentvolumes", "storageclasses"})
_KINDS: Final = {
    "configmaps": "ConfigMap",
    "cronjobs": "CronJob",
    "daemonsets": "DaemonSet",
    "endpointslices": "EndpointSlice",
    "horizontalpodautoscalers": "HorizontalPodAutoscaler",
    "ingresses": "Ingress",
    "limitranges": "LimitRange",
    "networkpolicies": "NetworkPolicy",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "persistentvolumes": "PersistentVolume",
    "replicasets": "ReplicaSet",
    "resourcequotas": "ResourceQuota",
    "serviceaccounts": "ServiceAccount",
    "statefulsets": "StatefulSet",
    "storageclasses": "StorageClass",
}
"""Those that are not the plural without its last letter."""
_SHORT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "configmaps": ("cm",),
    "cronjobs": ("cj",),
    "daemonsets": ("ds",),
    "deployments": ("deploy",),
    "events": ("ev",),
    "horizontalpodautoscalers": ("hpa",),
    "ingresses": ("ing",),
    "namespaces": ("ns",),
    "networkpolicies": ("netpol",),
    "nodes": ("no",),
    "persistentvolumeclaims": ("pvc",),
    "persistentvolumes": ("pv",),
    "pods": ("po",),
    "replicasets": ("rs",),
    "resourcequotas": ("quota",),
    "serviceaccounts": ("sa",),
    "services": ("svc",),
    "statefulsets": ("sts",),
}
_SUBRESOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "deployments": ("scale", "status"),
    "pods": ("eviction", "exec", "log", "status"),
    "replicasets": ("scale", "status"),
    "services": ("proxy", "status"),
    "statefulsets": ("scale", "status"),
}


def kind_of(plural: str) -> str:
    return _KINDS.get(plural, plural.removesuffix("s").capitalize())


def group_list(served: Mapping[str, Collection[str]]) -> Json:
    """The answer to `/apis`."""
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [
            {
                "name": group,
                "versions": [{"groupVersion": f"{group}/{one}", "version": one} for one in versions],
                "preferredVersion": {"groupVersion": f"{group}/{versions[0]}", "version": versions[0]},
            }
            for group, versions in _versions(served).items()
        ],
    }


def resource_list(group_version: str, plurals: Collection[str]) -> Json:
    """The answer to `/api/v1` and `/apis/GROUP/VERSION`."""
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version,
        "resources": [one for plural in sorted(plurals) for one in _listed(plural)],
    }


def discovery_list(served: Mapping[str, Collection[str]], stale: Collection[str]) -> Json:
    """The answer to `/api` and `/apis` in the aggregated form; of stale groups nothing is known."""
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [
            {
                "metadata": {"name": group, "creationTimestamp": None},
                "versions": [
                    {"version": version, "freshness": "Stale"}
                    if group in stale
                    else {
                        "version": version,
                        "freshness": "Current",
                        "resources": [
                            _discovered(group, version, plural) for plural in sorted(served[_joined(group, version)])
                        ],
                    }
                    for version in versions
                ],
            }
            for group, versions in _versions(served).items()
        ],
    }


@dataclass(slots=True)
class Discovery:
    """What is told; everything may be changed at any time."""

    served: dict[str, set[str]] = field(default_factory=lambda: {one: set(plurals) for one, plurals in SERVED.items()})
    """Plurals by group and version, without the core."""
    is_aggregated: bool = True
    """False: the older form only, a document per version of a group."""
    stale: set[str] = field(default_factory=set)
    """Groups of which the server behind them does not answer."""

    def answer(self, request: Request, absent: Collection[str]) -> web.Response:
        """The answer to a path of discovery; kinds that are absent are not told of."""
        aggregated = self.is_aggregated and "as=APIGroupDiscoveryList" in request.http.headers.get("Accept", "")
        told = {group_version: plurals - set(absent) for group_version, plurals in self.served.items()}
        core = CORE - set(absent)
        root, _, group_version = request.http.path.strip("/").partition("/")
        if root == "api" and group_version:
            return web.json_response(resource_list("v1", core))
        if root == "api":
            versions = {"kind": "APIVersions", "versions": ["v1"]}
            return web.json_response(discovery_list({"v1": core}, ()) if aggregated else versions)
        if not group_version:
            return web.json_response(discovery_list(told, self.stale) if aggregated else group_list(told))
        if group_version.partition("/")[0] in self.stale:
            return web.Response(status=503, text="service unavailable\n")
        if group_version not in told:
            return web.Response(status=404, text="404 page not found\n")
        return web.json_response(resource_list(group_version, told[group_version]))


def _versions(served: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for group_version in served:
        group, _, version = group_version.rpartition("/")
        versions.setdefault(group, []).append(version)
    return versions


def _joined(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def _listed(plural: str) -> Iterator[Json]:
    kind, namespaced = kind_of(plural), plural not in _CLUSTER_WIDE
    names = {"singularName": kind.lower(), "shortNames": list(_SHORT_NAMES.get(plural, ()))}
    yield {"name": plural, "kind": kind, "namespaced": namespaced, "verbs": list(_VERBS), **names}
    for one in _SUBRESOURCES.get(plural, ()):
        yield {"name": f"{plural}/{one}", "kind": kind, "namespaced": namespaced, "verbs": ["get"], "singularName": ""}


def _discovered(group: str, version: str, plural: str) -> Json:
    kind = kind_of(plural)
    return {
        "resource": plural,
        "responseKind": {"group": group, "version": version, "kind": kind},
        "scope": "Cluster" if plural in _CLUSTER_WIDE else "Namespaced",
        "singularResource": kind.lower(),
        "verbs": list(_VERBS),
        "shortNames": list(_SHORT_NAMES.get(plural, ())),
        "subresources": [{"subresource": one, "verbs": ["get"]} for one in _SUBRESOURCES.get(plural, ())],
    }
