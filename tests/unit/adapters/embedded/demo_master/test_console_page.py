"""The page's files: served with their types, and nothing beside them."""

from pathlib import Path

import httpx
import pytest

from adapters.embedded.demo_master.console_page import CONTENT_TYPES, PAGE_FOLDER


def test_every_file_of_the_page_can_be_served() -> None:
    files = [path for path in PAGE_FOLDER.rglob("*") if path.is_file() and path.suffix != ".md"]

    assert files
    assert {path.suffix for path in files} <= set(CONTENT_TYPES)


async def test_every_file_of_the_page_is_served_as_it_is(console: httpx.AsyncClient) -> None:
    for path in PAGE_FOLDER.rglob("*"):
        if path.suffix in CONTENT_TYPES:
            answer = await console.get(f"/page/{path.relative_to(PAGE_FOLDER).as_posix()}")
            assert (answer.status_code, answer.content) == (200, path.read_bytes())
            assert answer.headers["Content-Type"] == CONTENT_TYPES[path.suffix]


@pytest.mark.parametrize(
    "path",
    [
        "/page/",
        "/page/js",
        "/page/none.js",
        "/page/..%2Fwire-schema.json",
        "/page/%2e%2e/server.py",
        "/page/%2Fetc%2Fpasswd.txt",
        "/page/js%2F..%2F..%2Fwire-schema.json",
        "/page/a%00.js",
        f"/page/{'a' * 5000}.js",
        "/page/%ED%A0%80.js",
        "/page/vendor/README.md",
    ],
)
async def test_nothing_else_is_served(path: str, console: httpx.AsyncClient) -> None:
    answer = await console.get(path)

    assert answer.status_code == 404
    assert "error" in answer.json()


def test_the_schema_lies_beside_the_page_and_not_in_it() -> None:
    assert (Path(PAGE_FOLDER).parent / "wire-schema.json").is_file()
