"""What the API server says at one moment, of everything that a snapshot is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import ApiError, Json

Key: TypeAlias = tuple[str, str]
"""Namespace, empty for objects without one, and name."""

PATHS = {
    "pods": "/api/v1/pods",
    "nodes": "/api/v1/nodes",
    "deployments": "/apis/apps/v1/deployments",
    "statefulSets": "/apis/apps/v1/statefulsets",
    "daemonSets": "/apis/apps/v1/daemonsets",
    "replicaSets": "/apis/apps/v1/replicasets",
    "jobs": "/apis/batch/v1/jobs",
    "cronJobs": "/apis/batch/v1/cronjobs",
    "services": "/api/v1/services",
    "ingresses": "/apis/networking.k8s.io/v1/ingresses",
    "namespaces": "/api/v1/namespaces",
    "configMaps": "/api/v1/configmaps",
    "secrets": "/api/v1/secrets",
    "resourceQuotas": "/api/v1/resourcequotas",
    "limitRanges": "/api/v1/limitranges",
    "serviceAccounts": "/api/v1/serviceaccounts",
    "networkPolicies": "/apis/networking.k8s.io/v1/networkpolicies",
    "pvs": "/api/v1/persistentvolumes",
    "pvcs": "/api/v1/persistentvolumeclaims",
    "events": "/api/v1/events",
}
"""Wire contract 2.1: the lists of a snapshot and where the API server keeps them."""
ENDPOINT_SLICES = "endpointSlices"
"""No list of a snapshot, but joined to its Services."""
_SLICES_PATH = "/apis/discovery.k8s.io/v1/endpointslices"


@dataclass(frozen=True, slots=True)
class World:
    """One reading of everything."""

    lists: Mapping[str, Mapping[Key, Json]]
    """By the names of the wire, and EndpointSlices."""
    usage: Mapping[str, Mapping[Key, Json]]
    """Of `pods` and `nodes`; empty while metrics-server does not answer."""

    def every(self, name: str) -> list[Json]:
        """The objects of a list."""
        return list(self.lists[name].values())


def read_world(api: Api) -> World:
    """Lists everything."""
    paths = PATHS | {ENDPOINT_SLICES: _SLICES_PATH}
    return World(
        {name: _by_key(api.items(path)) for name, path in paths.items()},
        {name: _by_key(_usage(api, name)) for name in ("pods", "nodes")},
    )


def uid(raw: Json) -> str:
    """Which object it is: a name may have been used before."""
    return str(raw["metadata"]["uid"])


def version(raw: Json) -> tuple[str, str]:
    """Differs from reading to reading when the object has changed, or is another of the same name."""
    return uid(raw), str(raw["metadata"]["resourceVersion"])


def _by_key(items: Sequence[Json]) -> dict[Key, Json]:
    return {(item["metadata"].get("namespace", ""), item["metadata"]["name"]): item for item in items}


def _usage(api: Api, kind: str) -> list[Json]:
    try:
        return api.items(f"/apis/metrics.k8s.io/v1beta1/{kind}")
    except ApiError:
        return []
