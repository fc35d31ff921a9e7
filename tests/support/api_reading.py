"""An API server on loopback that lists as the real one does for people: by selectors, in pages, as tables."""

from typing import Final

from aiohttp import web
from typing_extensions import override

from adapters.memory.selecting import selects_fields, selects_labels
from tests.support.api_answers import Json, Request, status_answer
from tests.support.api_discovery import kind_of
from tests.support.api_server import ApiServer

_COLUMNS: Final[dict[str, list[tuple[str, int, str]]]] = {
    "pods": [("Name", 0, "metadata.name"), ("Status", 0, "status.phase"), ("Node", 1, "spec.nodeName")],
    "events": [("Last Seen", 0, ""), ("Object", 0, "involvedObject.name"), ("Message", 0, "message")],
    "widgets": [("Name", 0, "metadata.name"), ("Login", 0, "spec.login.password"), ("Token", 0, "spec.note")],
}
"""Name, priority and path of each; custom kinds print whatever somebody wanted to see."""
_PLAIN: Final = [("Name", 0, "metadata.name"), ("Created At", 0, "metadata.creationTimestamp")]


class ReadingApiServer(ApiServer):
    """The same server with lists by selectors and with tables."""

    def __init__(self) -> None:
        super().__init__()
        self.prints_tables = True
        """False: lists only, as some servers behind the API server."""

    @override
    def _list(self, request: Request) -> web.Response:
        query = request.query
        found = sorted(
            (key, obj)
            for key, obj in self._objects.items()
            if key[0] == request.plural
            and request.namespace in {"", key[1]}
            and selects_labels(query.get("labelSelector", ""), obj)
            and selects_fields(query.get("fieldSelector", ""), obj)
        )
        token = query.get("continue", "")
        if token and int(token) < self.oldest:
            return status_answer(410, "The provided continue parameter is too old", reason="Expired")
        first = int(token) - self.oldest if token else 0
        end = first + (int(query.get("limit", "0")) or len(found))
        page = [obj for _, obj in found[first:end]]
        metadata: Json = {"resourceVersion": str(self.version)}
        if end < len(found):
            metadata |= {"continue": str(self.oldest + end), "remainingItemCount": len(found) - end}
        kind = kind_of(request.plural)
        if self.prints_tables and "as=Table" in request.http.headers.get("Accept", ""):
            return web.json_response(_table(request, page) | {"metadata": metadata})
        return web.json_response({"kind": f"{kind}List", "metadata": metadata, "items": page or None})


def _table(request: Request, page: list[Json]) -> Json:
    columns = _COLUMNS.get(request.plural, _PLAIN)
    is_whole = request.query.get("includeObject") == "Object"
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "columnDefinitions": [{"name": name, "type": "string", "priority": priority} for name, priority, _ in columns],
        "rows": [
            {
                "cells": [_at(obj, path) for _, _, path in columns],
                "object": obj if is_whole else {"kind": "PartialObjectMetadata", "metadata": obj["metadata"]},
            }
            for obj in page
        ],
    }


def _at(obj: Json, path: str) -> object:
    value: object = obj
    for name in path.split(".") if path else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value if path else "1m"
