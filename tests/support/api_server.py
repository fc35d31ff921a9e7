"""An API server on loopback: lists in pages, watches with events and bookmarks, scale, access reviews, metrics.

It keeps objects and the history of their changes under one counter of versions, as the real one does, and remembers
every request. `fail` makes the next requests that match be answered otherwise (`tests.support.api_answers`).
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio
from aiohttp import web

from tests.support.api_answers import ALWAYS_ALIKE, Answer, Json, Request, line, status_answer, stream_to, understood
from tests.support.api_changes import deleted, not_found, patched, scaled
from tests.support.api_discovery import Discovery

FIRST_TOKEN: Final = "token-1"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to an object."""

    version: int
    type: str
    plural: str
    object: Json


@dataclass(slots=True)
class Fault:
    """What one matching request gets instead of its answer."""

    answer: Answer
    verb: str = ""
    plural: str = ""
    where: Callable[[Request], bool] = field(default=lambda _: True)
    times: int = 1

    def matches(self, request: Request) -> bool:
        return (
            self.times > 0
            and self.verb in {"", request.verb}
            and self.plural in {"", request.plural}
            and self.where(request)
        )


class ApiServer:
    """Started by `serving`; everything else may be called at any time."""

    def __init__(self) -> None:
        self.url = ""
        self.token = FIRST_TOKEN
        """What clients must show; empty: anything goes."""
        self.version = 100
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.faults: list[Fault] = []
        self.denied: set[tuple[str, str]] = set()
        """(verb, plural) that is forbidden; answered so by access reviews, too."""
        self.denied_reviews: set[tuple[str, str, str, str]] = set()
        """(verb, group, resource, namespace) that access reviews alone say no to; requests are not refused."""
        self.absent: set[str] = set()
        """Plurals that are not served."""
        self.discovery = Discovery()
        self.metrics: dict[str, list[Json]] = {}
        """Items by `nodes` and `pods`; without any, metrics.k8s.io is not served."""
        self.metrics_versions: tuple[str, ...] = ("v1beta1",)
        self.oldest = 0
        """Watches from before this version get 410."""
        self.open_watches = 0
        self._cuts: Counter[str] = Counter()
        self._objects: dict[tuple[str, str, str], Json] = {}
        self._history: list[Change] = []
        self._changed = anyio.Event()

    # -- the cluster ------------------------------------------------------------------------------------------------

    def put(self, plural: str, obj: Json) -> Json:
        """Create or replace an object; watches are told."""
        self.version += 1
        metadata = obj["metadata"]
        key = (plural, metadata.get("namespace", ""), metadata["name"])
        uid = metadata.get("uid") or f"uid-{plural}-{key[1]}-{key[2]}"
        stored = {**obj, "metadata": {**metadata, "uid": uid, "resourceVersion": str(self.version)}}
        kind = "MODIFIED" if key in self._objects else "ADDED"
        self._objects[key] = stored
        self._tell(Change(self.version, kind, plural, stored))
        return stored

    def delete(self, plural: str, name: str, namespace: str = "") -> None:
        """Remove an object; watches are told."""
        self.version += 1
        gone = self._objects.pop((plural, namespace, name))
        stored = {**gone, "metadata": {**gone["metadata"], "resourceVersion": str(self.version)}}
        self._tell(Change(self.version, "DELETED", plural, stored))

    def forget(self, plural: str, name: str, namespace: str = "") -> None:
        """Remove an object without a word, as if the watch had been down and the history compacted."""
        self.version += 1
        del self._objects[plural, namespace, name]

    def bookmark(self, plural: str) -> None:
        """Tell watches how far the cluster is."""
        self.version += 1
        self._tell(Change(self.version, "BOOKMARK", plural, {"metadata": {"resourceVersion": str(self.version)}}))

    def say(self, plural: str, event_type: str, obj: Json) -> None:
        """Send any line at all to the watches."""
        self.version += 1
        self._tell(Change(self.version, event_type, plural, obj))

    def cut(self, plural: str) -> None:
        """Break the connections of the watches that are open."""
        self._cuts[plural] += 1
        self._wake_watches()

    def get(self, plural: str, name: str, namespace: str = "") -> Json:
        return self._objects[plural, namespace, name]

    def find(self, request: Request) -> Json | None:
        """The object that a request names."""
        return self._objects.get((request.plural, request.namespace, request.name))

    def has(self, plural: str, name: str) -> bool:
        """Whether there is one of this name in no namespace."""
        return (plural, "", name) in self._objects

    def compact(self) -> None:
        """Forget the history: whoever is behind gets 410."""
        self.oldest = self.version

    def count(self, verb: str, plural: str = "") -> int:
        """How many such requests there were."""
        return sum(one.verb == verb and plural in {"", one.plural} for one in self.requests)

    def fail(
        self,
        answer: Answer,
        *,
        verb: str = "",
        plural: str = "",
        where: Callable[[Request], bool] = lambda _: True,
        times: int = 1,
    ) -> None:
        """Let the next matching requests be answered otherwise."""
        self.faults.append(Fault(answer, verb, plural, where, times))

    def _tell(self, change: Change) -> None:
        self._history.append(change)
        self._wake_watches()

    def _wake_watches(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    # -- answers ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["ApiServer"]:
        """Serve on a free port of loopback."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        # A handler that waits for ever ends when its client goes, or with the server.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.01)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _handle(self, http: web.Request) -> web.StreamResponse:
        request = understood(http)
        self.requests.append(request)
        self.headers.append(dict(http.headers))
        for fault in self.faults:
            if fault.matches(request):
                fault.times -= 1
                return await fault.answer(request)
        return self._refusal(request) or await self._answer(request)

    def _refusal(self, request: Request) -> web.Response | None:
        if self.token and request.http.headers.get("Authorization", "").lower() != f"bearer {self.token}":
            return status_answer(401, "Unauthorized")
        if (request.verb, request.plural) in self.denied:
            return status_answer(403, f'{request.plural} is forbidden: User "agent" cannot {request.verb} resource')
        if request.plural in self.absent:
            return web.Response(status=404, text="404 page not found\n")
        return None

    async def _answer(self, request: Request) -> web.StreamResponse:
        if request.plural in ALWAYS_ALIKE:
            return web.json_response(ALWAYS_ALIKE[request.plural])
        if request.group == "metrics.k8s.io":
            return self._metrics(request)
        if not request.plural:
            return self.discovery.answer(request, self.absent)
        return await self._answer_about_objects(request)

    async def _answer_about_objects(self, request: Request) -> web.StreamResponse:
        if request.plural == "selfsubjectaccessreviews":
            return await self._review(request.http)
        if request.verb == "watch":
            return await self._watch(request)
        if request.subresource == "scale":
            return await scaled(self, request)
        if request.verb in {"patch", "delete"}:
            return await (patched if request.verb == "patch" else deleted)(self, request)
        return self._list(request) if request.verb == "list" else self._get(request)

    async def _review(self, http: web.Request) -> web.Response:
        asked = (await http.json())["spec"]["resourceAttributes"]
        resource = "/".join(filter(None, (asked["resource"], asked.get("subresource"))))
        right = (asked["verb"], asked["group"], resource, asked["namespace"])
        allowed = (asked["verb"], resource) not in self.denied and right not in self.denied_reviews
        return web.json_response({"kind": "SelfSubjectAccessReview", "status": {"allowed": allowed}}, status=201)

    def _metrics(self, request: Request) -> web.Response:
        if not self.metrics:
            return web.Response(status=404, text="404 page not found\n")
        if not request.plural:
            versions = [{"groupVersion": f"metrics.k8s.io/{one}", "version": one} for one in self.metrics_versions]
            return web.json_response({"kind": "APIGroup", "name": "metrics.k8s.io", "versions": versions})
        items = [
            item
            for item in self.metrics.get(request.plural, [])
            if not request.namespace or item["metadata"]["namespace"] == request.namespace
        ]
        return web.json_response({"kind": "List", "metadata": {}, "items": items})

    def _list(self, request: Request) -> web.Response:
        found = sorted(
            (key, obj)
            for key, obj in self._objects.items()
            if key[0] == request.plural and request.namespace in {"", key[1]}
        )
        token = request.query.get("continue", "")
        version, start = (token.split(":")[0], int(token.split(":")[1])) if token else (str(self.version), 0)
        limit = int(request.query.get("limit", "0")) or len(found)
        page = [obj for _, obj in found[start : start + limit]]
        rest = len(found) - start - len(page)
        metadata: Json = {"resourceVersion": version}
        if rest > 0:
            metadata |= {"continue": f"{version}:{start + limit}", "remainingItemCount": rest}
        return web.json_response({"kind": "List", "metadata": metadata, "items": page or None})

    async def _watch(self, request: Request) -> web.StreamResponse:
        since = int(request.query["resourceVersion"])
        if since < self.oldest:
            return status_answer(410, f"too old resource version: {since} ({self.oldest})", reason="Expired")
        response = await stream_to(request)
        self.open_watches += 1
        try:
            with anyio.move_on_after(float(request.query["timeoutSeconds"])):
                position, cuts = 0, self._cuts[request.plural]
                while self._cuts[request.plural] == cuts:
                    changed = self._changed
                    position = await self._send_changes(request, response, since, position)
                    await changed.wait()
                assert request.http.transport is not None
                request.http.transport.abort()
        except (ConnectionError, RuntimeError):
            pass
        finally:
            self.open_watches -= 1
        return response

    async def _send_changes(self, request: Request, response: web.StreamResponse, since: int, position: int) -> int:
        while position < len(self._history):
            change = self._history[position]
            position += 1
            namespace = change.object.get("metadata", {}).get("namespace", "")
            in_scope = request.namespace in {"", namespace} or change.type in {"BOOKMARK", "ERROR"}
            if change.version > since and change.plural == request.plural and in_scope:
                await response.write(line(change.type, change.object))
        return position

    def _get(self, request: Request) -> web.Response:
        found = self.find(request)
        return not_found(request) if found is None else web.json_response(found)
