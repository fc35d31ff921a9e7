"""The web port lets in who shows the token at this address, and nobody else. Every refusal over real HTTP."""

import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from adapters.embedded.demo_master.guard import PAGE_HEADERS, Guard
from adapters.embedded.demo_master.server import DemoMaster
from tests.unit.adapters.embedded.demo_master.running import client_of

COMMAND = {"action": "restart", "clusterId": "c", "kind": "Deployment", "name": "web"}
PROTECTED = ["/", "/page/js/api.js", "/api/v3/clusters", "/api/v3/clusters/c", "/api/v3/commands", "/api/v3/commands/x"]


@pytest.fixture
async def stranger(master: DemoMaster) -> AsyncIterator[httpx.AsyncClient]:
    """A client without the token."""
    async with client_of(master.web_url) as client:
        yield client


def error_of(answer: httpx.Response) -> str:
    sentence = answer.json()["error"]
    assert isinstance(sentence, str)
    return sentence


@pytest.mark.parametrize("path", [*PROTECTED, "/no/such/route"])
async def test_nothing_is_shown_without_the_token(path: str, stranger: httpx.AsyncClient) -> None:
    for headers in ({}, {"X-Console-Token": "wrong"}, {"X-Console-Token": ""}, {"Cookie": "console_files_1=x"}):
        answer = await stranger.get(path, headers=headers, params={"token": "wrong"})
        assert answer.status_code == 401
        assert "token" in error_of(answer)


async def test_nothing_is_queued_without_the_token(stranger: httpx.AsyncClient, master: DemoMaster) -> None:
    answer = await stranger.post("/api/v3/commands", json=COMMAND, params={"token": master.console_token})

    assert answer.status_code == 401  # the query opens the page only
    assert master.store.commands.newest_first() == []


async def test_the_printed_address_opens_the_page_and_its_files(
    stranger: httpx.AsyncClient, master: DemoMaster
) -> None:
    page = await stranger.get(master.console_url)

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    files = re.findall(r'(?:src|href)="(page/[^"]+)"', page.text)
    assert "page/js/main.js" in files
    for path in files:
        assert (await stranger.get(f"/{path}")).status_code == 200, path


async def test_the_cookie_opens_files_only_and_is_not_the_token(
    stranger: httpx.AsyncClient, master: DemoMaster
) -> None:
    page = await stranger.get(master.console_url)
    cookie = page.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/page" in cookie
    assert master.console_token not in cookie
    value = cookie.split(";")[0]
    assert (await stranger.get("/api/v3/clusters", headers={"Cookie": value})).status_code == 401
    assert (await stranger.get("/", headers={"Cookie": value})).status_code == 401


async def test_odd_cookies_of_other_programs_do_no_harm(stranger: httpx.AsyncClient, master: DemoMaster) -> None:
    page = await stranger.get(master.console_url)
    ours = page.headers["Set-Cookie"].split(";")[0]

    answer = await stranger.get("/page/js/api.js", headers={"Cookie": f'a[]="x; {{"y":1}}; {ours}; =;'})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", "0.0.0.0:{port}", ""]
)
async def test_another_host_name_is_refused(host: str, console: httpx.AsyncClient, master: DemoMaster) -> None:
    for path in PROTECTED:
        answer = await console.get(path, headers={"Host": host.format(port=master.web_port)})
        assert answer.status_code in (400, 403), path


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
async def test_every_name_of_loopback_is_served(host: str, console: httpx.AsyncClient, master: DemoMaster) -> None:
    answer = await console.get("/api/v3/clusters", headers={"Host": host.format(port=master.web_port)})

    assert answer.status_code == 200


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_other_sites_are_refused_even_with_the_token(
    headers: dict[str, str], console: httpx.AsyncClient, master: DemoMaster
) -> None:
    headers = {name: value.format(port=master.web_port) for name, value in headers.items()}

    assert (await console.get("/api/v3/clusters", headers=headers)).status_code == 403
    assert (await console.post("/api/v3/commands", json=COMMAND, headers=headers)).status_code == 403
    assert master.store.commands.newest_first() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
async def test_the_page_itself_may_queue_a_command(
    headers: dict[str, str], console: httpx.AsyncClient, master: DemoMaster
) -> None:
    headers = {name: value.format(port=master.web_port) for name, value in headers.items()}

    assert (await console.post("/api/v3/commands", json=COMMAND, headers=headers)).status_code == 202


async def test_a_link_to_the_printed_address_may_be_followed_from_anywhere(
    stranger: httpx.AsyncClient, master: DemoMaster
) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}

    assert (await stranger.get(master.console_url, headers=followed)).status_code == 200
    assert (await stranger.get(master.console_url, headers=framed)).status_code == 403


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""]
)
async def test_a_post_must_be_json(content_type: str, console: httpx.AsyncClient, master: DemoMaster) -> None:
    answer = await console.post("/api/v3/commands", content=b"{}", headers={"Content-Type": content_type})

    assert answer.status_code == 415
    assert "application/json" in error_of(answer)
    assert master.store.commands.newest_first() == []


async def test_a_charset_beside_json_is_fine(console: httpx.AsyncClient) -> None:
    answer = await console.post(
        "/api/v3/commands",
        content=b'{"action":"query_slo","clusterId":"c"}',
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )

    assert answer.status_code == 202


@pytest.mark.parametrize("path", [*PROTECTED, "/agent/snapshot", "/no/such/route", "/page/no.js"])
async def test_every_answer_carries_the_security_headers(
    path: str, console: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for client in (console, stranger):
        answer = await client.get(path)
        assert {name: answer.headers.get(name) for name in PAGE_HEADERS} == PAGE_HEADERS
        assert "Cache-Control" in answer.headers


@pytest.mark.parametrize("path", ["/agent/snapshot", "/agent/heartbeat", "/agent/commands", "/agent/result", "/agent"])
async def test_an_agent_at_the_web_port_is_told_404(path: str, stranger: httpx.AsyncClient) -> None:
    for method in ("GET", "POST"):
        answer = await stranger.request(method, path, headers={"Host": "master.example:8080"})
        assert (answer.status_code, answer.text) == (404, "404 page not found\n")


async def test_the_token_is_never_logged(
    master: DemoMaster, console: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for url in (master.console_url, f"{master.web_url}/nothing?token={master.console_token}"):
        await console.get(url)

    server_lines = [record.getMessage() for record in caplog.records if not record.name.startswith(("http", "hpack"))]
    assert not [line for line in server_lines if master.console_token in line]


def test_every_guard_has_its_own_long_token() -> None:
    tokens = {Guard("127.0.0.1").token for _ in range(20)}

    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)
    assert Guard("127.0.0.1").token not in repr(Guard("127.0.0.1"))
