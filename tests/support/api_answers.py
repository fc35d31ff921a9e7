"""What an API server answers when it does not do what it is asked: refusals, overload, broken streams."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Json = dict[str, Any]
Answer = Callable[["Request"], Awaitable[web.StreamResponse]]
ACCOUNT = "system:serviceaccount:atlhyper:agent"
"""As whom the server knows everybody."""
ALWAYS_ALIKE: dict[str, Json] = {
    "version": {"gitVersion": "v1.37.0-loopback"},
    "selfsubjectreviews": {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": ACCOUNT}}},
}
"""What is answered to questions about the server and about who asks."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server understood it."""

    http: web.Request
    verb: str
    """list, watch, get, patch, update, create, delete."""
    group: str
    plural: str
    namespace: str
    name: str
    subresource: str

    @property
    def query(self) -> dict[str, str]:
        return dict(self.http.query)


def status_answer(
    code: int, message: str, *, reason: str = "", retry_after: str = "", details: Json | None = None
) -> web.Response:
    """A Status object as the API server writes it."""
    body = {"kind": "Status", "status": "Failure", "code": code, "message": message, "reason": reason}
    headers = {"Retry-After": retry_after} if retry_after else {}
    return web.json_response(body | ({"details": details} if details else {}), status=code, headers=headers)


def with_status(code: int, message: str = "no", *, retry_after: str = "") -> Answer:
    async def answer(request: Request) -> web.StreamResponse:
        return status_answer(code, message, retry_after=retry_after)

    return answer


def with_text(code: int, text: str, *, content_type: str = "text/plain", retry_after: str = "") -> Answer:
    """Plain text, as the server's own filters answer, or a page, as balancers do."""

    async def answer(request: Request) -> web.StreamResponse:
        headers = {"Retry-After": retry_after} if retry_after else {}
        return web.Response(status=code, text=text, content_type=content_type, headers=headers)

    return answer


def with_stream(*pieces: bytes, then: Callable[[], Awaitable[object]] | None = None) -> Answer:
    """A watch that says exactly this, then waits if asked to, and ends."""

    async def answer(request: Request) -> web.StreamResponse:
        response = await stream_to(request)
        for piece in pieces:
            await response.write(piece)
        if then is not None:
            await then()
        return response

    return answer


def with_break() -> Answer:
    """The connection goes away instead of an answer."""

    async def answer(request: Request) -> web.StreamResponse:
        transport = request.http.transport
        assert transport is not None
        transport.abort()
        return web.Response()

    return answer


async def stream_to(request: Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(request.http)
    return response


def line(event_type: str, obj: Json) -> bytes:
    """One line of a watch."""
    return json.dumps({"type": event_type, "object": obj}, ensure_ascii=False).encode() + b"\n"


def error_line(code: int, message: str = "no", **details: object) -> bytes:
    """An ERROR line of a watch."""
    status = {"kind": "Status", "code": code, "message": message, "details": details or None}
    return line("ERROR", status)


def understood(http: web.Request) -> Request:
    """A request as an API server reads it: `/apis/GROUP/VERSION/namespaces/NAMESPACE/PLURAL/NAME/SUBRESOURCE`."""
    parts = http.raw_path.partition("?")[0].strip("/").split("/")
    if parts == ["version"]:
        return Request(http, "get", "", "version", "", "", "")
    group, rest = (parts[1], parts[3:]) if parts[0] == "apis" and len(parts) > 1 else ("", parts[2:])
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces":
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource, *_ = [*rest, "", "", ""]
    writes = {"PATCH": "patch", "PUT": "update", "POST": "create", "DELETE": "delete"}
    verbs = {"GET": "get" if name or not plural else "list", **writes}
    verb = "watch" if http.query.get("watch") == "true" else verbs[http.method]
    return Request(http, verb, group, plural, namespace, name, subresource)
