"""Who may talk to the web port: the person who was given the console's address, from this server's page.

A page on the internet can make a browser send requests to loopback, and a hostile DNS answer can make such a page look
like this server. Hence, on every request:

- **Host** must be an address of this listener (DNS rebinding),
- **Origin** and **Sec-Fetch-Site** must not be another site's (requests forged by other pages),
- a **token**, made at random at each start and compared in constant time: in the query of the page (`/?token=...`, the
  address that is printed), in the header `X-Console-Token` of every `/api/v3` request,
- **JSON** as content type of every POST (what a form cannot send without asking first).

The page's own files (`/page/...`) carry nothing secret and cannot send a header; a cookie that the page sets lets them
through. Its value is not the token, because cookies are shared between all ports of a host and other programs on
loopback would receive it.

`/agent/...` is not here: it is answered 404 before anything else, so that an agent with the wrong port is told so.
"""

import hmac
import secrets
from collections.abc import Collection
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

TOKEN_HEADER: Final = "X-Console-Token"  # noqa: S105 - the name of a header
TOKEN_QUERY: Final = "token"  # noqa: S105 - the name of a parameter
TOKEN_BYTES: Final = 32
HTTP_PORT: Final = 80

PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer of the web port, refusals included."""


class Guard:
    """Decides over every request of the web port.

    Args:
        web_host: the address listened on; loopback names are allowed besides.
    """

    def __init__(self, web_host: str) -> None:
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self._asset_key = secrets.token_urlsafe(TOKEN_BYTES)
        self._names = {"127.0.0.1", "localhost", "[::1]", f"[{web_host}]" if ":" in web_host else web_host.lower()}
        self._hosts: Collection[str] = frozenset()
        self._cookie = ""

    def __repr__(self) -> str:
        """Without the token."""
        return f"Guard({sorted(self._hosts)})"

    def bind(self, port: int) -> None:
        """Allow the addresses of the port that is really listened on."""
        self._hosts = frozenset(f"{name}:{port}" for name in self._names) | (
            frozenset(self._names) if port == HTTP_PORT else frozenset()
        )
        self._cookie = f"console_files_{port}"

    def admit_files(self, response: web.StreamResponse) -> None:
        """Let the browser that got this page fetch the page's files."""
        response.set_cookie(self._cookie, self._asset_key, path="/page", httponly=True, samesite="Strict")

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse, or let through."""
        if request.path == "/agent" or request.path.startswith("/agent/"):
            return web.Response(status=404, text="404 page not found\n")
        return self._refusal(request) or await _answered(request, handler)

    async def secure(self, _: web.Request, response: web.StreamResponse) -> None:
        """Set the page's security headers; called just before any answer leaves, streamed ones too."""
        response.headers.update(PAGE_HEADERS)
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")

    def _refusal(self, request: web.Request) -> web.Response | None:
        if request.headers.get(hdrs.HOST, "").lower() not in self._hosts:
            return refuse(403, "this address is not one that the console answers to")
        if self._is_foreign(request):
            return refuse(403, "requests from other sites are refused")
        if not self._is_entitled(request):
            return refuse(401, "the token is missing or wrong: open the address that was printed at the start")
        if request.method == hdrs.METH_POST and request.content_type != "application/json":
            return refuse(415, "the content type must be application/json")
        return None

    def _is_foreign(self, request: web.Request) -> bool:
        site = request.headers.get("Sec-Fetch-Site", "none")
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin.lower().removeprefix("http://") not in self._hosts:
            # A page under `no-referrer` may send `null` for itself; the browser vouches for it in the other header.
            return not (origin == "null" and site == "same-origin")
        # Following a link to the printed address is no attack: who wrote the link knows the token.
        arrives = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == hdrs.METH_GET
        return site not in ("same-origin", "none") and not (arrives and request.path == "/")

    def _is_entitled(self, request: web.Request) -> bool:
        if _equal(request.headers.get(TOKEN_HEADER, ""), self.token):
            return True
        if request.path == "/":
            return _equal(request.query.get(TOKEN_QUERY, ""), self.token)
        if request.path.startswith("/page/"):
            return _equal(_cookie(request, self._cookie), self._asset_key)
        return False


def refuse(status: int, sentence: str) -> web.Response:
    """An answer that says no, in JSON."""
    return web.json_response({"error": sentence}, status=status)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's answer; what the framework raises becomes an answer in JSON too."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return refuse(error.status, error.reason.lower())


def _cookie(request: web.Request, name: str) -> str:
    """One cookie of the request, empty when it is not there.

    Read by hand: a parser may give up at the odd cookie that another program on this host has set.
    """
    for pair in request.headers.get(hdrs.COOKIE, "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return value
    return ""


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
