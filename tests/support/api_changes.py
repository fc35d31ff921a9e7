"""How the API server on loopback changes and deletes objects: patches under a version, deletions under a UID.

As much of it as the agent's commands can tell from the real one; `tests/kube` has the real one.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import web

from tests.support.api_answers import Json, Request, status_answer

STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
DELETED_AT = "2026-01-01T00:00:00Z"
DEFAULT_GRACE_SECONDS = 30


class Objects(Protocol):
    """What a server keeps."""

    def find(self, request: Request) -> Json | None:
        """The object that a request names."""

    def has(self, plural: str, name: str) -> bool:
        """Whether there is one of this name in no namespace."""

    def put(self, plural: str, obj: Json) -> Json:
        """Create or replace it."""

    def delete(self, plural: str, name: str, namespace: str = "") -> None:
        """Remove it."""


async def patched(objects: Objects, request: Request) -> web.Response:
    """The object with a merge patch applied, strategic or not."""
    found = objects.find(request)
    if request.http.content_type == APPLY:
        return await applied(objects, request, found)
    if found is None:
        return not_found(request)
    patch = await request.http.json()
    wanted = patch.get("metadata", {}).pop("resourceVersion", "")
    if wanted and wanted != found["metadata"]["resourceVersion"]:
        return status_answer(409, "the object has been modified; please apply your changes", reason="Conflict")
    is_strategic = request.http.content_type == STRATEGIC
    return web.json_response(objects.put(request.plural, merged(found, patch, is_strategic=is_strategic)))


async def applied(objects: Objects, request: Request, found: Json | None) -> web.Response:
    """The object as a server-side apply leaves it; of who manages what nothing is kept."""
    if request.namespace and not objects.has("namespaces", request.namespace):
        return status_answer(404, f'namespaces "{request.namespace}" not found', reason="NotFound")
    patch = await request.http.json()
    result = patch if found is None else merged(found, patch, is_strategic=True)
    if result != found and request.query.get("dryRun") != "All":
        result = objects.put(request.plural, result)
    return web.json_response(result, status=201 if found is None else 200)


async def scaled(objects: Objects, request: Request) -> web.Response:
    """The scale of an object, changed if that is asked for."""
    found = objects.find(request)
    if found is None:
        return not_found(request)
    if request.verb in {"patch", "update"}:
        body = await request.http.json()
        wanted = body.get("metadata", {}).get("resourceVersion")
        if wanted and wanted != found["metadata"]["resourceVersion"]:
            return status_answer(409, "the object has been modified; please apply your changes", reason="Conflict")
        spec = {**found["spec"], "replicas": body["spec"]["replicas"]}
        found = objects.put(request.plural, {**found, "spec": spec})
    return web.json_response(
        {
            "apiVersion": "autoscaling/v1",
            "kind": "Scale",
            "metadata": found["metadata"],
            "spec": {"replicas": found["spec"]["replicas"]} if found["spec"]["replicas"] else {},
            "status": {"replicas": found["status"]["replicas"]},
        }
    )


async def deleted(objects: Objects, request: Request) -> web.Response:
    """The object on its way out, or a Status when it is gone."""
    found = objects.find(request)
    if found is None:
        return not_found(request)
    options: Json = json.loads(await request.http.text() or "{}")
    metadata = found["metadata"]
    for field, of_object in (("uid", "uid"), ("resourceVersion", "resourceVersion")):
        wanted = options.get("preconditions", {}).get(field)
        if wanted and wanted != metadata[of_object]:
            text = f"Precondition failed: {field} in precondition: {wanted}, in object meta: {metadata[of_object]}"
            return status_answer(409, text, reason="Conflict")
    default_seconds = DEFAULT_GRACE_SECONDS if request.plural == "pods" else 0
    grace_seconds = options.get("gracePeriodSeconds", default_seconds) if request.plural == "pods" else 0
    finalizers = list(metadata.get("finalizers") or ())
    finalizers += {"Foreground": ["foregroundDeletion"], "Orphan": ["orphan"]}.get(options["propagationPolicy"], [])
    going = {"deletionTimestamp": DELETED_AT, "deletionGracePeriodSeconds": grace_seconds, "finalizers": finalizers}
    is_dry_run = options.get("dryRun") == ["All"]
    if finalizers or grace_seconds:
        leaving = {**found, "metadata": {**metadata, **going}}
        return web.json_response(leaving if is_dry_run else objects.put(request.plural, leaving))
    if not is_dry_run:
        objects.delete(request.plural, request.name, request.namespace)
    details = {"name": request.name, "kind": request.plural, "uid": metadata["uid"]}
    return web.json_response({"kind": "Status", "apiVersion": "v1", "status": "Success", "details": details})


def merged(old: Any, patch: Any, *, is_strategic: bool) -> Any:
    """What a merge patch makes of a value; a strategic one merges lists of named things by their names."""
    if isinstance(old, Mapping) and isinstance(patch, Mapping):
        both = {key: merged(old.get(key), value, is_strategic=is_strategic) for key, value in patch.items()}
        return {key: value for key, value in {**old, **both}.items() if value is not None}
    if is_strategic and isinstance(old, list) and isinstance(patch, list) and all("name" in one for one in patch):
        news = {one["name"]: one for one in patch}
        kept = [merged(one, news.pop(one["name"], {}), is_strategic=True) for one in old]
        return [*kept, *news.values()]
    return patch


def not_found(request: Request) -> web.Response:
    """There is no such object."""
    return status_answer(404, f'{request.plural} "{request.name}" not found', reason="NotFound")
