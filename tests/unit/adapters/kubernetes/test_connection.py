"""adapters.kubernetes.connection and session, against an API server on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from kubernetes.aio import client
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.credentials import CredentialSource, KubeconfigCredentials
from adapters.kubernetes.hooks import SilentHooks
from adapters.kubernetes.session import ApiSession
from adapters.kubernetes.timings import RequestTimings
from domain.errors import MisconfigurationError
from ports.errors import AccessDenied, InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer
from tests.support.api_answers import with_break, with_status, with_stream, with_text
from tests.support.api_client import QUICK_REQUESTS, connected, write_kubeconfig
from tests.support.api_objects import a_namespace
from tests.support.api_server import ApiServer

PATH = "/api/v1/namespaces/shop"


class Recording(SilentHooks):
    """Remembers requests."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, int]] = []

    @override
    def on_request(self, method: str, resource: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.seen.append((method, resource, status))


class Rotating(CredentialSource):
    """A kubeconfig that somebody renews; counts how often it is read."""

    def __init__(self, path: Path, *, expires: bool = False) -> None:
        self._inner = KubeconfigCredentials(path)
        self._expires = expires
        self.loads = 0

    @property
    @override
    def token_expires(self) -> bool:
        return self._expires

    @override
    async def load(self) -> Any:
        self.loads += 1
        return await self._inner.load()


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    server.put("namespaces", a_namespace())
    async with server.serving():
        yield server


async def _get(connection: KubernetesConnection) -> bytes:
    return await connection.get(PATH, operation="get namespace shop", resource="namespaces")


async def test_a_request_says_who_asks_and_wants_plain_bytes(server: ApiServer, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as connection:
        assert b'"shop"' in await _get(connection)
    headers = server.headers[0]
    assert headers["User-Agent"] == "atlhyper-agent/1.2.3"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Authorization"] == "Bearer token-1"


async def test_proxy_variables_of_the_process_are_not_obeyed(
    server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with connected(server, tmp_path) as connection:
        assert await _get(connection)


async def test_the_first_request_opens_what_was_not_opened(server: ApiServer, tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", server.url)
    connection = KubernetesConnection(KubeconfigCredentials(path), version="1")
    assert await _get(connection)
    await connection.aclose()


async def test_an_unusable_kubeconfig_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    connection = KubernetesConnection(KubeconfigCredentials(tmp_path / "gone"), version="1")
    with pytest.raises(MisconfigurationError, match="gone"):
        await connection.open()


async def test_an_unusable_certificate_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", "https://api.example")
    (tmp_path / "ca.crt").write_text("no certificate")
    path.write_text(path.read_text().replace("api.example}", "api.example, certificate-authority: ca.crt}"))
    with pytest.raises(MisconfigurationError, match=r"ca\.crt"):
        await KubernetesConnection(KubeconfigCredentials(path), version="1").open()


async def test_a_message_about_certificates_shows_no_password_of_the_address(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("no certificate")
    configuration = client.Configuration(host="https://user:s3cr3t@api.example")
    configuration.ssl_ca_cert = str(tmp_path / "ca.crt")
    with pytest.raises(MisconfigurationError, match=r"https://api\.example") as raised:
        await ApiSession.open(configuration, "test")
    assert "s3cr3t" not in str(raised.value)


async def test_a_token_that_is_refused_is_read_again_at_once(server: ApiServer, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as connection:
        await _get(connection)
        server.token = "token-2"
        write_kubeconfig(tmp_path / "kubeconfig", server.url, "token-2")
        assert await _get(connection)
        assert await _get(connection)
    assert [one["Authorization"][-1] for one in server.headers] == ["1", "1", "2", "2"]


async def test_a_token_that_stays_wrong_is_tried_twice_and_then_said(server: ApiServer, tmp_path: Path) -> None:
    server.token = "another"
    async with connected(server, tmp_path) as connection:
        with pytest.raises(AccessDenied):
            await _get(connection)
    assert len(server.requests) == 2


async def test_credentials_that_are_refused_again_and_again_are_not_read_at_every_request(
    server: ApiServer, tmp_path: Path
) -> None:
    server.token = "another"
    source = Rotating(write_kubeconfig(tmp_path / "kubeconfig", server.url))
    async with KubernetesConnection(
        source, version="1", timings=RequestTimings(reload_pause_seconds=3600)
    ) as connection:
        for _ in range(5):
            with pytest.raises(AccessDenied):
                await _get(connection)
    assert source.loads == 2


async def test_many_refusals_at_once_read_the_token_once(server: ApiServer, tmp_path: Path) -> None:
    source = Rotating(write_kubeconfig(tmp_path / "kubeconfig", server.url))
    async with KubernetesConnection(
        source, version="1", timings=RequestTimings(reload_pause_seconds=3600)
    ) as connection:
        await _get(connection)
        server.token = "token-2"
        write_kubeconfig(tmp_path / "kubeconfig", server.url, "token-2")
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(_get, connection)
    assert source.loads == 2


async def test_a_token_that_expires_is_read_again_before_it_does(server: ApiServer, tmp_path: Path) -> None:
    source = Rotating(write_kubeconfig(tmp_path / "kubeconfig", server.url), expires=True)
    async with KubernetesConnection(source, version="1", timings=RequestTimings(token_seconds=0.0)) as connection:
        await _get(connection)
        write_kubeconfig(tmp_path / "kubeconfig", server.url, "token-2")
        server.token = "token-2"
        assert await _get(connection)
    assert len(server.requests) == 2


async def test_credentials_that_vanish_for_a_moment_cost_nothing(server: ApiServer, tmp_path: Path) -> None:
    source = Rotating(write_kubeconfig(tmp_path / "kubeconfig", server.url), expires=True)
    async with KubernetesConnection(source, version="1", timings=RequestTimings(token_seconds=0.0)) as connection:
        await _get(connection)
        (tmp_path / "kubeconfig").unlink()
        assert await _get(connection)


async def test_a_kubeconfig_that_points_elsewhere_takes_a_new_session(server: ApiServer, tmp_path: Path) -> None:
    other = ApiServer()
    other.token = "token-2"
    other.put("namespaces", a_namespace())
    async with other.serving(), connected(server, tmp_path) as connection:
        await _get(connection)
        server.token = "nobody's"
        write_kubeconfig(tmp_path / "kubeconfig", other.url, "token-2")
        assert await _get(connection)
    assert len(other.requests) == 1


@pytest.mark.parametrize(
    ("answer", "expected", "text"),
    [
        (with_status(403, "namespaces is forbidden"), AccessDenied, "namespaces is forbidden"),
        (with_status(404), NotFound, "no (status 404)"),
        (with_status(422), InvalidRequest, "no"),
        (with_text(429, "Too many requests, please try again later.\n"), Unavailable, "Too many requests"),
        (with_text(502, "<html>Bad Gateway</html>", content_type="text/html"), Unavailable, "HTML page"),
        (with_status(302), UnexpectedAnswer, "status 302"),
        (with_break(), Unavailable, "Disconnected"),
    ],
)
async def test_trouble_is_one_of_the_ports_errors(
    server: ApiServer, tmp_path: Path, answer: Any, expected: type[PortError], text: str
) -> None:
    server.fail(answer, times=9)
    async with connected(server, tmp_path) as connection:
        with pytest.raises(expected, match="get namespace shop") as raised:
            await _get(connection)
    assert text in str(raised.value)


async def test_an_overloaded_server_says_how_long_to_wait(server: ApiServer, tmp_path: Path) -> None:
    server.fail(with_text(429, "slow down", retry_after="7"))
    async with connected(server, tmp_path) as connection:
        with pytest.raises(Unavailable) as raised:
            await _get(connection)
    assert raised.value.retry_after_seconds == 7


async def test_a_server_that_says_nothing_is_given_up(server: ApiServer, tmp_path: Path) -> None:
    server.fail(with_stream(b"{", then=anyio.sleep_forever))
    timings = RequestTimings(idle_seconds=0.05)
    async with connected(server, tmp_path, timings=timings) as connection:
        with pytest.raises(Unavailable, match="no answer in time"):
            await _get(connection)


async def test_a_server_that_dribbles_is_given_up_too(server: ApiServer, tmp_path: Path) -> None:
    async def dribble(request: Any) -> Any:
        return await with_stream(*[b" "] * 3, then=anyio.sleep_forever)(request)

    server.fail(dribble)
    timings = RequestTimings(total_seconds=0.05)
    async with connected(server, tmp_path, timings=timings) as connection:
        with pytest.raises(Unavailable, match="no answer in time"):
            await _get(connection)


async def test_nobody_listening_is_unavailable(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", "http://127.0.0.1:1")
    async with KubernetesConnection(KubeconfigCredentials(path), version="1") as connection:
        with pytest.raises(Unavailable):
            await _get(connection)


async def test_a_closed_connection_refuses_at_once(server: ApiServer, tmp_path: Path) -> None:
    async with connected(server, tmp_path) as connection:
        await _get(connection)
    with pytest.raises(Unavailable, match="closed"):
        await _get(connection)
    assert len(server.requests) == 1


async def test_closing_is_complete_also_for_who_is_cancelled(server: ApiServer, tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", server.url)
    connection = KubernetesConnection(KubeconfigCredentials(path), version="1")
    with anyio.CancelScope() as scope:
        async with connection:
            await _get(connection)
            session = connection._keeper._session
            scope.cancel()
    assert session is not None
    assert session._connector.closed


async def test_every_request_is_told_to_who_measures(server: ApiServer, tmp_path: Path) -> None:
    hooks = Recording()
    server.fail(with_status(503), plural="namespaces")
    server.fail(with_break(), plural="namespaces", times=2)
    async with connected(server, tmp_path, hooks=hooks) as connection:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await _get(connection)
        await _get(connection)
    assert hooks.seen[0] == ("GET", "namespaces", 503)
    assert ("GET", "namespaces", 0) in hooks.seen
    assert hooks.seen[-1] == ("GET", "namespaces", 200)


async def test_connections_are_kept_and_used_again(server: ApiServer, tmp_path: Path) -> None:
    async with connected(server, tmp_path, timings=QUICK_REQUESTS) as connection:
        for _ in range(5):
            await _get(connection)
    assert len({one.http.transport for one in server.requests}) == 1
