"""HttpMasterGateway at a secured edge: tokens, passwords, certificates, proxies, exchanged while it runs."""

import contextlib
import logging
import ssl
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from adapters.gateway.settings import GatewaySettings
from domain.commands.actions import Topic
from domain.errors import MisconfigurationError
from ports.errors import Unavailable
from tests.support.faulty_server import OK, Conversation, an_answer, listening
from tests.support.gateways import a_gateway, recording

CERTIFICATES = Path(__file__).parents[1] / "support" / "certificates"
EMPTY = an_answer("200 OK", b'{"hasCommand":false}')


async def test_a_bearer_token_is_sent_and_exchanged_with_its_file(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("first\n")
    headers = {"authorization": "Basic extra"}
    async with recording() as server, a_gateway(server.url, token_file=token, headers=headers) as gateway:
        await gateway.send_heartbeat()
        token.write_text("the-second\n")
        await gateway.send_heartbeat()
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer first", "Bearer the-second"]


async def test_user_and_password_of_the_address_are_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    async with recording() as server:
        url = server.url.replace("://", "://user:p%40ss@")
        with caplog.at_level(logging.DEBUG):
            async with a_gateway(url) as gateway:
                await gateway.send_heartbeat()
    assert server.requests[0].headers["authorization"] == "Basic dXNlcjpwQHNz"
    async with a_gateway("http://user:p%40ss@127.0.0.1:1") as gateway:
        with pytest.raises(Unavailable) as caught:
            await gateway.send_heartbeat()
    assert "ss@127" not in str(caught.value)
    assert "p%40ss" not in caplog.text + str(caught.value)


async def test_a_proxy_is_used_when_it_is_given_and_that_of_the_environment_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with recording() as proxy, recording() as server:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
        async with a_gateway(server.url) as gateway:
            await gateway.send_heartbeat()
        async with a_gateway("http://master.invalid:8081", proxy=proxy.url) as gateway:
            await gateway.send_heartbeat()
    assert len(server.requests) == 1
    assert proxy.requests[0].line == "POST http://master.invalid:8081/agent/heartbeat HTTP/1.1"


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
    context.load_verify_locations(CERTIFICATES / "ca.pem")
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


async def test_a_server_is_trusted_by_the_given_authority_only() -> None:
    async with recording(server_tls()) as server:
        async with a_gateway(server.url, ca_file=CERTIFICATES / "ca.pem") as gateway:
            await gateway.send_heartbeat()
        for ca_file in (CERTIFICATES / "other-ca.pem", None):
            async with a_gateway(server.url, ca_file=ca_file) as gateway:
                with pytest.raises(Unavailable, match="certificate is not trusted"):
                    await gateway.send_heartbeat()
    assert len(server.requests) == 1


async def test_a_client_certificate_is_shown_and_exchanged_with_its_files(tmp_path: Path) -> None:
    names: list[str] = []

    async def behave(conversation: Conversation) -> None:
        while True:
            await conversation.request()
            names.append(conversation.peer_name())
            await conversation.send(OK)

    cert, key = tmp_path / "tls.crt", tmp_path / "tls.key"

    def install(number: int) -> None:
        cert.write_bytes((CERTIFICATES / f"client-{number}.pem").read_bytes())
        key.write_bytes((CERTIFICATES / f"client-{number}.key").read_bytes())

    install(1)
    async with (
        listening(behave, server_tls()) as server,
        a_gateway(server.url, ca_file=CERTIFICATES / "ca.pem", cert_file=cert, key_file=key) as gateway,
    ):
        await gateway.send_heartbeat()
        await gateway.send_heartbeat()
        assert server.connections == 1
        key.write_text("half done")
        await gateway.send_heartbeat()
        install(2)
        await gateway.send_heartbeat()
    assert names == ["agent-1", "agent-1", "agent-1", "agent-2"]


async def test_an_edge_that_misses_the_client_certificate_is_tried_again_later() -> None:
    """In TLS 1.3 the refusal comes as an alert after the handshake, where the client has begun to read."""
    demanding = server_tls()
    demanding.verify_mode = ssl.CERT_REQUIRED
    demanding.minimum_version = ssl.TLSVersion.TLSv1_3

    async def refuse(stream: SocketStream) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = demanding.wrap_bio(incoming, outgoing, server_side=True)
        async with stream:
            with contextlib.suppress(ssl.SSLError):
                while True:
                    with contextlib.suppress(ssl.SSLWantReadError):
                        tls.do_handshake()
                    if sent := outgoing.read():
                        await stream.send(sent)
                    incoming.write(await stream.receive())
            await stream.send(outgoing.read())
            with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                while True:
                    await stream.receive()

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as group,
    ):
        group.start_soon(listener.serve, refuse)
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no query of Django
        async with a_gateway(f"https://127.0.0.1:{port}", ca_file=CERTIFICATES / "ca.pem") as gateway:
            with pytest.raises(Unavailable, match="certificate required"):
                await gateway.send_heartbeat()
            with pytest.raises(Unavailable, match="certificate required"):
                await gateway.next_command(Topic.OPS)
        group.cancel_scope.cancel()


async def test_a_client_that_is_exchanged_ends_what_it_has_begun(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes((CERTIFICATES / "ca.pem").read_bytes())
    polled, answer_now = anyio.Event(), anyio.Event()

    async def behave(conversation: Conversation) -> None:
        while True:
            request = await conversation.request()
            if request.line.startswith("GET"):
                polled.set()
                await answer_now.wait()
                await conversation.send(EMPTY)
            else:
                await conversation.send(OK)

    async with listening(behave, server_tls()) as server, a_gateway(server.url, ca_file=ca_file) as gateway:
        async with anyio.create_task_group() as group:
            group.start_soon(gateway.next_command, Topic.OPS)
            await polled.wait()
            text = (CERTIFICATES / "ca.pem").read_bytes()
            ca_file.write_bytes(text + (CERTIFICATES / "other-ca.pem").read_bytes())
            await gateway.send_heartbeat()
            answer_now.set()
        await gateway.send_heartbeat()
        assert server.connections == 2


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "ftp://proxy"])
def test_a_proxy_that_is_not_supported_ends_the_start(proxy: str) -> None:
    with pytest.raises(MisconfigurationError, match="AGENT_MASTER_PROXY"):
        GatewaySettings(proxy=proxy)
