"""What an API server says that it serves: the groups with their versions, and the kinds of a version."""

from collections.abc import Collection, Mapping
from typing import Final

from aiohttp import web

from tests.support.api_answers import Json

SERVED: Final[Mapping[str, frozenset[str]]] = {
    "apps/v1": frozenset({"deployments", "statefulsets", "daemonsets", "replicasets"}),
    "batch/v1": frozenset({"jobs", "cronjobs"}),
    "networking.k8s.io/v1": frozenset({"ingresses", "networkpolicies"}),
    "discovery.k8s.io/v1": frozenset({"endpointslices"}),
    "storage.k8s.io/v1": frozenset({"storageclasses"}),
}
"""Kinds by group and version, without the core."""


def group_list(served: Mapping[str, Collection[str]]) -> Json:
    """The answer to `/apis`."""
    versions: dict[str, list[str]] = {}
    for group_version in served:
        versions.setdefault(group_version.partition("/")[0], []).append(group_version)
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [
            {
                "name": group,
                "versions": [{"groupVersion": one, "version": one.partition("/")[2]} for one in names],
                "preferredVersion": {"groupVersion": names[0], "version": names[0].partition("/")[2]},
            }
            for group, names in versions.items()
        ],
    }


def resource_list(group_version: str, plurals: Collection[str]) -> Json:
    """The answer to `/apis/GROUP/VERSION`."""
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version,
        "resources": [{"name": one, "namespaced": True, "kind": one, "verbs": ["list"]} for one in sorted(plurals)],
    }


def discovery_answer(path: str, served: Mapping[str, Collection[str]], absent: Collection[str]) -> web.Response:
    """The answer to a path of discovery; kinds that are absent are not told of."""
    group_version = path.strip("/").removeprefix("apis").strip("/")
    if not group_version:
        return web.json_response(group_list(served))
    if group_version not in served:
        return web.Response(status=404, text="404 page not found\n")
    return web.json_response(resource_list(group_version, set(served[group_version]) - set(absent)))
