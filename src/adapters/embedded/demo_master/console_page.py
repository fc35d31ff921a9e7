"""The console page over HTTP: `/` and the files it refers to under `/page/`, served as they lie in the package."""

from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread
from aiohttp import hdrs, web

from adapters.embedded.demo_master.guard import Guard, refuse

PAGE_FOLDER = Path(__file__).parent / "page"

CONTENT_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""What may be fetched. Spelled out: the tables of the system differ, and browsers refuse a module of the wrong type."""


class ConsolePage:
    """The handlers of the page and its files."""

    def __init__(self, guard: Guard, folder: Path = PAGE_FOLDER) -> None:
        self._guard = guard
        self._folder = folder

    def register(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_get("/", self.get_page)
        router.add_get("/page/{path:.+}", self.get_file)

    async def get_page(self, _request: web.Request) -> web.StreamResponse:
        """The page itself; whoever got here showed the token."""
        response = await self._file("index.html")
        self._guard.admit_files(response)
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        return response

    async def get_file(self, request: web.Request) -> web.StreamResponse:
        """A file of the page's folder; anything else does not exist."""
        response = await self._file(request.match_info["path"])
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        return response

    async def _file(self, path: str) -> web.StreamResponse:
        content_type = CONTENT_TYPES.get(Path(path).suffix)
        if content_type is None or "\0" in path:
            return refuse(404, "no such file")
        body = await anyio.to_thread.run_sync(self._read, path)
        if body is None:
            return refuse(404, "no such file")
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: content_type})

    def _read(self, path: str) -> bytes | None:
        try:
            file = (self._folder / path).resolve()
            if not file.is_relative_to(self._folder.resolve()) or not file.is_file():
                return None
            return file.read_bytes()
        except (OSError, ValueError):  # a name longer than names can be, or with characters that no name has
            return None
